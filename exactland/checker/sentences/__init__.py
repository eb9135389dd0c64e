"""The printer: the sentence of a claim of section 10, from its data alone.

The package prints with it too, so that there is one wording; nothing else of the checker is for it.
"""

from __future__ import annotations

from typing import Any

from .printing import Claim, Filled
from .templates import template
from .values import point

__all__ = ["sentence", "words"]


def words(claim: Any, evidence: Any) -> str:
    """The words of a document of kind ``proof`` or ``step``: they are about its last step."""
    last, at = evidence["steps"][-1], evidence["steps"][-1]["at"]
    said = sentence(last["claim"], evidence["parameters"][at] if type(at) is int else at)
    about = f"{claim['statement']} on" if claim["kind"] == "proof" else "On"
    layer = "" if claim["layer"] is None else f", layer {claim['layer']}"
    return f"{about} this instance{layer}: {said}"


def sentence(claim: Claim, at: Any) -> str:
    """The sentence of a claim that has been checked; different claims have different ones.

    ``at`` is None, "given", or the constructed parameters themselves as section 3 writes them.

    >>> sentence({"kind": "distinct-rows", "layer": 1}, [{"W": [[1, "1/2"]]}, None])
    'The rows of F_1 differ, at the constructed parameters p = (W_1 = [[1, 1/2]]).'
    """
    if at is None or at == "given":
        return _one(claim, None if at is None else "the given parameters")
    if claim["kind"] == "together":
        return f"There are parameters, p = {point(at)}, with: {_one(claim, 'p')}"
    return _one(claim, f"the constructed parameters p = {point(at)}")


def _one(claim: Claim, where: str | None) -> str:
    """The sentence with a name for the parameters, or None."""
    if claim["kind"] == "together":
        return " ".join(_one(part, where) for part in claim["claims"])
    return template(claim).format_map(Filled(claim, where))
