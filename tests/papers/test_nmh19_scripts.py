"""The scripts of NMH19 on skip networks: the class, Assumption 1 with its paths, Lemma 2."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from flint import arb, arb_mat

import exactland
from exactland.papers.examples import example
from exactland.papers.nmh19.constructions import columns
from exactland.papers.nmh19.scripts import SCRIPTS, script
from exactland.proof.formula import Notebook, witnessed
from exactland.proof.script import Driver, Fact, Failure, Script, Walkthrough

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
    *parts, whole = (entry.claim.body for entry in proved("NMH19:Asm1", instance))
    assert [part for part in whole[1:] if part not in parts] == []


@pytest.mark.parametrize("instance", [WORKED, three("sigmoid"), WIDE, LADDER, CHAIN])
def test_lemma_2_greedily(instance: Any) -> None:
    entries = proved("NMH19:Lem2", instance)
    facts = [e for e in entries if isinstance(e, Fact)]
    assert any(f.erratum == "NMH19:E1" for f in facts)
    minors = [fact for fact in facts if "det Psi" in fact.claim.words()]
    assert [len(fact.claim.body[2][1][1][2]) - 1 for fact in minors] == [1, 2, 3]
    # Recomputed without the script, and for almost all parameters by the package's own witness.
    found = exactland.rank(instance.with_parameters(minors[-1].claim.parameters))
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
    p = next(e.value for e in entries if not isinstance(e, Fact))
    assert p.groups == WORKED.parameters.groups


# Lemma 2 as printed asks for paths, which the repaired one does not need.


def test_the_path_condition_is_not_needed() -> None:
    assert "3 are softplus, 1 of these with a path" in failing("NMH19:Asm1", CHAIN).relation
    proved("NMH19:Lem2", CHAIN)


SHARED = three("sigmoid", bias="ba")
COUNTED = "of 3 skip units {} are shown to be bounded with limit 0 at -infinity"
BROKEN = [
    ("increasing", three("silu"), "unit a, silu: ", ""),
    ("analytic", three("r1"), "unit a, r1: not analytic", ""),
    ("limit 0", three("tanh"), COUNTED.format(0), 'where lim sigma_"a" at -infinity is -1'),
    ("bounded", three("exp"), COUNTED.format(0), 'sigma_"a" is bounded: exp: it tends to inf'),
    ("M >= N", problem([unit("a", 1, [0, 1]), unit("b", 1, [1, 0])], "a b"),
     "N <= skips, where N is 3 and skips is 2", ""),
    ("two families", problem([unit("a", 1, [0, 1]), unit("b", 1, [1, 0]),
                              unit("c", 1, [0, 1], SOFTPLUS)], "a b c"),
     COUNTED.format(2), 'sigma_"c" is bounded: softplus: '),
    ("patches", problem([unit("a", 1, [0]), unit("b", 1, [1, 0]), unit("c", 2, ["a"])], "a b c",
                        [[0, 1], [0, 2], [1, 3]]), "unit a reads the same inputs in samples 1", ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "instance", "of_assumption", "of_lemma"), BROKEN, ids=[b[0] for b in BROKEN]
)
def test_a_broken_assumption_stops_the_scripts(
    name: str, instance: Any, of_assumption: str, of_lemma: str
) -> None:
    assert of_assumption in failing("NMH19:Asm1", instance).relation
    assert (of_lemma or of_assumption) in failing("NMH19:Lem2", instance).relation


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
        assert "has none of its own" in failure.relation
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


# What is false is refused, whatever the script yields.

HERE = Walkthrough(LADDER)
EXAMPLE = example("NMH19:Lem2").problem


def yielding(texts: list[str], instance: Any = EXAMPLE) -> Driver:
    """A run of a script that claims these."""

    def steps(walk: Walkthrough) -> Any:
        note, fact = Notebook(walk), None
        yield note.point("p", exactland.random_parameters(instance, 0), "random")
        for text in texts:
            by = witnessed if text.startswith("for almost") else None
            fact = yield note.say(text, *([fact] if fact else []), by=by)
        return fact

    return Driver(
        Script("NMH19:Lem2", steps, lambda walk, claim: True), Walkthrough(instance)
    ).run()


@pytest.mark.parametrize(
    "text",
    [
        "at p: det Psi[(1, 1), (1, 2)] != 0",
        "at zero: det Psi[(1, 2), (1, 2)] != 0",
        'at zero: G_"a" has distinct rows',
        "at p: 4 <= rank Psi",
        "skips = 2",
        'for all parameters: F_"a" = F_"b"',
        'for all parameters: F_"a" = sigma_"a"(X W_"a")',
        "for almost all parameters: rank Psi = 2",
    ],
)
def test_false_claims_are_refused(text: str) -> None:
    assert yielding([text]).failure is not None


def test_a_witness_needs_a_point() -> None:
    almost = "for almost all parameters: rank Psi = N"
    assert yielding(["at p: 3 <= rank Psi", almost]).failure is None
    for texts in ([almost], ["N = 3", almost], ["at zero: rank Psi = 1", almost]):
        assert yielding(texts).failure is not None


def test_a_witness_needs_every_unit_to_be_analytic() -> None:
    failure = yielding(["at p: 3 <= rank Psi", "for almost all parameters: rank Psi = N"],
                       three("r1")).failure  # fmt: skip
    assert failure is not None
    assert "analytic" in failure.relation


def test_weights_shared_with_a_skip_unit_block_a_path() -> None:
    """a shares the weights of the skip unit b, so the path from c through a does not count."""
    instance = problem(
        [unit("a", 1, [0, 1], SOFTPLUS, group="u"), unit("b", 1, [1, 0], SOFTPLUS, group="u"),
         unit("c", 2, ["a"], SOFTPLUS)],
        "b c",
    )  # fmt: skip
    twins = problem(
        [unit("a", 1, [0, 1], SOFTPLUS, group="u"), unit("b", 1, [1, 0], SOFTPLUS, group="u")],
        "a b",
    )
    for given in (instance, twins):
        failure = yielding(["N skip units have limit 0 or open softplus paths"], given).failure
        assert failure is not None


def test_biases_are_chosen_one_after_the_other() -> None:
    chosen = [e.value for e in proved("NMH19:Lem2", EXAMPLE) if getattr(e, "name", "") == "p"]
    assert [value.partition(" =")[0] for value in chosen[1:]] == [
        f'p but (b_"{id}"' for id in "abc"
    ]
