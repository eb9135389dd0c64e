"""Holes are planted in the checker of proofs; the campaign finds each."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from importlib import import_module
from typing import Any

import pytest
from mutants import canonical
from test_proof_mutations import ORIGINALS, run

from exactland.checker.expression import Number, evaluate, parse
from exactland.checker.outcome import Reject
from exactland.checker.proofs import family_at, losses, outward, shapes, statement_facts
from exactland.checker.proofs.comparisons import Gaps
from exactland.checker.proofs.setting import Shown, as_text


def _nothing(*arguments: Any, **more: Any) -> None:
    return None


def _yes(*arguments: Any) -> bool:
    return True


def _somewhere(setting: Any, claim: Any, at: Any, used: list[Shown], place: str) -> None:
    """A conjunction of what the steps used say, wherever they say it."""
    said = {as_text(step.claim) for step in used}
    if not all(as_text(part) in said for part in claim["claims"]):
        raise Reject(place, "a part is not among the steps used")


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


def _no(*arguments: Any, **more: Any) -> bool:
    return False


def _upwards(*arguments: Any, **more: Any) -> int:
    return 1


def _naught(*arguments: Any) -> int:
    return 0


def _relu(*arguments: Any) -> str:
    return "relu"


def _first_only(left: Any, right: Any, over: Any) -> Any:
    return over.multiply(left[0], right[0])


def _diagonal(document: Any, sigma: Any, gaps: Any, beta: Any, alpha: Any, over: Any) -> Any:
    one, zero = over.number(Fraction(1)), over.number(Fraction(0))
    return [[one if i == j else zero for j in range(len(gaps))] for i in range(len(gaps))]


def _other_gap(rows: Any, gamma: Any, i: int, j: int) -> Any:
    low, high = _GAP(rows, gamma, i, j)
    return -high, -low


def _unmirrored(sigma: Any, gaps: Any, beta: Any, scale: Any, mirrored: bool, over: Any) -> Any:
    return _FAMILY(sigma, gaps, beta, abs(scale), False, over)


def _first_factor(parts: Any) -> Any:
    return parts[0]


def _as_it_is(base: Any) -> Any:
    return base.direction, base.strict


def _positive(node: Any) -> frozenset[int]:
    return frozenset((1,))


def _far_from_0(node: Any, point: Any, over: Any) -> Any:
    """Values at numbers are taken 1000 further on."""
    far = point + 1000 if isinstance(point, Fraction) else point
    return evaluate(node, far, over)


def _square(*arguments: Any) -> Any:
    return parse("t**2", "")


def _unsigned(rows: Any, over: Any) -> Any:
    found = _DETERMINANT(rows, over)
    return found if found is None else over.call("abs", [found])


def _no_terms(rows: Any, over: Any) -> Any:
    return over.number(Fraction(0))


def _all_hold(setting: Any) -> dict[str, bool]:
    return dict.fromkeys(_CONDITIONS(setting), True)


_GAP, _FAMILY, _DETERMINANT = outward._gap, outward._family, family_at.determinant
_CONDITIONS = statement_facts.conditions_of_layers
_NONE, _ONE = Number(Fraction(0)), Number(Fraction(1))
_ANY_LOSSES = {name: replace(loss, admits=_yes) for name, loss in losses.TABLE.items()}
_WITH_SIN = {**shapes._INCREASING, "sin": (-1, 1)}
#: Where the hole is (module.attribute, or module.TABLE:key), what stands there instead, and texts
#: of which the certificates have one whose mutants fall into it.
HOLES: dict[str, tuple[str, Any, str]] = {
    "numbers need not differ": ("directions.check_distinct", _nothing, "distinct-projections"),
    "nothing has to be sorted": ("directions.sorted_gaps", _any_gaps, "sorted"),
    "gamma need not be a permutation": ("directions.permutation", _gamma, "sorted"),
    "projections need not increase": ("families._increasing", _any_gaps, "increasing"),
    "the tail may start anywhere": ("directions.check_tail", _nothing, "tail-dominated"),
    "every determinant of a tail is nonzero": ("tails.is_nonsingular", _yes, "tail-determinant"),
    "matrices far out need not be dominant": ("outward.is_dominant", _yes, "dominance"),
    "any matrix is an inverse": ("outward.is_inverse", _yes, "approximate-inverse"),
    "all is monotone far out": ("outward.monotone", _yes, "tail-nonsingular"),
    "entries beyond a peak are 0": ("outward._largest", _naught, "tail-nonsingular"),
    "a tail starts at any alpha": ("outward._growing", _diagonal, '"growth"'),
    "gaps are turned round": ("outward._gap", _other_gap, "tail-nonsingular"),
    "mirrors show nothing": ("outward._family", _unmirrored, '"mirrored":true'),
    "all increases": ("network.direction_on_line", _upwards, "increasing"),
    "every limit is 0": ("network.constant_sign", lambda end: 0, "nh18-3.2"),
    "all have limits": ("network.is_finite", _yes, "finite-limits|bounded"),
    "tanh is 0 on the left": ("shapes._INCREASING:tanh", (_NONE, _ONE), "nh18-3.2"),
    "sin grows": ("shapes._INCREASING", _WITH_SIN, "increasing|nh17-3.2"),
    "products have a limit of 0": ("shapes._product_limit", lambda ends: _NONE, "nh18-3.2"),
    "even powers go with the base": ("shapes._in_absolute_value", _as_it_is, "increasing|nh17"),
    "quotients have the limit 0": ("half_lines._limit_of_quotient", lambda a: _NONE, "nh18-3.2"),
    "signs are positive": ("half_lines.signs_everywhere", _positive, "increasing|nh17-3.2"),
    "a branch is found": ("quotients.larger", lambda a, b, start: a, "increasing|nh18-3.2"),
    "products go with their factors": ("shapes._of_product", _first_factor, "increasing|nh17-3.2"),
    "polynomials have no roots": ("quotients.has_root", _no, "increasing|nh17-3.2"),
    "tails are 0 wherever one looks": ("tails._vanishes", _yes, "triangular-tail"),
    "slopes may be negative": ("inequalities._require_nonnegative", _nothing, "inequality"),
    "inequalities are believed": ("inequalities.require_inequality", _nothing, "inequality"),
    "inequalities begin later": ("inequalities.evaluate", _far_from_0, "inequality"),
    "every loss is squared": ("losses.residual", _square, "residual-loss"),
    "parameters of losses are admissible": ("losses.TABLE", _ANY_LOSSES, "gradients"),
    "gradients are of any loss": ("calculus.residual", _square, "gradients"),
    "exchanged rows keep the sign": ("family_at.determinant", _unsigned, "determinant-at"),
    "the other terms are 0": ("family_at.other_terms", _no_terms, "permutation-terms"),
    "determinants at alpha are believed": (
        "proof.CHECKS:determinant-at",
        _nothing,
        "determinant-at",
    ),
    "every name will do": ("statement_facts.name_of", _relu, "named-activation"),
    "constants are not compared": ("network.require_constants", _nothing, "growth"),
    "inequalities of softplus are all one needs": (
        "rules.RULES:softplus",
        _nothing,
        "softplus",
    ),
    "kinks are passed over": ("calculus._evaluate_slopes", _nothing, "differentiable"),
    "upper layers are linear": ("network.conditions_of_layers", _all_hold, "condition"),
    "a single step may be another": ("proof.as_text", lambda value: "", '"kind":"step"'),
    "sigma(beta) may be 0": ("directions.check_nonzero", _nothing, "nonzero-value"),
    "every function is analytic": ("network.is_analytic", _yes, "analytic"),
    "every condition holds": ("proof.CHECKS:condition", _nothing, "condition"),
    "stages are as near as you like": ("proof.CHECKS:near", _nothing, "near"),
    "null vectors need not be any": ("ranks.null_vectors", lambda *arguments: 0, "LinearRanks"),
    "derivatives need not agree": ("calculus._differences", _zero, "gradients"),
    "targets need not be fitted": ("proof.CHECKS:fitted", _nothing, "lambda"),
    "constants of growth are not compared": ("proof.CHECKS:growth", _nothing, "growth"),
    "a conjunction is not looked at": ("rules.RULES:conjunction", _nothing, "conjunction"),
    "a conjunction takes what holds at another stage": (
        "rules.RULES:conjunction",
        _somewhere,
        '"at":1,',
    ),
    "parameters are always unchanged": ("rules._lower", _nothing, "unchanged"),
    "the stage does not matter": ("setting.Setting.parameters", _first_stage, "full-rank"),
    "a witness is not asked for": ("rules.RULES:witness", _nothing, "witness"),
    "the last step may be any": ("conclusions._attains", _yes, "There are parameters"),
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
        run(0, 8_000, originals, whole=False)
