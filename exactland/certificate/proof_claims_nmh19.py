"""The claims of NMH19's proof scripts as steps of section 10 of the format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exactland.certificate.proof_claims import BITS, Encoded, in_bits
from exactland.papers.nmh19 import claims
from exactland.proof.script import Fact, Walkthrough

Json = Any
#: Properties of the format by the checks that the scripts name.
PROPERTIES = {
    "functions.facts.nmh19_assumption_1_1": "nmh19-1.1",
    "functions.facts.nmh19_assumption_1_2": "nmh19-1.2",
    "softplus": "softplus",
}


def encoded(walk: Walkthrough, fact: Fact, claim: Any, used: Sequence[Any]) -> Encoded | None:
    """The step of a fact of NMH19's own claims; None for others."""
    document: Json
    match claim:
        case claims.WellFormed():
            return Encoded({"kind": "well-formed"}, {})
        case claims.UnitsAsDefined():
            return Encoded({"kind": "units-as-defined"}, {})
        case claims.UnitActivation(unit=unit, check=check) if check in PROPERTIES:
            document = {"kind": "unit-activation", "unit": unit, "property": PROPERTIES[check]}
            return Encoded(document, {})
        case claims.SkipUnits(ids=ids):
            return Encoded({"kind": "skip-units", "ids": list(ids)}, {})
        case claims.OwnBiases(ids=ids):
            return Encoded({"kind": "own-biases", "ids": list(ids)}, {})
        case claims.BackwardPath(path=path):
            return Encoded({"kind": "backward-path", "path": list(path)}, {})
        case claims.SamplesApart(unit=unit):
            return Encoded({"kind": "samples-apart", "unit": unit}, in_bits(fact, 2 * BITS))
        case claims.IndependentColumns(ids=ids, rows=rows):
            document = {"kind": "independent-columns", "ids": list(ids), "rows": list(rows)}
            return Encoded(document, in_bits(fact, 2 * BITS))
    return None
