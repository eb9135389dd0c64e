"""Problems of format 3 in the checker: what is read, what is refused, and no false "proved"."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from exactland.checker.expression import parse
from exactland.checker.outcome import Reject, Result
from exactland.checker.problem import read_problem
from exactland.checker.symbols import read_symbols, signs
from exactland.checker.verify import check_bytes

Json = Any
BOTH = "symbols and parameters"
RANK = ["rank", ["F", 1]]
X = [["entry", ["X"], n, 1] for n in (1, 2, 3)]
AT_LEAST, AT_MOST = ["<=", 3, RANK], ["<=", RANK, 2]
POINT = ["but", "zero", [["W", 1], ["matrix", [1, -1, 2]]]]


def dense(width: int, activation: Json = "sigmoid", bias: str = "none") -> Json:
    return {"kind": "dense", "width": width, "bias": bias, "activation": activation}


def problem(inputs: Json, symbols: Json = None, layers: Json = None, **more: Json) -> Json:
    data = {"inputs": inputs, **{k: more.pop(k) for k in ("targets",) if k in more}}
    layers = [dense(3)] if layers is None else layers
    network = {"kind": "sequential", "layers": layers}
    found = {"format": "exactland-problem/3", "data": data, "network": network, **more}
    return found if symbols is None else {**found, "symbols": symbols}


THREE = problem([["x1"], ["x2"], ["x3"]], [["x1", "", 0], ["x2", "", 1], ["x3", "", 3]])
ODD = problem([["x1"], [0], ["-x1"]], [["x1", "", 1]])
ORDERED = problem([["x1"], ["x2"]], [["x1", "x1 < x2", 0], ["x2", "", 1]])
CONSTANTS = problem(
    [["sqrt(2)"], ["pi"]], None, [dense(1)], parameters=[{"W": [["log(3)"]]}], targets=[[0], [0]],
    loss="squared",
)  # fmt: skip


def table(*rows: Json) -> Json:
    return {"values": list(rows)}


#: sigma(u) = 1 with slope 2, and sigma(v) = 3 with slope 4: one neuron, squared loss.
KNOWN = problem(
    [[1]], [["u", "", 0], ["v", "", 1]],
    [dense(1, table(["u", 1, 2], ["v", 3, 4]))],
    parameters=[{"W": [["v"]]}], targets=[[3]], loss="squared",
)  # fmt: skip


KNOWN_AT_U = {**KNOWN, "parameters": [{"W": [["u"]]}]}
UNIT = {"id": "h", "layer": 1, "in": [0], "group": "h", "bias": "h", "activation": "sigmoid"}
SKIP = {
    **problem([["x1"], ["x2"]], [["x1", "", 0], ["x2", "", 1]]),
    "network": {"kind": "skip", "units": [UNIT], "skips": ["h"]},
}


def step(claim: Json, rule: str, given: Json, *uses: int) -> Json:
    return {"claim": claim, "rule": rule, "uses": list(uses), "with": given}


def check(about: Json, steps: list[Json]) -> Result:
    document = {
        "format": "exactland-certificate/2",
        "problem": about,
        "claim": steps[-1]["claim"],
        "definitions": [],
        "steps": steps,
    }
    return checked(document)


def checked(document: Json) -> Result:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return check_bytes(f"{text}\n".encode())


def specimen(claim: Json, over: str, values: Json, holds: bool = True, point: Json = POINT) -> Json:
    said = ["exists", over, claim] if holds else ["not", ["forall", over, claim]]
    given = {"claim": claim, "range": over, "values": values, "bits": 64}
    return step(said, "specimen", given if over == "symbols" else {**given, "point": point})


def identity(claim: Json, over: str) -> Json:
    return step(["forall", over, claim], "identity", {"claim": claim, "range": over})


def zeros(claim: Json, over: str) -> Json:
    return step(["almost-all", over, claim], "zeros", {"claim": claim, "range": over}, 0)


def weaker(claim: Json, over: str, start: str, end: str, use: int) -> Json:
    given = {"claim": claim, "from": start, "to": end, "range": over}
    return step([end, over, claim], "weaker", given, use)


def every_width(most: int, vectors: Json) -> Json:
    evidence = {"method": "sample-relations", "vectors": vectors, "prime": 1000003}
    claim = ["every-width", 1, ["forall", BOTH, ["<=", RANK, most]]]
    return step(claim, "every-width", {"layer": 1, "evidence": evidence})


def test_three_inputs_have_independent_features_almost_always() -> None:
    steps = [specimen(AT_LEAST, BOTH, [0, 1, 3]), zeros(AT_LEAST, BOTH)]
    result = check(THREE, steps)
    assert result.verdict == "accept", result.reason
    assert result.words == "for almost all symbols and parameters: 3 <= rank F_1"
    assert "analytic on a connected open set" in result.cited[0]
    assert "symbols x1, x2, x3" in result.problem
    after = [*steps, weaker(AT_LEAST, BOTH, "almost-all", "every-ball", 1)]
    assert check(THREE, after).verdict == "accept"


def test_antisymmetric_inputs_do_not_at_any_width() -> None:
    result = check(ODD, [every_width(2, [[1, -2, 1]])])
    assert result.verdict == "accept", result.reason


BAD_SYMBOLS: list[tuple[Json, str]] = [
    ([], "at least one symbol"),
    ([["x1", "", 0], ["x1", "", 1]], "each once"),
    ([["x1", "x1 < 0", 0]], "do not satisfy"),
    ([["x1", "x1 < x1", 0]], "do not satisfy"),
    ([["x1", "0 < x1 < 1", 1]], "do not satisfy"),
    ([["x1", "x1 <= 0", 0]], "not read"),
    ([["x1", "x1 = 0", 0]], "strict inequality"),
    ([["x1", "x1", 0]], "strict inequality"),
    ([["x1", "x1*x1 > 0", 1]], "linear"),
    ([["x1", "exp(x1) > 0", 1]], "linear"),
    ([["x1", "sqrt(2)*x1 > 0", 1]], "linear"),
    ([["x1", "1/x1 - 1/x1 < 1", 1]], "division by symbols"),
    ([["x1", "x2 > 0", 1]], "not expected"),
    ([["x1", "", "sqrt(2)"]], "number"),
    ([["X1", "", 0]], "letters a-z"),
    ([["x_1", "", 0]], "letters a-z"),
    *(
        ([[word, "", 0]], "word of the language")
        for word in ("t", "pi", "exp", "i", "j", "s", "i7", "b", "given", "rank", "with", "symbols")
    ),
]


@pytest.mark.parametrize(("symbols", "said"), BAD_SYMBOLS)
def test_symbols_that_are_refused(symbols: Json, said: str) -> None:
    with pytest.raises(Reject) as caught:
        read_problem(problem([[0]], symbols), general=True)
    assert said in caught.value.reason
    assert caught.value.place.startswith("problem.symbols")


BAD_NUMBERS: list[tuple[Json, str]] = [
    ("1/x1", "division by symbols"),
    ("x1**-1", "division by symbols"),
    ("x1/(x1-x1)", "division by symbols"),
    ("x1/(1-1)", "no value"),
    ("x1/(sqrt(2)-sqrt(2))", "not shown to have a value"),
    ("sqrt(x1)", "sqrt of symbols"),
    ("log(x1)", "log of symbols"),
    ("abs(x1)", "abs of symbols"),
    ("x1+log(-1)", "no value"),
    ("log(sqrt(2)-2)", "no value"),
    ("1/(sqrt(2)*sqrt(2)-2)", "not shown to have a value"),
    ("x2", "not expected"),
    ("t", "not expected"),
    ("1+1", "rational"),
    ("2/4", "lowest terms"),
    (True, "not a rational number"),
]


@pytest.mark.parametrize(("entry", "said"), BAD_NUMBERS)
def test_numbers_that_are_refused(entry: Json, said: str) -> None:
    with pytest.raises(Reject) as caught:
        read_problem(problem([[0], [entry]], [["x1", "", 1]]), general=True)
    assert said in caught.value.reason
    assert caught.value.place == "problem.data.inputs[1][0]"


#: 0 < q < 1, u < v, and z is free.
CONDITIONS: Json = [["q", "0<q<1", "1/2"], ["u", "u<v", 0], ["v", "", 1], ["z", "", 0]]


@pytest.mark.parametrize(
    "entry",
    ["1/q", "q**-3", "1/(1-q)", "z/(q-1)", "1/(v-u)", "1/(2*u-2*v-3)", "1/((v-u)*(2-q)**2)",
     "1/(1+z**2)", "1/(exp(z)+q)", "log(q)", "sqrt(1-q)", "sqrt(v-u)/q**2", "1/(v-u+q)",
     "1/(q*sqrt(2)+z**4)", "log(1/q)", "1/(2*v-2*u+3*q+1)", "1/(z**2+(v-u)**2)"],
)  # fmt: skip
def test_numbers_that_have_a_value_where_the_conditions_hold(entry: str) -> None:
    read_problem(problem([[entry]], CONDITIONS), general=True)


WITHOUT_VALUE = [
    "1/z", "1/(q-1/2)", "1/(u-v+1)", "1/u", "1/(q-q)", "log(q-1)", "log(z**2)", "sqrt(z)",
    "1/z**2", "1/(q+z)", "1/sin(q)", "log(1-v+u)", "sqrt(u-v)", "1/(q*z)", "1/(v-q)",
    "1/(1-1/q+z)", "z/(2-q)/(q-1/3)", "1/(u**2-v**2)", "1/(sqrt(2)*q-1)",
]  # fmt: skip


@pytest.mark.parametrize("entry", WITHOUT_VALUE)
def test_numbers_that_may_have_none(entry: str) -> None:
    with pytest.raises(Reject):
        read_problem(problem([[entry]], CONDITIONS), general=True)


@pytest.mark.parametrize("seed", range(40))
def test_signs_contain_the_sign(seed: int) -> None:
    """What is admitted as a divisor is not 0 at values that satisfy the conditions."""
    random = Random(seed)

    def expression(depth: int) -> str:
        if depth == 0 or random.random() < 0.2:
            return random.choice(["q", "u", "v", "z", "1", "2", "1/3"])
        if random.random() < 0.2:
            return f"({expression(depth - 1)})**{random.choice([0, 1, 2, 3])}"
        return f"({expression(depth - 1)}{random.choice('+-*')}{expression(depth - 1)})"

    symbols = read_symbols(CONDITIONS, "")
    for _ in range(20):
        text = expression(3)
        shown = signs(parse(text, symbols=symbols.names), symbols.positive)
        exact = re.sub(r"(?<![a-z*])([0-9])", r"F(\1)", text)
        for _ in range(20):
            q, z, u = (Fraction(random.randint(-20, 20), 20) for _ in range(3))
            values = {"q": abs(q) / 2 + Fraction(1, 4), "u": u, "z": z}
            values["v"] = u + Fraction(random.randint(1, 30), 20)
            assert symbols.admit(values)
            value = eval(exact, {"F": Fraction, **values})
            assert (value > 0) - (value < 0) in shown, text


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("q/q", "1+0*q", True),
        ("1/q+1/(1-q)", "1/(q*(1-q))", True),
        ("z/(v-u)", "2*z/(2*v-2*u)", True),
        ("(u**2-v**2)/(v-u)", "-(u+v)", True),
        ("1/(1+1/q)", "q/(1+q)", True),
        ("1/q", "1/(1-q)", False),
        ("z/(v-u)", "z/(v-u)+q", False),
        ("1/q**2", "1/q", False),
    ],
)
def test_quotients_that_are_equal(left: str, right: str, same: bool) -> None:
    about = problem([[left], [right]], CONDITIONS)
    steps = [identity(["=", X[0], X[1]], "symbols")]
    assert check(about, steps).verdict == ("accept" if same else "reject")


def test_constants_that_are_rational_are_fractions() -> None:
    read = read_problem(problem([["sqrt(4)", "exp(0)", "2*sin(0)+1/3"]]), general=True)
    assert read.inputs == [[Fraction(2), Fraction(1), Fraction(1, 3)]]


def test_format_3_is_for_claims_only() -> None:
    with pytest.raises(Reject):
        read_problem(THREE)


#: Steps that would prove something false, or something that has no meaning.
FORGED: list[tuple[str, Json, list[Json], str]] = [
    ("rank 3 from a point of rank 2", ODD,
     [specimen(AT_LEAST, BOTH, [1]), zeros(AT_LEAST, BOTH)], "not shown with these bits"),
    ("values that the conditions exclude", ORDERED,
     [specimen(["<", X[1], X[0]], "symbols", [1, 0])], "do not satisfy"),
    ("values for some symbols only", ORDERED,
     [specimen(["<", X[0], X[1]], "symbols", [1])], "2 entries are expected"),
    ("from one point to all", THREE,
     [specimen(AT_LEAST, BOTH, [0, 1, 3]),
      weaker(AT_LEAST, BOTH, "forall", "almost-all", 0)], "not among the steps used"),
    ("from one point to almost all of what is not open", THREE,
     [specimen(["=", X[0], 0], "symbols", [0, 1, 3]), zeros(["=", X[0], 0], "symbols")], "one of"),
    ("a premise over fewer symbols", THREE,
     [specimen(["distinct-rows", ["X"]], "symbols", [0, 1, 3]),
      zeros(["distinct-rows", ["X"]], BOTH)], "not among the steps used"),
    ("an identity that holds at the values of the problem only", THREE,
     [identity(["=", X[0], 0], "symbols")], "does not hold formally"),
    ("an inequality that the values of the problem satisfy", THREE,
     [identity(["<", X[0], X[1]], "symbols")], "does not hold formally"),
    ("numbers at their values in the problem", THREE,
     [step(["=", X[0], 0], "decide", {"claim": ["=", X[0], 0], "bits": 0})], "symbols"),
    ("given parameters that depend on symbols", KNOWN,
     [step(["at", "given", ["=", ["Phi"], 0]], "decide",
           {"claim": ["at", "given", ["=", ["Phi"], 0]], "bits": 0})], "symbols"),
    ("the same by an identity", KNOWN,
     [step(["at", "given", ["=", ["Phi"], 0]], "identity",
           {"claim": ["=", ["Phi"], 0], "range": "given"})], "symbols"),
    ("for all parameters, whatever the symbols", THREE,
     [identity(["=", X[0], X[0]], "parameters")], "symbols"),
    ("a symbol outside", THREE,
     [step(["=", "x1", "x1"], "decide", {"claim": ["=", "x1", "x1"], "bits": 0})], "symbols"),
    ("a kind of point", KNOWN,
     [step(["is", "zero", "critical point"], "decide",
           {"claim": ["is", "zero", "critical point"], "bits": 0})], "symbols"),
    ("a fact about data that are symbols", THREE,
     [identity(["has", "separable", 0], "symbols")], "does not hold formally"),
    ("a fact about an activation that is not known", KNOWN,
     [identity(["has", "continuous", 1], "symbols")], "does not hold formally"),
    ("the analyticity of one", KNOWN,
     [specimen(["<=", 1, RANK], BOTH, [0, 1], point=["but", "zero", [["W", 1], ["matrix", [[1]]]]]),
      zeros(["<=", 1, RANK], BOTH)], ""),
    ("second derivatives of one", KNOWN,
     [identity(["at", "given", ["zero", ["ddPhi"]]], "symbols")], "analytic"),
    ("a value elsewhere", KNOWN,
     [identity(["=", ["sigma", 1, "u"], ["sigma", 1, "v"]], "symbols")], "does not hold formally"),
    ("a derivative elsewhere", KNOWN,
     [identity(["zero", ["dPhi"]], BOTH)], "known at its points only"),
    ("a function with two values at one point", KNOWN,
     [specimen(["at", "given", ["=", ["Phi"], 0]], "symbols", [1, 1], False)], "distinct"),
    ("a slope that is another", KNOWN_AT_U,
     [identity(["at", "given", ["=", ["entry", ["dPhi"], 1, 1], -4]], "symbols")],
     "does not hold formally"),
    ("a quotient is its numerator", problem([["1/q"], [1]], [["q", "q>0", 1]]),
     [identity(["=", X[0], X[1]], "symbols")], "does not hold formally"),
    ("two symbols are one", THREE, [identity(["=", X[0], X[1]], "symbols")],
     "does not hold formally"),
    ("what intervals do not tell", problem([["sqrt(2)", "x1"]], [["x1", "", 1]]),
     [specimen(["=", ["*", X[0], X[0]], 2], "symbols", [1], False)], "not shown with these bits"),
    ("symbols that are never equal", SKIP, [identity(["has", "skip-inputs"], "symbols")],
     "does not hold formally"),
    ("a matrix of rank 2 for all widths, of three free inputs", THREE,
     [every_width(2, [[1, -2, 1]])], "formally zero"),
    ("every width of no symbols", ODD,
     [step(["every-width", 1, ["forall", "parameters", AT_MOST]], "every-width",
           every_width(2, [[1, -2, 1]])["with"])], "symbols"),
    ("rules that take rational numbers", CONSTANTS,
     [step(["at", "given", ["<=", 1, RANK]], "minor",
           {"matrix": {"what": "features", "layer": 1}, "point": "given", "evidence": {}})],
     "rational ones"),
    ("rules of papers", CONSTANTS,
     [step(["at", "given", ["=", ["Phi"], 0]], "tail", {})], "rational ones"),
    ("a zero that only seems to be one", CONSTANTS,
     [step(["at", "given", ["=", ["Phi"], ["Phi"]]], "decide",
           {"claim": ["at", "given", ["=", ["Phi"], ["Phi"]]], "bits": 64})], "not shown"),
    ("symbols where there are none", CONSTANTS,
     [identity(["=", ["N"], 2], "symbols")], "no symbols"),
]  # fmt: skip


@pytest.mark.parametrize(("about", "steps", "said"), [case[1:] for case in FORGED],
                         ids=[case[0] for case in FORGED])  # fmt: skip
def test_forged_steps_are_rejected(about: Json, steps: list[Json], said: str) -> None:
    result = check(about, steps)
    assert result.verdict == "reject", result.words
    assert said in result.reason, result.reason
    assert "broke off" not in result.reason


def defined(name: str, body: Json, claim: Json) -> Json:
    return {
        "format": "exactland-certificate/2",
        "problem": THREE,
        "claim": ["let", [[name, [], body]], claim],
        "definitions": [],
        "steps": [step(claim, "identity", {"claim": claim[2], "range": "parameters"})],
    }


#: Definitions that depend on symbols, used where no quantifier is over them.
HIDDEN = [
    defined("c", body, ["forall", "parameters", ["=", "c", "c"]])
    for body in (["entry", ["X"], 1, 1], "x1", ["at", "given", ["N"]])
]


@pytest.mark.parametrize("document", HIDDEN)
def test_definitions_carry_their_symbols(document: Json) -> None:
    result = checked(document)
    assert (result.verdict, "quantifier over them" in result.reason) == ("reject", True)


def test_a_claim_binds_no_name_of_a_symbol() -> None:
    about = problem([["alpha"]], [["alpha", "", 0]])
    claim = ["in", 0, 1, "alpha", ["<", "alpha", 2]]
    result = check(about, [step(claim, "decide", {"claim": claim, "bits": 0})])
    assert "a symbol of the problem has this name" in result.reason


def test_known_values_and_slopes() -> None:
    """At w = v: Phi = (sigma(v) - 3)^2 = 0; at w = u its derivative is 2 (1 - 3) 2."""
    at = ["at", "given", ["and", ["=", ["Phi"], 0], ["zero", ["dPhi"]]]]
    assert check(KNOWN, [identity(at, "symbols")]).verdict == "accept"
    slope = ["=", ["entry", ["dPhi"], 1, 1], -8]
    assert check(KNOWN_AT_U, [identity(["at", "given", slope], "symbols")]).verdict == "accept"
    assert check(KNOWN, [identity(["at", "given", slope], "symbols")]).verdict == "reject"


@pytest.mark.parametrize("seed", range(30))
def test_sums_and_products_of_symbols_are_what_they_seem(seed: int) -> None:
    """X is an expression in symbols; the identity X = expression holds, X = expression + 1 not,
    and at chosen values the entry is what Python finds."""
    random = Random(seed)
    names = ["x1", "x2", "q"]

    def expression(depth: int) -> tuple[str, Json]:
        if depth == 0 or random.random() < 0.2:
            name = random.choice([*names, str(random.randint(0, 9))])
            return name, int(name) if name.isdigit() else name
        (left, first), (right, second) = expression(depth - 1), expression(depth - 1)
        sign = random.choice("+-*")
        return f"({left}{sign}{right})", [sign, first, second]

    text, term = expression(4)
    text += "+0*x1"
    about = problem([[text]], [[name, "", 0] for name in names])
    entry = ["entry", ["X"], 1, 1]
    assert check(about, [identity(["=", entry, term], "symbols")]).verdict == "accept"
    off = identity(["=", entry, ["+", term, 1]], "symbols")
    assert check(about, [off]).verdict == "reject"
    values = [random.randint(-5, 5) for _ in names]
    value = eval(text, dict(zip(names, values, strict=True)))
    assert check(about, [specimen(["=", entry, value], "symbols", values)]).verdict == "accept"
    assert check(about, [specimen(["=", entry, value + 1], "symbols", values, False)]).verdict == (
        "accept"
    )
