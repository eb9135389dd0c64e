"""Holes are planted in the checker of proofs; the campaign finds each."""

from __future__ import annotations

from fractions import Fraction
from importlib import import_module
from typing import Any

import pytest
from mutants import canonical
from test_proof_mutations import ORIGINALS, run

from exactland.checker.outcome import Reject
from exactland.checker.proofs.comparisons import Gaps
from exactland.checker.proofs.setting import Shown


def _nothing(*arguments: Any, **more: Any) -> None:
    return None


def _yes(*arguments: Any) -> bool:
    return True


def _somewhere(step: Shown, part: Any, at: Any) -> bool:
    return step.says(part, step.at)


def _first_stage(setting: Any, stage: Any) -> Any:
    return setting.stages[0] if setting.stages else None


def _any_gaps(values: Any, *arguments: Any) -> Gaps:
    return Gaps(len(values), Fraction(1), Fraction(1))


def _gamma(setting: Any, claim: Any, place: str) -> Any:
    """Samples, but also fewer, one twice, or counted from the end."""
    samples = setting.problem.samples
    if not all(type(i) is int and -samples <= i < samples for i in claim["gamma"]):
        raise Reject(place, "no samples")
    return claim["gamma"]


def _zero(*arguments: Any) -> Any:
    return [Fraction(0)]


FAR = {"relu": 1, "relu6": 1, "hard-sigmoid": 1}
#: Where the hole is (module.attribute, or module.TABLE:key), what stands there instead, and texts
#: of which the certificates have one whose mutants fall into it.
HOLES: dict[str, tuple[str, Any, str]] = {
    "numbers need not differ": ("directions.check_distinct", _nothing, "distinct-projections"),
    "coordinates need not differ": ("series.check_distinct", _nothing, "distinct-coordinate"),
    "nothing has to be sorted": ("directions.sorted_gaps", _any_gaps, "sorted"),
    "gamma need not be a permutation": ("directions.permutation", _gamma, "sorted"),
    "projections need not increase": ("families._increasing", _any_gaps, "increasing"),
    "the tail may start anywhere": ("directions.check_tail", _nothing, "tail-dominated"),
    "the zeros of relu reach far": ("tails.ZERO_UP_TO", FAR, "triangular-tail"),
    "every minor is nonsingular": ("series.is_nonsingular", _yes, "minor"),
    "every determinant of a tail is nonzero": ("tails.is_nonsingular", _yes, "tail-determinant"),
    "norms are not compared": ("layers._is_positive", _yes, "norm-bounds"),
    "sigma(beta) may be 0": ("directions.check_nonzero", _nothing, "nonzero-value"),
    "derivatives may vanish": ("series._nonzero_derivatives", _nothing, "derivatives"),
    "every function is analytic": ("network.is_analytic", _yes, "analytic"),
    "every condition holds": ("proof.CHECKS:condition", _nothing, "condition"),
    "stages are as near as you like": ("proof.CHECKS:near", _nothing, "near"),
    "null vectors need not be any": ("ranks.null_vectors", lambda *arguments: 0, "LinearRanks"),
    "derivatives need not agree": ("calculus._differences", _zero, "gradients"),
    "targets need not be fitted": ("proof.CHECKS:fitted", _nothing, "lambda"),
    "constants of growth are not compared": ("proof.CHECKS:growth", _nothing, "growth"),
    "a conjunction is not looked at": ("rules.RULES:conjunction", _nothing, "conjunction"),
    "a conjunction takes what holds at another stage": ("rules._holds", _somewhere, "conjunction"),
    "parameters are always unchanged": ("rules._lower", _nothing, "unchanged"),
    "the stage does not matter": ("setting.Setting.parameters", _first_stage, "full-rank"),
    "a witness is not asked for": ("rules.RULES:witness", _nothing, "witness"),
    "every path leads down": ("proof.CHECKS:backward-path", _nothing, "backward-path"),
    "biases need not be own": ("proof.CHECKS:own-biases", _nothing, "own-biases"),
    "any weight separates": ("proof.CHECKS:separating-weight", _nothing, "separating-weight"),
    "moments have rank N": ("series.rank_modulo", lambda minor, p: len(minor), "moments"),
    "the last step may be any": ("conclusions._attains", _yes, "There are parameters"),
    "any name of a network will do": ("widths.as_text", lambda claim: "", "VGG|There are"),
}


def _plant(where: str, what: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    path, _, key = where.partition(":")
    module, *names = path.split(".")
    place: Any = import_module(f"exactland.checker.proofs.{module}")
    for name in names if key else names[:-1]:
        place = getattr(place, name)
    if key:
        assert key in place
        monkeypatch.setitem(place, key, what)
    else:
        assert hasattr(place, names[-1])
        monkeypatch.setattr(place, names[-1], what)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOLES)
def test_the_campaign_finds_the_hole(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    where, what, text = HOLES[name]
    texts = text.split("|")
    originals = [d for d in ORIGINALS if any(t in canonical(d).decode() for t in texts)]
    assert originals
    _plant(where, what, monkeypatch)
    with pytest.raises(AssertionError, match=r"verdict=.accept"):
        run(0, 8_000, originals)
