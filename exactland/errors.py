"""The exception tree: every error names the place, the reason and the remedy.

>>> raise InputError("data.inputs[0][1]", "0.5 is a JSON float", 'write it as a string: "0.5"')
Traceback (most recent call last):
    ...
exactland.errors.InputError: data.inputs[0][1]: 0.5 is a JSON float; write it as a string: "0.5"
"""

from __future__ import annotations


class ExactlandError(Exception):
    """Something that a user can mend: where it is, why it is refused, what to do.

    Parameters
    ----------
    place : where in the input (``data.inputs[0][1]``, ``layer 2``, ``--layer``).
    reason : what is wrong there.
    remedy : what to write or do instead.
    """

    exit_code = 65

    def __init__(self, place: str, reason: str, remedy: str = "") -> None:
        super().__init__(place, reason, remedy)
        self.place = place
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        text = f"{self.place}: {self.reason}" if self.place else self.reason
        return f"{text}; {self.remedy}" if self.remedy else text


class UsageError(ExactlandError):
    """A command or a function is called in a way that it does not offer (exit code 64)."""

    exit_code = 64


class InputError(ExactlandError):
    """A number, a network, data or a file is not admissible (exit code 65)."""


class NotExactError(ExactlandError):
    """A value is asked for exactly that this arithmetic cannot represent, such as exp(1) over Q."""


class NotDifferentiableError(ExactlandError):
    """A derivative is asked for at a kink, such as that of ReLU at 0."""


class LimitError(ExactlandError):
    """A stated ceiling is reached: nothing is known (exit code 2)."""

    exit_code = 2


class SizeError(LimitError):
    """An object is too large to be built, which is known beforehand (exit code 65)."""

    exit_code = 65
