"""What the printer prints is read back, and what people type is understood."""

from __future__ import annotations

import pytest
from formula_generator import Formulas

from exactland.checker.expression import FUNCTIONS
from exactland.checker.formulas import parts, read_claim
from exactland.checker.outcome import Reject
from exactland.checker.printer import words
from exactland.checker.signature import CALLS, FACTS, HEADS, NAMES, TABLE, reserved
from exactland.claims.text import read_text
from exactland.errors import InputError


def round_trip(seeds: range, size: int) -> set[str]:
    """The heads and facts of random formulas, each of which is read back from its words."""
    met: set[str] = set()
    texts: dict[str, object] = {}
    for seed in seeds:
        formula = Formulas(seed).claim(size)
        read_claim(formula)
        text = words(formula)
        assert read_text(text) == formula, text
        assert texts.setdefault(text, formula) == formula, text
        _collect(formula, met)
    return met


def _collect(formula: object, met: set[str]) -> None:
    if isinstance(formula, list):
        met.update(part for part in formula[:2] if isinstance(part, str))
        for part in formula:
            _collect(part, met)


def test_printed_formulas_are_read_back() -> None:
    met = round_trip(range(1500), 4)
    assert met >= TABLE.keys()


@pytest.mark.parametrize("name", FACTS)
def test_facts_are_read_back(name: str) -> None:
    values = {"K": ["L"], "I": 2, "name": "tanh"}
    formula = ["has", name, *(values[sort] for sort in FACTS[name].takes.split())]
    read_claim(formula)
    assert read_text(words(formula)) == formula


@pytest.mark.slow
def test_a_hundred_thousand_printed_formulas_are_read_back() -> None:
    for size, seeds in (
        (3, range(10**6, 10**6 + 60_000)),
        (6, range(2 * 10**6, 2 * 10**6 + 45_000)),
    ):
        round_trip(seeds, size)


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("almost all parameters: rank F_1 = N", "for almost all parameters: rank F_1 = N"),
        ("0 < X[1,1] <= 2", "0 < X[1, 1] and X[1, 1] <= 2"),
        ("X[1, 1] >= 0.25", "1/4 <= X[1, 1]"),
        ("((X[1,1])) > -2^2", "-2^2 < X[1, 1]"),
        ("for all n in 1..N: X[n, 1] != 0", "for all i in 1..N: X[i, 1] != 0"),
        ("not X = Y", "not X = Y"),
        (
            "at q: dPhi = 0 with q = given but (b_1 = [[0.5]])",
            "at p: dPhi = 0\n  with p = given but (b_1 = [[1/2]])",
        ),
        ("sum over l in 1..N of X[l, 1] = 0", "sum over i in 1..N of X[i, 1] = 0"),
    ],
)
def test_liberties(typed: str, printed: str) -> None:
    assert words(read_text(typed)) == printed


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("rank F_1 = = N", 'column 12: "= N" is not expected here'),
        ("rank F_1 =", "the claim ends too early"),
        ("rank F_1 = N", "it depends on parameters, and stands at no point"),
        ("at given: X + 1 = 0", '"= 0" is not expected here'),
        ("at given: rank Z = 1", '"Z = 1" is not expected here'),
        ("for all i in 1..N: F_1[i, 1] = 0", "it depends on parameters"),
        ("0 < 1 with A = X", "the definition of A is not used"),
        ("(" * 3000, "it is nested too deeply"),
        ("", "the claim ends too early"),
        ("0 < 1 with Z = X", "the definition of Z is not used"),
        ("rank Z = 1", 'Z is not defined; add "with Z = ..."'),
        ("rank Z = 1 where Z = X", "write with Z = ... for where"),
        ("rank F_1 = N", '"at given: ..." or "for almost all parameters: ..."'),
        ("1" * 4301 + " = 1", "more than 4300 digits; write it with powers"),
        ("0 < 1 - " + "1" * 4301, "more than 4300 digits"),
        ("0 < 1 with F_1 = X", "F is a word of the language"),
    ],
)
def test_errors_say_where(typed: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text(typed)
    assert said in str(caught.value)


#: A claim with a gap, what people write there, and what the message says to write.
INSTEAD = [
    ("rank X {} 1", "==", "="), ("rank X {} 1", "<>", "!="), ("rank X {} 1", "≠", "!="),
    ("rank X {} 1", "≤", "<="), ("rank X {} 1", "≥", ">="), ("rank X {} 1", "=<", "<="),
    ("{} i in 1..N: i = i", "∀", "for all"), ("{} i in 1..N: i = i", "forall", "for all"),
    ("{} i in 1..N: i = i", "∃", "for some"), ("{} = 1", "||X||", "norm(X)"),
    ("0 < {}", "|N|", "abs(N)"), ("at given: rank {} = N", "F1", "F_1"),
    ("at given: rank {} = N", "F_{1}", "F_1"), ("at given: rank {} = N", "F_{3 - 2}", "F_(3 - 2)"),
    ("1 < 2 {} 2 < 3", "&", "and"), ("1 < 2 {} 2 < 3", "∧", "and"), ("1 < 2 {} 2 < 3", "||", "or"),
    ("{} X = 1", "Rank", "rank"), ("{} X = 1", "rnak", "rank"), ("{}", "l is squared",
     'l is "squared"'), ("{}", "sigma_1 is analytic", "sigma_1 is real analytic"),
    ("{}", "sigma_1 is relu", 'sigma_1 is "relu"'), ("at {}: Phi = 1", "gven", "given"),
    ("sigma_1 is {}", "continous", "continuous"), ("at given: {} = 1", "phi", "Phi"),
    ("0 < 2{}2", "**", "^"), ("0 < 2 {} 2", "·", "*"), ("rank (X{} X) = 1", "'", "^T"),
    ("{}: 1 = 1", "for all parameter", "for all parameters"),
    ("for all real alpha: 0 < 1 + {}^2", "α", "alpha"),
]  # fmt: skip


@pytest.mark.parametrize(("gap", "typed", "instead"), INSTEAD)
def test_errors_say_what_to_write_and_that_is_read(gap: str, typed: str, instead: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text(gap.format(typed))
    said = caught.value.remedy.removeprefix("write ")
    assert instead in (said, *said.split(" or "))
    read_text(gap.format(instead))


def test_definitions_take_no_words_of_the_language() -> None:
    for name in {*reserved(), *CALLS} - {"a", "d", "+infinity", "-infinity"}:
        with pytest.raises(InputError, match="is a word of the language"):
            read_text(f"rank {name} = 1 with {name} = X")


def test_a_division_by_0_is_no_number() -> None:
    for typed in ("1/0 = 1", "1/00 = 1"):
        assert read_text(typed) == ["=", ["/", 1, 0], 1]
    assert read_text("1/2.5 = 1/12") == ["=", ["/", 1, "5/2"], "1/12"]


def test_names_of_a_formula_are_no_words_of_the_language() -> None:
    assert not reserved() & {name for names in NAMES.values() for name in names}


def test_the_language_is_small() -> None:
    assert len(FACTS) <= 40
    assert set(CALLS) == {name for name, count in FUNCTIONS.items() if count == 1} - {"abs"}
    assert all(entry.meaning and entry.binds >= 0 for entry in HEADS.values())


def test_other_names_are_refused_in_data() -> None:
    formula = read_text("for all i in 1..N: X[i, 1] = 0")
    with pytest.raises(Reject, match="this name is written 'i'"):
        read_claim(["all", "j", *formula[2:4], ["=", ["entry", ["X"], "j", 1], 0]])


def test_definitions_come_first() -> None:
    formula = read_text("at given: det B(1) = 0 with A = F_1 with B(t) = t A")
    definitions, body = parts(formula)
    assert [name for name, _, _ in definitions] == ["A", "B"]
    assert body == ["at", "given", ["=", ["det", ["ref", "B", 1]], 0]]
