"""Paths into a certificate that attacks have in common."""

from __future__ import annotations

from typing import Any

#: Values at paths, or a function from all genuine certificates to these.
Edits = Any
#: The attack's name, the genuine certificate's name, the edits.
Attack = tuple[str, str, Edits]

LOWER, UPPER = "evidence/lower", "evidence/upper"
VECTOR = f"{UPPER}/vectors/0"
LAYER, INPUTS, W = "problem/network/layers/0", "problem/data/inputs", "problem/parameters/0/W"
SIGMA = f"{LAYER}/activation"

#: Without the lower bound, so that only the upper one can betray the forgery.
BARE: dict[str, Any] = {LOWER: None, "claim/at_least": 0}
GENERIC_BARE: dict[str, Any] = {**BARE, "evidence/parameters": None}


def transposed(rows: Any) -> Any:
    """The columns of a list of rows."""
    return [list(column) for column in zip(*rows, strict=True)]
