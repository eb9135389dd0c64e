"""The claims of NMH19's proof scripts as steps of section 10 of the format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from exactland.certificate.proof_claims import BITS, Encoded, in_bits
from exactland.errors import UsageError
from exactland.papers.nmh19 import claims
from exactland.proof.claims import AlmostEverywhere
from exactland.proof.script import Fact, Walkthrough

Json = Any
#: Properties of the format by the checks that the scripts name, with the activations it knows.
PROPERTIES = {
    "functions.facts.nmh19_assumption_1_1": "nmh19-1.1",
    "functions.facts.nmh19_assumption_1_2": "nmh19-1.2",
    "softplus": "softplus",
}
NAMED = {
    "nmh19-1.1": ("identity", "sigmoid", "tanh", "arctan", "erf", "exp", "softplus"),
    "nmh19-1.2": ("sigmoid", "r1", "gaussian", "lorentz", "relu6", "hard-sigmoid"),
    "softplus": ("softplus",),
}


def encoded(walk: Walkthrough, fact: Fact, claim: Any, used: Sequence[Any]) -> Encoded | None:
    """The step of a fact of NMH19's own claims; None for others and for those left out."""
    match claim:
        case AlmostEverywhere():
            _require_named_units(walk)
        case claims.WellFormed():
            return Encoded({"kind": "well-formed"}, {})
        case claims.UnitsAsDefined():
            return Encoded({"kind": "units-as-defined"}, {})
        case claims.UnitActivation(unit=unit, check=check) if check in PROPERTIES:
            return _activation(walk, unit, PROPERTIES[check])
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


def _require_named_units(walk: Walkthrough) -> None:
    """Lemma 2 rests on a step for every unit; UsageError where the format has none."""
    for unit in walk.problem.skip.units:
        if unit.activation.name not in NAMED["nmh19-1.1"]:
            raise UsageError(
                f"unit {unit.id}",
                "the certificate format has no claim that its activation, "
                f"{unit.activation.name}, is strictly increasing and analytic",
                "the table is in docs/certificate-v1.md, section 10",
            )


def _activation(walk: Walkthrough, unit: str, property: str) -> Encoded | None:
    if walk.problem.skip.unit(unit).activation.name not in NAMED[property]:
        return None
    return Encoded({"kind": "unit-activation", "unit": unit, "property": property}, {})
