"""The sentences of citations, minors and expansions, composed anew from the format page."""

from __future__ import annotations

from plain_network import Document
from proof_sentences_steps import Template, decimal

THEOREMS = {
    "analytic-zeros": "the zeros of a function that is analytic on R^n and not identically 0 are "
    "a null set",
    "analytic-approximation": "for every continuous f and epsilon > 0 some g analytic on R has "
    "|f - g| < epsilon on R",
    "published-sizes": "the sizes of the first convolutions of the eight networks of Table 1, and "
    "that no other layer of theirs is wider",
}
NAMES = {"features": "F_{}", "augmented": "[F_{}, 1]", "weights": "U_{}"}


def _comma(where: str) -> str:
    return ", " + where if where else ""


def _weights(numbers: list[object]) -> str:
    return ", ".join(decimal(w) for w in numbers)


def _points(c: Document) -> str:
    k = c["matrix"]["layer"]
    return f"W_{k}" if c["matrix"]["what"] == "weights" else f"parameters of layers 1 to {k}"


def _minor(c: Document) -> str:
    name = NAMES[c["matrix"]["what"]].format(c["matrix"]["layer"])
    rows, columns = (", ".join(str(i) for i in c[key]) for key in ("rows", "columns"))
    return f"minor of {name} with rows {rows} and columns {columns} (counted from 0)"


def _expansion(c: Document, where: str) -> str:
    n = len(c["weights"])
    fixed = f"With (w_1, ..., w_{n}) = ({_weights(c['weights'])}): " if n else ""
    return (
        f"{fixed}det sigma_{c['layer']}(w_i z_j), i, j = 1, ..., {n + 1}, is not identically 0 in "
        f"w_{n + 1}, z_j being the entry {c['coordinate']} of F_{c['layer'] - 1} on sample j"
        f"{_comma(where)}."
    )


def _analytic(c: Document, where: str) -> str:
    the = "" if c["matrix"]["what"] == "weights" else "the "
    return f"The {_minor(c)} is an analytic function of {the}{_points(c)}."


NULL_SETS: dict[str, Template] = {
    "cited": lambda c, where: f"Cited, not checked: {THEOREMS[c['theorem']]}.",
    "sine-cosine-derivatives": lambda c, where: (
        "The n-th derivative of sin + cos at 0 is (-1)^floor(n/2), for every n."
    ),
    "few-excluded": lambda c, where: (
        f"For every analytic g all but at most {c['order']} real c make all derivatives of g + c "
        f"(sin + cos) at 0 of an order below {c['order']} nonzero."
    ),
    "expansion-nonzero": _expansion,
    "distinct-products": lambda c, where: (
        f"<w, x_i> != <w, x_j> for all samples i != j, w = ({_weights(c['weight'])})."
    ),
    "analytic-minor": _analytic,
    "nonzero-minor": lambda c, where: f"The {_minor(c)} is not 0{_comma(where)}.",
    "minor-null": lambda c, where: (
        f"The {_points(c)} at which the {_minor(c)} is 0 are a null set, by the cited theorem, "
        "which is not proved here."
    ),
}
