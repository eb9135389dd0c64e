"""The driver and the rules: what is not checked is not a fact, and a false claim stops a script."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from flint import arb, fmpq

import exactland
from exactland.conditions.claims import Assumption, FullRank, GenericFullRank, MatrixName
from exactland.errors import UsageError
from exactland.model.parameters import LayerParameters
from exactland.proof import rules as by
from exactland.proof.cited import cited
from exactland.proof.claims import (
    AlmostEverywhere,
    At,
    Attained,
    Cited,
    DistinctEntries,
    DistinctProjections,
    HypothesisHolds,
    NonZeroValue,
    Sorts,
    TailDominated,
    Together,
)
from exactland.proof.projections import colliding, decided
from exactland.proof.script import (
    Definition,
    Driver,
    Fact,
    Failure,
    Grounds,
    Script,
    Step,
    StepFailed,
    Steps,
    Walkthrough,
)


def dense(inputs: Any, width: int, activation: Any = "relu", parameters: Any = None) -> Any:
    network = exactland.SequentialNetwork([exactland.Dense(width, activation=activation)])
    return exactland.Problem(network, inputs, parameters)


WALK = Walkthrough(dense([[0], [1]], 2))
PATCHES = Assumption("NH18:Asm3.1", True)
ONES = ((fmpq(1), fmpq(1)),)


def script_of(steps: Any, goal: Any = PATCHES) -> Script:
    return Script("test", steps, lambda walk, claim: claim == goal)


def one_step(walk: Walkthrough) -> Steps:
    return (yield Step(PATCHES, by.assumption))


def test_a_run_reaches_its_goal_and_numbers_its_facts() -> None:
    def steps(walk: Walkthrough) -> Steps:
        first = yield Step(PATCHES, by.assumption, (), "Assumption 3.1")
        yield Definition("beta", fmpq(1), "a number")
        return (yield Step(Together((PATCHES,)), by.conjunction, (first,), "the end", "NH18:E2"))

    driver = Driver(script_of(steps, Together((PATCHES,))), WALK).run()
    first, beta, last = driver.entries
    assert driver.finished
    assert driver.failure is None
    assert isinstance(first, Fact)
    assert isinstance(beta, Definition)
    assert isinstance(last, Fact)
    assert (first.number, last.number, last.uses) == (1, 2, (1,))
    assert (last.passage, last.erratum, last.grounds.kind) == ("the end", "NH18:E2", "logic")
    assert driver.advance() is None


def test_a_fact_of_another_run_is_refused() -> None:
    other = Driver(script_of(one_step), WALK).advance()

    def steps(walk: Walkthrough) -> Steps:
        return (yield Step(Together((PATCHES,)), by.conjunction, (other,)))  # type: ignore[arg-type]

    with pytest.raises(UsageError, match="a fact of another run"):
        Driver(script_of(steps), WALK).run()


def test_a_fact_of_another_run_is_no_end() -> None:
    other = Driver(script_of(one_step), WALK).advance()

    def steps(walk: Walkthrough) -> Steps:
        yield Step(PATCHES, by.assumption)
        return other

    with pytest.raises(UsageError, match="ends without a fact"):
        Driver(script_of(steps), WALK).run()


def test_a_made_up_fact_is_refused() -> None:
    made_up = Fact(1, PATCHES, Grounds("exact", "because I say so"))

    def steps(walk: Walkthrough) -> Steps:
        yield Step(PATCHES, by.assumption)
        return (yield Step(Together((PATCHES,)), by.conjunction, (made_up,)))

    with pytest.raises(UsageError, match="a fact of another run"):
        Driver(script_of(steps), WALK).run()


def test_the_last_fact_has_to_be_the_goal() -> None:
    with pytest.raises(UsageError, match="is not its goal"):
        Driver(script_of(one_step, Assumption("NH18:Asm2.4", True)), WALK).run()


def test_a_script_without_a_last_fact_proves_nothing() -> None:
    def steps(walk: Walkthrough) -> Steps:
        yield Step(PATCHES, by.assumption)

    driver = Driver(script_of(steps), WALK)
    with pytest.raises(UsageError, match="ends without a fact"):
        driver.run()
    assert not driver.finished


def test_a_failure_shows_the_relation_and_ends_the_run() -> None:
    reached = []

    def steps(walk: Walkthrough) -> Steps:
        yield Step(PATCHES, by.assumption, (), "Assumption 3.1")
        reached.append(True)

    driver = Driver(script_of(steps), Walkthrough(dense([[1], [1]], 2))).run()
    failure = driver.failure
    assert isinstance(failure, Failure)
    assert failure.step.passage == "Assumption 3.1"
    assert "(patch 1 of sample 1 equals patch 1 of sample 2: (1))" in failure.relation
    assert failure.finding.verdict == "refuted"
    assert not reached
    assert not driver.finished
    assert driver.advance() is None


def test_a_construction_that_finds_nothing_is_a_failure() -> None:
    def steps(walk: Walkthrough) -> Steps:
        yield Step(PATCHES, by.assumption)
        raise StepFailed("a Q that does not exist")

    driver = Driver(script_of(steps), WALK).run()
    assert driver.failure is not None
    assert driver.failure.relation == "a Q that does not exist"
    assert "a Q that does not exist" in driver.failure.step.claim.words()


# Every rule refuses a false claim of its kind.

PARAMETERS = (LayerParameters([[1, 1]], [0, 0]),)
SAME = (LayerParameters([[0, 0]], [1, 1]),)
GAMMA_WRONG = At(None, Sorts(1, ONES, (1, 0)))
WIDE = HypothesisHolds("n_k >= N.", "proof.instance.wide_layer")
F_1 = MatrixName("features", 1)


@pytest.mark.parametrize(
    ("rule", "claim", "said"),
    [
        (by.assumption, Assumption("NH18:Asm3.1", False), "holds on this instance"),
        (by.comparison, At(SAME, DistinctEntries(1)), "are not different: both 1"),
        (by.comparison, At(None, DistinctProjections(1, ((0, 0),), False)), "not different"),
        (by.comparison, At(None, DistinctProjections(1, ((0, 0),), True)), "not different"),
        (by.comparison, GAMMA_WRONG, "for all i > j"),
        (by.comparison, At(None, Sorts(1, ONES, (0, 0))), "permutation"),
        (by.comparison, At(None, Sorts(1, ONES, (0,))), "permutation"),
        (by.comparison, NonZeroValue(1, fmpq(-1)), "sigma_1(-1) != 0"),
        (by.comparison, PATCHES, "no comparison"),
        (by.full_rank, At(SAME, FullRank(F_1, 2, 2)), "has rank 1"),
        (by.full_rank, At(PARAMETERS, FullRank(F_1, 2, 3)), "has rank 1"),
        (by.full_rank, At(PARAMETERS, DistinctEntries(1)), "no claim of full rank"),
        (by.generic_full_rank, GenericFullRank(MatrixName("weights", 1), 2, 2), "full rank 1"),
        (by.domination, At(None, DistinctEntries(1)), "no domination"),
        (by.domination, At(None, TailDominated(1, ONES, (1, 0), fmpq(1), fmpq(9))), "d_ij < 0"),
        (by.domination, At(None, TailDominated(1, ONES, (0, 1), fmpq(-1), fmpq(9))), "!= 0"),
        (by.domination, At(None, TailDominated(1, ONES, (0, 1), fmpq(1), fmpq(1, 2))), "delta"),
        (by.witness, AlmostEverywhere(F_1, 2, 2), "among the facts used"),
        (by.existence, Attained(PARAMETERS, (FullRank(F_1, 2, 2),)), "among the facts used"),
        (by.conjunction, Together((PATCHES,)), "among the facts used"),
    ],
)
def test_a_false_claim_fails(rule: Any, claim: Any, said: str) -> None:
    with pytest.raises(StepFailed) as failed:
        rule(WALK, claim, ())
    assert said in failed.value.relation


def test_hypotheses_are_decided_on_the_instance() -> None:
    assert by.hypothesis(WALK, WIDE, ()).kind == "exact"
    with pytest.raises(StepFailed, match="n_1 = 1 and N = 2"):
        by.hypothesis(Walkthrough(dense([[0], [1]], 1)), WIDE, ())
    analytic = HypothesisHolds("analytic.", "functions.facts.analytic", 1)
    with pytest.raises(StepFailed, match="relu: it has a kink"):
        by.hypothesis(WALK, analytic, ())
    unknown = Walkthrough(dense([[0], [1]], 2, {"expr": "sqrt(t**2+t)"}))
    with pytest.raises(StepFailed, match="is not shown"):
        by.hypothesis(unknown, analytic, ())


def fact(claim: Any) -> Fact:
    """A fact as a rule sees it; the driver, not the rule, checks where it comes from."""
    return Fact(1, claim, Grounds("exact", ""))


def test_unchanged_needs_the_same_claim_and_the_same_lower_layers() -> None:
    claim = FullRank(F_1, 2, 2)
    two = (PARAMETERS[0], None)
    assert by.unchanged(WALK, At((PARAMETERS[0], SAME[0]), claim), (fact(At(two, claim)),))
    for other in (At((SAME[0], None), claim), At(two, DistinctEntries(1))):
        with pytest.raises(StepFailed):
            by.unchanged(WALK, At(two, claim), (fact(other),))
    second = FullRank(MatrixName("features", 2), 2, 2)
    with pytest.raises(StepFailed, match="layer 2"):
        by.unchanged(WALK, At((PARAMETERS[0], SAME[0]), second), (fact(At(two, second)),))


def test_a_witness_needs_every_activation_to_be_analytic() -> None:
    claim = AlmostEverywhere(F_1, 2, 2)
    point = fact(At(PARAMETERS, FullRank(F_1, 2, 2)))
    smooth = fact(HypothesisHolds("analytic.", "functions.facts.analytic", 1))
    zeros = fact(cited("analytic-zeros", "a book"))
    assert by.witness(WALK, claim, (point, smooth, zeros)).kind == "logic"
    other = fact(At(PARAMETERS, FullRank(F_1, 2, 1)))
    approximation = fact(cited("analytic-approximation", "a book"))
    for uses in (
        (point, zeros),
        (smooth, zeros),
        (other, smooth, zeros),
        (point, smooth),
        (point, smooth, approximation),
    ):
        with pytest.raises(StepFailed):
            by.witness(WALK, claim, uses)


def test_existence_needs_the_same_parameters() -> None:
    rank = FullRank(F_1, 2, 2)
    with pytest.raises(StepFailed):
        by.existence(WALK, Attained(PARAMETERS, (rank,)), (fact(At(SAME, rank)),))


def test_a_citation_is_of_the_table_or_has_no_name() -> None:
    assert by.citation(WALK, Cited("a theorem", "a book"), ()).kind == "cited"
    known = cited("analytic-zeros", "a book")
    assert by.citation(WALK, known, ()).kind == "cited"
    for false in (replace(known, text="Cited: everything."), replace(known, theorem="everything")):
        with pytest.raises(StepFailed, match="That is not the theorem"):
            by.citation(WALK, false, ())


def test_a_generic_rank_needs_the_theorem_on_zeros() -> None:
    claim = GenericFullRank(MatrixName("weights", 1), 1, 2)
    with pytest.raises(StepFailed, match="the theorem is cited"):
        by.generic_full_rank(WALK, claim, ())
    zeros = fact(cited("analytic-zeros", "a book"))
    assert by.generic_full_rank(WALK, claim, (zeros,)).kind == "modular"


# colliding: what balls do not tell apart is not different.


def values(*given: tuple[Any, int]) -> list[tuple[Any, int, str]]:
    return [(value, sample, f"v{index}") for index, (value, sample) in enumerate(given)]


def test_colliding_compares_different_samples_only() -> None:
    assert colliding(values((fmpq(1), 0), (fmpq(1), 0), (fmpq(2), 1))) is None
    assert colliding(values((fmpq(1), 0), (fmpq(2), 1), (fmpq(1), 1))) is not None


def test_colliding_with_overlapping_balls() -> None:
    assert colliding(values((arb(0, 1), 0), (arb(3, 1), 1))) is None
    assert colliding(values((arb(0, 1), 0), (arb(1, 1), 1))) is not None
    assert colliding(values((arb(0, 2), 0), (arb(2, 0), 1))) is not None  # they touch
    assert colliding(values((arb("nan"), 0), (arb(1), 1))) is not None
    assert colliding(values((arb(1), 1), (arb("nan"), 0))) is not None
    assert colliding(values((arb("nan"), 0), (arb("nan"), 0))) is None


def test_colliding_with_a_wide_ball_beneath_narrow_ones_of_its_own_sample() -> None:
    # The wide ball of sample 0 reaches over three balls; only the last is of another sample.
    wide = values((arb(0, 10), 0), (arb(1), 0), (arb(2), 0), (arb(3), 1))
    assert colliding(wide) is not None
    # Behind two larger upper ends of sample 1 the one of sample 0 is not forgotten.
    both = values((arb(0, 5), 0), (arb(-1, 9), 1), (arb(-2, 8), 1), (arb(4), 1))
    assert colliding(both) is not None


@pytest.mark.parametrize("seed", range(200))
def test_colliding_agrees_with_all_pairs(seed: int) -> None:
    from random import Random

    draw = Random(seed)
    given = [
        (arb(draw.randint(-30, 30), draw.choice([0, 0.5, 1, 4])), draw.randrange(3))
        for _ in range(draw.randint(2, 7))
    ]
    apart = all(i == j or not x.overlaps(y) for a, (x, i) in enumerate(given) for y, j in given[:a])
    assert (colliding(values(*given)) is None) == apart


def test_decided_raises_the_precision_and_gives_up_at_the_ceiling() -> None:
    def rows(arithmetic: Any) -> Any:
        small = fmpq(1, 2**300)
        one = arithmetic.call("exp", arithmetic.number(fmpq(1)))
        return [[one], [one + arithmetic.number(small)]]

    def differ(given: Any) -> str | None:
        return colliding(values((given[0][0], 0), (given[1][0], 1)))

    found = decided(rows, differ)
    assert found.kind == "ball"
    assert found.evidence > 256

    def equal(arithmetic: Any) -> Any:
        one = arithmetic.call("exp", arithmetic.number(fmpq(1)))
        return [[one], [one]]

    with pytest.raises(StepFailed, match="not decided with 2048 bits"):
        decided(equal, differ)
