"""The scripts of NMH19 on skip networks: the class, Assumption 1 with its paths, Lemma 2."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from flint import arb, arb_mat, fmpq

import exactland
from exactland.conditions.claims import FullRank, MatrixName
from exactland.papers.examples import example
from exactland.papers.nmh19 import claims, rules
from exactland.papers.nmh19.constructions import backward_path, columns
from exactland.papers.nmh19.scripts import SCRIPTS, script
from exactland.proof.cited import cited
from exactland.proof.claims import AlmostEverywhere, At
from exactland.proof.script import Driver, Fact, Failure, Grounds, StepFailed, Walkthrough

SOFTPLUS = {"name": "softplus", "alpha": "1/2"}
POINTS = [[0, 1], [1, 0], [2, 3]]
WORKED = exactland.load_problem(Path(__file__).parents[2] / "examples" / "skip-worked.json")


def unit(
    id: str,
    layer: int,
    sources: Any,
    sigma: Any = "sigmoid",
    group: str = "",
    bias: str | None = "",
) -> exactland.Unit:
    """A unit with weights and a bias of its own unless others are named."""
    own = f"b{id}" if bias == "" else bias
    return exactland.Unit(id, layer, sources, group or f"u{id}", own, sigma)


def problem(units: Any, skips: str, inputs: Any = POINTS, **rest: Any) -> Any:
    return exactland.Problem(exactland.SkipNetwork(units, skips.split()), inputs, **rest)


def three(sigma: Any, **changes: Any) -> Any:
    """Two units on the inputs and one above, all of them skip units."""
    return problem(
        [unit("a", 1, [0, 1], sigma), unit("b", 1, [1, 0], sigma),
         unit("c", 2, ["a", "b"], sigma, **changes)],
        "a b c",
    )  # fmt: skip


#: Softplus units over plain ones: paths to the first layer that meet no other skip unit.
LADDER = problem(
    [unit("h", 1, [0, 1], SOFTPLUS), unit("g", 1, [1, 0], SOFTPLUS),
     unit("p", 2, ["h"], SOFTPLUS), unit("q", 2, ["h", "g"], SOFTPLUS),
     unit("r", 3, ["p", "g"], SOFTPLUS)],
    "p q r",
)  # fmt: skip
#: The same chain with every unit a skip unit: no such path from b and c.
CHAIN = problem(
    [unit("a", 1, [0, 1], SOFTPLUS), unit("b", 2, ["a"], SOFTPLUS), unit("c", 3, ["b"], SOFTPLUS)],
    "a b c",
)
WIDE = problem(
    [unit("a", 1, [0, 1], group="u", bias="s"), unit("b", 1, [1, 0], group="u", bias="t"),
     unit("c", 2, ["a", 0]), unit("d", 2, ["b", 1], {"expr": "1/(1+exp(-2*t))"}),
     unit("e", 3, ["d", "c", 0], SOFTPLUS)],
    "a b c d e",
)  # fmt: skip


def run(id: str, instance: Any) -> Driver:
    start = time.process_time()
    driver = Driver(SCRIPTS[id], Walkthrough(instance)).run()
    assert time.process_time() - start < 5
    return driver


def proved(id: str, instance: Any) -> list[Any]:
    driver = run(id, instance)
    assert driver.failure is None, driver.failure
    assert driver.finished
    return driver.entries


def failing(id: str, instance: Any) -> Failure:
    driver = run(id, instance)
    assert driver.failure is not None
    assert not driver.finished
    return driver.failure


@pytest.mark.parametrize("id", SCRIPTS)
def test_every_script_runs_on_its_built_in_example(id: str) -> None:
    proved(id, example(id).problem)


@pytest.mark.parametrize(
    "instance", [WORKED, three("tanh"), LADDER, WIDE, three("relu"), three("silu", bias=None)]
)
def test_units_are_as_they_are_defined(instance: Any) -> None:
    proved("NMH19:DefNet", instance)


@pytest.mark.parametrize("instance", [WORKED, three("sigmoid"), WIDE, LADDER])
def test_assumption_1_part_by_part(instance: Any) -> None:
    parts = proved("NMH19:Asm1", instance)[-1].claim.claims
    assert sum(isinstance(p, claims.UnitActivation) for p in parts) >= len(
        instance.network.units
    ) + len(POINTS)


def test_backward_paths_are_the_evidence() -> None:
    parts = proved("NMH19:Asm1", LADDER)[-1].claim.claims
    paths = {p.path[0]: p.path for p in parts if isinstance(p, claims.BackwardPath)}
    assert paths == {"p": ("p", "h"), "q": paths["q"], "r": ("r", "g")}
    assert paths["q"] in (("q", "h"), ("q", "g"))


@pytest.mark.parametrize("instance", [WORKED, three("sigmoid"), WIDE, LADDER, CHAIN])
def test_lemma_2_greedily(instance: Any) -> None:
    entries = proved("NMH19:Lem2", instance)
    facts = [e for e in entries if isinstance(e, Fact)]
    assert any(f.erratum == "NMH19:E1" for f in facts)
    minors = [f.claim for f in facts if isinstance(getattr(f.claim, "claim", None),
                                                   claims.IndependentColumns)]  # fmt: skip
    assert [len(m.claim.ids) for m in minors] == [1, 2, 3]
    # Recomputed without the script, and for almost all parameters by the package's own witness.
    found = exactland.rank(instance.with_parameters(minors[-1].parameters))
    assert found.verdict == "proved"
    assert exactland.generic_rank_of(instance).verdict == "proved"


def test_the_worked_instance() -> None:
    balls = exactland.Balls(200)
    with balls.working():
        psi = columns(WORKED, WORKED.parameters, ("h2", "h3", "h4"), balls)
        det = arb_mat(psi).det()
        assert det.overlaps(arb("0.207954251332755 +/- 3.85e-16"))
        assert det.rad() < arb("1e-40")
    entries = proved("NMH19:Lem2", WORKED)
    U = next(e.value for e in entries if not isinstance(e, Fact))
    assert U.groups == WORKED.parameters.groups


# Lemma 2 as printed asks for paths, which the repaired one does not need.


def test_the_path_condition_is_not_needed() -> None:
    assert "backward path from b" in failing("NMH19:Asm1", CHAIN).relation
    assert rules.path_exists(HERE, claims.PathExists("r"), ()).detail == "r -> g"
    proved("NMH19:Lem2", CHAIN)


SHARED = three("sigmoid", bias="ba")
BROKEN = [
    ("increasing", three("silu"), "fails: silu"),
    ("analytic", three("r1"), "fails: r1"),
    ("limit 0", three("tanh"), "bounded with limit 0 at -infinity. fails: tanh"),
    ("bounded", three("exp"), "fails: exp"),
    ("M >= N", problem([unit("a", 1, [0, 1]), unit("b", 1, [1, 0])], "a b"), "M = 2 and N = 3"),
    ("two families", problem([unit("a", 1, [0, 1]), unit("b", 1, [1, 0]),
                              unit("c", 1, [0, 1], SOFTPLUS)], "a b c"),
     "It is softplus; of the skip units 2 are shown to be bounded"),
    ("patches", problem([unit("a", 1, [0]), unit("b", 1, [1, 0]), unit("c", 2, ["a"])], "a b c",
                        [[0, 1], [0, 2], [1, 3]]), "fails on this instance"),
]  # fmt: skip


@pytest.mark.parametrize("id", ["NMH19:Asm1", "NMH19:Lem2"])
@pytest.mark.parametrize(("name", "instance", "said"), BROKEN, ids=[b[0] for b in BROKEN])
def test_a_broken_assumption_stops_the_scripts(
    id: str, name: str, instance: Any, said: str
) -> None:
    assert said in failing(id, instance).relation


def test_shared_biases_stop_lemma_2_but_not_assumption_1() -> None:
    """NMH19:E1: with the same inputs, weights and bias two columns of Psi are equal."""
    twins = problem(
        [unit("a", 1, [0, 1], group="u", bias="b"), unit("b", 1, [0, 1], group="u", bias="b"),
         unit("c", 1, [1, 0])],
        "a b c",
    )  # fmt: skip
    for instance in (twins, SHARED, three("sigmoid", bias=None)):
        proved("NMH19:Asm1", instance)
        failure = failing("NMH19:Lem2", instance)
        assert "a bias that no other unit uses" in failure.relation
        assert failure.step.erratum == "NMH19:E1"
    at_random = twins.with_parameters(exactland.random_parameters(twins, 3))
    assert exactland.rank(at_random).rank == 2


def test_a_sequential_network_is_refused() -> None:
    dense = exactland.Problem(exactland.SequentialNetwork([exactland.Dense(2)]), [[1], [2]])
    with pytest.raises(exactland.UsageError, match="no skip network"):
        Driver(SCRIPTS["NMH19:Lem2"], Walkthrough(dense)).run()


def test_an_unknown_id_is_refused() -> None:
    with pytest.raises(exactland.UsageError, match="no proof script"):
        script("NMH19:Thm1.1")


# The rules refuse false claims.

HERE = Walkthrough(LADDER)
EXAMPLE = example("NMH19:Lem2").problem
GIVEN = exactland.random_parameters(EXAMPLE, 0)
ZERO = exactland.SkipParameters(
    {g: [0] * n for g, n in EXAMPLE.network.weight_lengths.items()},
    {b: 0 for b in EXAMPLE.network.bias_names},
)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        (("r", "p", "h"), "Not so for p"),
        (("r", "h"), "does not read h"),
        (("h",), "h is no skip unit"),
        (("q",), "reads other units"),
        ((), "the path is one of units"),
        (("r", "x"), "the path is one of units"),
    ],
)
def test_false_paths_are_refused(path: tuple[str, ...], said: str) -> None:
    with pytest.raises(StepFailed, match=said):
        rules.backward_path(HERE, claims.BackwardPath(path), ())


def test_weights_shared_with_a_skip_unit_block_a_path() -> None:
    """a shares the weights of the skip unit b, so the path from c through a does not count."""
    instance = problem(
        [unit("a", 1, [0, 1], SOFTPLUS, group="u"), unit("b", 1, [1, 0], SOFTPLUS, group="u"),
         unit("c", 2, ["a"], SOFTPLUS)],
        "b c",
    )  # fmt: skip
    walk = Walkthrough(instance)
    assert backward_path(instance, "c") is None
    with pytest.raises(StepFailed, match="Not so for a"):
        rules.backward_path(walk, claims.BackwardPath(("c", "a")), ())
    twins = problem(
        [unit("a", 1, [0, 1], SOFTPLUS, group="u"), unit("b", 1, [1, 0], SOFTPLUS, group="u")],
        "a b",
    )
    assert backward_path(twins, "a") is None
    with pytest.raises(StepFailed, match="shares its weights"):
        rules.backward_path(Walkthrough(twins), claims.BackwardPath(("a",)), ())


@pytest.mark.parametrize(
    ("rule", "claim", "said"),
    [
        (rules.skip_units, claims.SkipUnits(("p", "q", "q")), "N = 3"),
        (rules.skip_units, claims.SkipUnits(("p", "q")), "N = 3"),
        (rules.skip_units, claims.SkipUnits(("p", "q", "h")), "h is no skip unit"),
        (rules.own_biases, claims.OwnBiases(()), "Not so"),
        (rules.softplus, claims.UnitActivation("p", "softplus", "functions.facts.analytic"),
         "It is"),
        (rules.unit_activation, claims.UnitActivation("p", "x", "os.getcwd"), "fact about"),
        (rules.unit_activation, claims.UnitActivation(
            "p", "bounded with limit 0", "functions.facts.nmh19_assumption_1_2"), "It is softplus"),
        (rules.unit_activation, claims.UnitActivation("p", "bounded", "functions.facts.bounded"),
         "fails: "),
        (rules.units_as_defined, claims.UnitsAsDefined(4, 3), "there are 5 units"),
    ],
)  # fmt: skip
def test_false_claims_are_refused(rule: Any, claim: Any, said: str) -> None:
    with pytest.raises(StepFailed, match=said):
        rule(HERE, claim, ())


@pytest.mark.parametrize(
    ("parameters", "ids", "rows"),
    [
        (ZERO, ("a", "b"), (0, 1)),
        (GIVEN, ("a", "a"), (0, 1)),
        (GIVEN, ("a", "b"), (0, 0)),
        (GIVEN, ("a", "b"), (0,)),
        (GIVEN, ("a", "b"), (0, 3)),
        (GIVEN, (), ()),
    ],
)
def test_false_minors_are_refused(parameters: Any, ids: Any, rows: Any) -> None:
    claim = At(parameters, claims.IndependentColumns(ids, rows))
    with pytest.raises(StepFailed):
        rules.independent_columns(Walkthrough(EXAMPLE), claim, ())


def test_equal_sums_are_not_apart() -> None:
    with pytest.raises(StepFailed, match="not different"):
        rules.samples_apart(Walkthrough(EXAMPLE), At(ZERO, claims.SamplesApart("a")), ())


def test_a_witness_needs_the_point_and_every_unit() -> None:
    walk = Walkthrough(EXAMPLE)
    name = MatrixName("skip-features")
    goal = AlmostEverywhere(name, 3, 3)

    def fact(claim: Any) -> Fact:
        return Fact(1, claim, Grounds("exact", ""))

    point = fact(At(GIVEN, FullRank(name, 3, 3)))
    analytic = [
        fact(claims.UnitActivation(id, "analytic", "functions.facts.analytic")) for id in "abc"
    ]
    zeros = fact(cited("analytic-zeros", "a book"))
    assert rules.witness(walk, goal, (point, *analytic, zeros)).kind == "logic"
    for uses in (
        (point, *analytic[:2], zeros),
        (*analytic, zeros),
        (fact(goal), *analytic, zeros),
        (point, *analytic),
    ):
        with pytest.raises(StepFailed):
            rules.witness(walk, goal, uses)
    with pytest.raises(StepFailed, match="3 x 3"):
        rules.witness(walk, AlmostEverywhere(name, 3, 4), (point, *analytic))


def test_a_wrong_psi_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(*given: Any) -> Any:
        rows = original(*given)
        return [[row[1], row[0], *row[2:]] for row in rows]

    original = rules.skip_feature_matrix
    monkeypatch.setattr(rules, "skip_feature_matrix", wrong)
    assert "It is not shown for x_1 and unit" in failing("NMH19:DefNet", WORKED).relation


def test_rational_biases_are_chosen() -> None:
    chosen = [e.value for e in proved("NMH19:Lem2", EXAMPLE) if getattr(e, "name", "") == "b"]
    assert [len(biases.chosen) for biases in chosen] == [1, 2, 3]
    assert all(isinstance(value, fmpq) for _, value in chosen[-1].chosen)
