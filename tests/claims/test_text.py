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
    ],
)
def test_errors_say_where(typed: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read_text(typed)
    assert said in str(caught.value)


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
