"""The ways a check can end.

A check either runs to its last statement or raises: :class:`Reject` (something is wrong) or
:class:`Decline` (a stated limit was reached, so nothing is known).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class Reject(Exception):  # noqa: N818
    """The certificate does not prove its claim: ``place`` says where, ``reason`` why.

    >>> str(Reject("claim.rows", "3 is not 4"))
    'claim.rows: 3 is not 4'
    """

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, reason)
        self.place = place
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


class Coarse(Reject):
    """The enclosures do not show it; with more bits they may."""


class Decline(Exception):  # noqa: N818
    """A limit of ``limits.py`` was reached; the certificate may or may not be right."""


class NotRational(Exception):  # noqa: N818
    """An exact value is not (recognised as) a rational number; callers go on formally or reject."""


@dataclass(frozen=True)
class Proved:
    """The words of a claim that is proved, and the cited theorems on which that rests, in words.

    ``problem`` says what it is about in a line.
    """

    words: str
    cited: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class Result:
    """The outcome for one document: ``verdict`` is "accept", "reject", "decline" or "foreign".

    ``words`` is the sentence that an accepted certificate proves, ``problem`` what it is about in a
    line, ``cited`` are the theorems that it takes from elsewhere. ``reason`` is why another one is
    not accepted; ``coarse`` says that its evidence may do with more bits. Foreign is what is no
    certificate: another file, or one that cannot be read. A result has no truth value, so that
    nobody takes a decline for a success.
    """

    verdict: str
    words: str
    reason: str
    cited: tuple[str, ...] = ()
    coarse: bool = False
    problem: str = ""

    def __bool__(self) -> bool:
        raise TypeError("a result has no truth value; compare its verdict")


def quoted(value: object, length: int = 60) -> str:
    """``value`` for a message: printable ASCII on one line, shortened.

    >>> quoted("a\\nACCEPT: b")
    "'a\\\\nACCEPT: b'"
    """
    text = ascii(value) if isinstance(value, (str, int, bool, type(None))) else type(value).__name__
    return text if len(text) <= length else text[: length - 3] + "..."


@contextmanager
def placed(place: str) -> Iterator[None]:
    """Rejections inside that do not know their place get this one."""
    try:
        yield
    except Reject as rejection:
        if rejection.place:
            raise
        raise type(rejection)(place, rejection.reason) from None
