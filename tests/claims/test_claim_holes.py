"""Holes are planted in the checker of claims; the campaigns and the forged documents find each.

A hole is a text of a function and what stands there instead (or another entry of a table). The
function gets the code of the altered source, so that all who hold it have the hole.
"""

from __future__ import annotations

import inspect
import textwrap
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
import test_symbols as with_symbols
from formula_generator import Formulas
from test_decide import by_checker, by_package
from test_document_mutations import accepted_originals, run
from test_forged_steps import FORGED, ILL_FORMED
from test_series_rules import check as by_bytes
from test_series_rules import without_a_premise
from test_three_evaluators import agreed, by_oracle
from vertical_slice import CE1, check, document

from exactland.checker.formulas import read_claim
from exactland.checker.outcome import Reject
from exactland.checker.printer import words
from exactland.checker.problem import read_problem
from exactland.claims.text import read_text
from exactland.errors import InputError
from exactland.model.problem_file import problem_from

Json = Any
#: Claims whose definitions depend on points, compared with the oracle.
AT_POINTS = (
    "(at p: F_1 = A) and (at given: F_1 = A) with p = zero but (W_1 = ones(2, 2)) with A = F_1",
    "at zero: (at p: W_1) = (at given: 2 W_1) with p = given but (W_1 = 2 W_1)",
    "(at given: (at p: b_1) = b_1 + b_1) and (at zero: (at p: b_1) = b_1)"
    " with p = here but (b_1 = 2 b_1)",
    "at p: (at q: W_2) = W_2 with p = given with q = given + 1/2 given",
    "at given: ((at p: b_3) = (at zero: b_3)) with p = given + 0 given",
    "c(1) < c(2) and e = 3 with c(alpha) = alpha alpha with e = c(1) + 2",
)
#: A network of every kind of layer, and one of units.
LAYERED: Json = {
    "format": "exactland-problem/2",
    "data": {"inputs": [[1, 2, -1, 3], [0, 1, 4, -2]], "targets": [[1, 2], [0, -1]]},
    "network": {
        "kind": "sequential",
        "layers": [
            {"kind": "convolution", "patches": [[0, 1], [1, 2], [2, 3]], "filters": 2,
             "bias": "filter", "activation": {"expr": "t+t**3/100"}},
            {"kind": "average-pooling", "patches": [[0, 1], [2, 3], [4, 5]], "divisors": [2, 4, 2]},
            {"kind": "max-pooling", "patches": [[0, 1], [1, 2]]},
            {"kind": "dense", "width": 2, "bias": "neuron", "activation": "sigmoid"},
            {"kind": "dense", "width": 2, "bias": "neuron", "activation": "identity"},
        ],
    },
    "parameters": [
        {"W": [[1, 2], [-1, 1]], "b": [1, -2]}, None, None,
        {"W": [[1, -1], ["1/2", 0]], "b": ["1/3", 0]}, {"W": [[1, 2], [-1, 3]], "b": [0, 1]},
    ],
    "loss": "squared",
}  # fmt: skip
UNITS: Json = {
    "format": "exactland-problem/1",
    "data": {"inputs": [[1], [2]], "targets": [[1], [0]]},
    "network": {
        "kind": "skip",
        "units": [
            {"id": name, "layer": 1, "in": [0], "group": f"g-{name}", "bias": "b",
             "activation": "relu"} for name in ("h1", "h2")
        ],
        "skips": ["h1"],
    },
    "parameters": {"groups": {"g-h1": [1], "g-h2": [2]}, "biases": {"b": 3}},
    "loss": "squared",
}  # fmt: skip
#: Claims, true and false, that an evaluator gets wrong if it has a hole.
BY_HAND: tuple[tuple[Json, tuple[str, ...]], ...] = (
    (CE1, AT_POINTS),
    (CE1, (
        "5 - 2 = 3", "5^0 = 1", "sum over i in 1..3 of i = 6", "for all i in 1..3: i < 3",
        "5 < sigma_1^(3)(1)", "X[1, 2] = -1", "largest([[1, 3, 2]]) = 3", "norm([[3, 4]]) = 5",
        "[i <= 2, j <= 2: i] = [[1, 1], [2, 2]]", "I_2 = [[1, 0], [0, 1]]",
        "X[(2, 1), :] = [[0, 1], [0, -1]]", "at given: G_1 = F_1", "columns(X) = 2",
        "least([[1, 2, 3]]) = 1", "max(1, 2) = 2", "[[1, 2], [3, 4]]^T = [[1, 3], [2, 4]]",
        "beside([[1]], [[2]]) = [[1, 2]]", "[[2]] o [[3]] = [[6]]", "1 < 1", "1 = 2", "1 <= 1",
        "exp(1) + 1/10000000000^8 < exp(1)", "exp(1) = exp(1) + 1/10000000000^8",
        "det [[0, 1], [1, 0]] = -1", "det [[0, 1], [1, 1]] = -1",
        "rank [[0, 1], [0, 2]] = 1", "det [[1, 2], [3, 4]] = -2",
        "[[1, 2], [2, 1]] is positive definite", "[[1]] = [[1, 1]]",
        "if N = 5 then L = 7", "for some i in 1..1: X[i, 1] = 0",
        "if exp(1) < exp(1) + 1/10000000000^8 then 1 = 2", "N = 1 or [[1], [1]] has distinct rows",
        "[[1], [1]] has distinct rows", "[[1, 2], [3, 2]] has rows apart",
        "[[0], [1]] = 0", "at given: Phi = 4", "at zero: dPhi/dW_3 = 0",
        "zero is a strict local minimum of Phi", "sigma_1 is affine", "sigma_1 is bounded",
        "sigma_1 is the identity", "sigma_1 has finite limits, one of them 0",
        "sigma_1 decays to the left and grows at most linearly",
        "log(exp(1)) = 1 + 1/10000000000^8 and 1 = 1",
    )),
    (LAYERED, (
        "at zero but (b_5 = [[1, 2]]): Phi < 11", "at given: dPhi/dW_5[1, 1] < Phi - 1/10",
        "at given: abs(dPhi/dU_5[2, 1] - (F_4^T dPhi/dG_5)[2, 1]) < 1/1000",
        "at given: abs(dPhi/db_1[1, 1] - (sum over i in 1..N of (dPhi/dG_1[i, 1]"
        " + dPhi/dG_1[i, 3] + dPhi/dG_1[i, 5]))) < 1/1000",
        "(at given + 1/2 given: W_1) = (at given: 3/2 W_1)",
        "at given: G_1[1, 1] = 0", "at given: G_1[1, 2] = 2",
        "at given: F_2[1, 2] = (F_1[1, 3] + F_1[1, 4]) / 4",
        "at given: F_3[1, 1] = max(F_2[1, 1], F_2[1, 2])", "at given: patch_1(2) = X[:, 2..3]",
        "at given: G_4 = F_3 W_4 + ones(N, 1) b_4",
        "at given: 19/10 norm(F_4[:, (1,)])^2 < hess(W_5)[1, 1]",
        "at given: hess(W_5)[1, 3] < 21/10 (F_4[:, (1,)]^T F_4[:, (2,)])[1, 1]",
        "M_1([[1, 2], [3, 4]])[2, 2] = 4", "M_1([[1, 2], [3, 4]])[1, 2] = 2",
        "lim sigma_4 at -infinity < 1/2", "l^(1)(3) < 7", "layer 1 is dense", 'sigma_4 is "relu"',
        "layer 1 has a bias of each neuron", "the patches of layer 1 cover the layer below",
        "at given: dPhi/dW_1[2, 2] = 0", "at given: dPhi/dG_5 = 2 (F_5 - Y)",
    )),
    (UNITS, (
        'F_"h1" = [[4], [5]]', 'at given: F_"h1" = [[4], [5]]', "each skip unit has its own bias",
        'sigma_"h1" is continuously differentiable', 'sigma_"h1" increases strictly',
    )[1:]),
)  # fmt: skip


def by_mutants(count: int) -> None:
    run(2 * 10**6, count)


def by_forgers(count: int) -> None:
    for problem, steps, _ in FORGED:
        result = check(document(problem, steps[-1]["claim"], steps))
        assert result.verdict == "reject", result.words


def by_series(count: int) -> None:
    for forged in without_a_premise():
        assert by_bytes(forged).verdict == "reject"


def by_symbols(count: int) -> None:
    for _, problem, steps, _ in with_symbols.FORGED:
        result = with_symbols.check(problem, steps)
        assert result.verdict == "reject", result.words
    for hidden in with_symbols.HIDDEN:
        assert with_symbols.checked(hidden).verdict == "reject"
    for symbols, _ in with_symbols.BAD_SYMBOLS:
        with pytest.raises(Reject):
            read_problem(with_symbols.problem([[0]], symbols), general=True)
    for entry, _ in with_symbols.BAD_NUMBERS:
        with pytest.raises(Reject):
            read_problem(with_symbols.problem([[entry]], [["x1", "", 1]]), general=True)
    for entry in with_symbols.WITHOUT_VALUE:
        with pytest.raises(Reject):
            read_problem(with_symbols.problem([[entry]], with_symbols.CONDITIONS), general=True)


def by_reader(count: int) -> None:
    for claim in ILL_FORMED:
        with pytest.raises(Reject):
            read_claim(claim)


def by_words(count: int) -> None:
    for seed in range(count):
        claim = Formulas(seed).claim()
        try:
            assert read_text(words(claim)) == claim
        except InputError as error:
            raise AssertionError(error.reason) from None


def by_hand(count: int) -> None:
    for problem, texts in BY_HAND:
        read, loaded = read_problem(problem), problem_from(problem)
        for text in texts:
            claim = read_text(text)
            plain, margin = by_oracle(problem, claim)
            answers = by_checker(read, claim), by_package(loaded, claim), plain
            agreed(problem, claim, answers, margin)


def _yes(*arguments: Any) -> bool:
    return True


def _no(*arguments: Any) -> bool:
    return False


#: module.function, the text, what stands there instead; or module.TABLE:key, "", the entry.
Hole = tuple[str, str, Any]
CLAIMS_FIND: dict[str, Hole] = {
    "differences are sums": (
        "values.Values._minus", "self.over.negative(self.real(y, place))", "self.real(y, place)"),
    "x^0 is x": ("values.Values._power", "place), exponent)", "place), max(exponent, 1))"),
    "ranges end early": ("values.Values.span", " + 1", ""),
    "sums leave the first out": (
        "values.Values._sum", "self.span(low, high, place)", "self.span(low, high, place)[1:]"),
    "derivatives lack their factorial": (
        "values.Values._derivative", "factorial(order)", "(order or 1)"),
    "the first column": ("values.Values._entry", "[column - 1]", "[0]"),
    "not all entries": ("values.Values._extreme", "in rest:", "in rest[1:]:"),
    "the sum of moduli is a norm": (
        "values.Values._norm", "self.over.power(x, 2)", 'self.over.call("abs", [x])'),
    "one filter for all": ("values.Values._layer_matrix", "W[r][t]", "W[r][0]"),
    "one patch for all": ("values.Values._patch", "layer.patches[chosen - 1]", "layer.patches[0]"),
    "values for gradients": ("values.Values._gradient", "1)[1]", "1)[0]"),
    "tables are transposed": (
        "values.Values._table", "bind(i, r).bind(j, c)", "bind(i, c).bind(j, r)"),
    "all ones on one side": ("values.Values._unit_matrix", "i == j", "i >= j"),
    "tuples are sorted": ("values.Values._part", "*chosen)", "*map(sorted, chosen))"),
    "indices are one": ("values.Values.indices", "[n - 1 for n", "[0 for n"),
    "a move by 1": ("values.Values._along", "over.multiply(x, b)", "b"),
    "G is F": ("values.Values._features", "(number)[which]", "(number)[1]"),
    "columns are rows": (
        "values.Values.INTEGER:columns", "", lambda s, p, m: len(s.matrix(m, p))),
    "the least is the largest": (
        "values.Values.REAL:least", "", lambda s, p, m: s._extreme(p, m, "max")),
    "max is min": ("values.Values.REAL:max", "", lambda s, p, x, y: s._call(p, "min", x, y)),
    "square matrices are symmetric": (
        "values.Values.MATRIX:T", "", lambda s, p, m: _transposed(s.matrix(m, p))),
    "beside, the other way": (
        "values.Values.MATRIX:beside", "",
        lambda s, p, *terms: _beside([s.matrix(term, p) for term in reversed(terms)])),
    "entrywise sums": (
        "values.Values.MATRIX:o", "", lambda s, p, a, b: s._pairs(p, a, b, "add")),
    "no derivative of the loss": ("values.Values._loss", "self._order(order, place)", "0"),
    "limits to the right": ("values.Values._limit", '-1 if side == "-infinity" else 1', "1"),
    "equal is less": ("numbers.Exact.less", "x < y", "x <= y"),
    "nearly equal": ("numbers.Exact.equal", "x == y", "abs(x - y) <= 1"),
    "overlapping is less": ("numbers.Enclosed.less", "x[1] < y[0]", "x[0] <= y[1]"),
    "overlapping is equal": (
        "numbers.Enclosed.equal", "if x[0] == x[1] == y[0] == y[1] else", "if x[0] <= y[1] else"),
    "exchanged rows keep the sign": (
        "matrices.determinant", "result = over.negative(result)", "pass"),
    "the diagonal tells": (
        "matrices.is_definite", "positive = numbers.less(zero, work[n][n])",
        "positive = numbers.less(zero, rows[n][n])"),
    "rows stay where they are": (
        "matrices._clear", "rows[n], rows[i] = rows[i], rows[n]", "pass"),
    "what is open is true": (
        "decide.Decision._all", "None if answer is None else result", "result"),
    "open premises are false": (
        "decide.Decision._implies", "premise is False", "premise is not True"),
    "other sizes are equal": ("decide.Decision._equal", "return False", "return True"),
    "the first instance is passed over": (
        "decide.Decision._instances", "span(low, high, place)", "span(low, high, place)[1:]"),
    "at most is less": ("decide.Decision.DECIDED:<=", "", lambda s, p, x, y: s._less(p, x, y)),
    "rows are distinct": ("decide.Decision._distinct_rows", "else not x", "else True"),
    "rows are apart in a column": ("decide.Decision._apart", "in other", "in other[:1]"),
    "the first row is 0": (
        "decide.Decision._zero", "matrix(matrix, place)", "matrix(matrix, place)[:1]"),
    "one bias for all": ("network._affine", "b[layer.bias_index(h)]", "b[0]"),
    "one weight for all": ("network._affine", "W[r][t]", "W[r][0]"),
    "means by size": ("network._pooled", "Fraction(1, divisor)", "Fraction(1, len(patch))"),
    "the smallest of a patch": ("network._largest", '"max"', '"min"'),
    "residuals are sums": ("network.total_loss", "over.negative(read(target))", "read(target)"),
    "a bias moves one neuron": ("network._moved", 'layer.bias == "filter"', "False"),
    "a weight moves by the first": ("network._moved", "below[bump.row]", "below[0]"),
    "units have no bias": ("network.Pass._unit", "total = bias", "total = over.number(ZERO)"),
    "all increases": ("facts.ACTIVATIONS:increasing", "", _yes),
    "all is smooth": ("facts.ACTIVATIONS:smooth", "", _yes),
    "all is bounded": ("facts.ACTIVATIONS:bounded", "", _yes),
    "all is affine": ("facts.ACTIVATIONS:affine", "", _yes),
    "all is the identity": ("facts.ACTIVATIONS:is-identity", "", _yes),
    "all has limits": ("facts.ACTIVATIONS:one-sided-limit", "", _yes),
    "all grows linearly": ("facts.ACTIVATIONS:linear-growth", "", _yes),
    "other names": ("facts._named", "== name", "!= name"),
    "all is dense": ("facts.LAYERS:dense", "", _yes),
    "biases are own": ("facts._own_biases", "layer.width == layer.filters", "True"),
    "biases are shared": ("facts._skip_biases", "every[bias] == 1", "True"),
    "patches cover": ("facts._covers", "len(read) == layer.below", "False"),
}  # fmt: skip
POINTS_FIND: dict[str, Hole] = {
    "a matrix is the same everywhere": (
        "values.Values.matrix", "key = term, id(place.point)", "key = term, 0"),
    "a point is the same everywhere": (
        "values.Values.at", "key = term, id(place.point)", "key = term, 0"),
    "changes are made elsewhere": (
        "values.Values._parameters", "here = self.moved(base, place)", "here = place"),
    "arguments are not bound": (
        "values.Values._defined", "inner.bind(argument, found)", "inner.bind(argument, 1)"),
}  # fmt: skip
MUTANTS_FIND: dict[str, Hole] = {
    "minors are larger": ("rules.minor", '["<=", r,', '["<=", r + 1,'),
    "what holds at a point holds nearly everywhere": (
        "rules.zeros", 'return [*smooth, premise]', "return []"),
    "a claim is not the last step's": (
        "proof.prove_document", "shown[-1] != as_text(body)", "False"),
    "points are the given one": (
        "context.Context.at", "values.at(point, Place())", "values.given"),
}  # fmt: skip
FORGERS_FIND: dict[str, Hole] = {
    "claims stand below anything": ("rules._under", "if under not in", "if False and under not in"),
    "what has no value is analytic": (
        "context.Context._require_value",
        'there.decide(["at", "zero", ["=", term, term]], 64)', "pass"),
    "layers that are not there": (
        "context.Context._require_value", "self.shape(term, place)", "pass"),
    "networks are total": ("context.Context.require_total_network", "not sigma.is_total", "False"),
    "second order needs nothing": ("rules.second_order", "return premises,", "return [],"),
    "weaker is stronger": ("rules.weaker", "not start < end", "False"),
    "instances need nothing": (
        "rules.at_point", 'return [["forall"', 'return [] and [["forall"'),
    "some point will do": ("rules.exists", "return [premise]", "return []"),
    "it fails somewhere": ("rules.counterexample", "return [premise]", "return []"),
    "one bound is enough": ("rules.between", "return premises,", "return premises[:1],"),
    "one equality is enough": ("rules.transitive", "return premises,", "return premises[:1],"),
    "one part is enough": ("rules.conjunction", "return premises,", "return premises[:1],"),
    "matrices are smaller": ("rules.sizes", "= min(", "= -1 + min("),
    "no premise of a premise": (
        "rules.conditional", 'return [in_every_way(under, given["claim"])]', "return []"),
    "all premises are false": (
        "rules.vacuous", 'return [["not", given["premise"]]]', "return []"),
    "some part is false": ("rules.not_all", 'return [["not", parts[which - 1]]]', "return []"),
    "the conclusion fails": ("rules.refuted", "return [*hypotheses, denied]", "return hypotheses"),
    "instances of all are not asked for": ("rules.each", "for one in instances)", "for one in [])"),
    "what is open is shown": (
        "rules.decide", 'raise Coarse(place + ".claim", "it is not shown with these bits")',
        "return [], claim"),
    "what is false is shown": (
        "rules.decide", 'raise Reject(place + ".claim", "it is false")', "return [], claim"),
    "what is not false is formal": ("rules.identity", "is not True", "is False"),
    "conclusions are not compared": ("proof._checked", "as_text(conclusion) != said", "False"),
    "premises are not looked up": (
        "proof._checked", "not {as_text(premise) for premise in premises} <= used", "False"),
    "a better point is worse": (
        "rules.lower_point", "return [premise]", "return []"),
}  # fmt: skip
SERIES_FIND: dict[str, Hole] = {
    "expansions need no smaller minor": (
        "rules_series.expansion", "premises.append(", "bool("),
    "expansions need no Vandermonde": (
        "rules_series.expansion", ", in_every_way(under, _nonzero(m, taylor))]", "]"),
    "expansions of any function": (
        "rules_series.expansion", '[["has", "analytic", k], in_every', "[in_every"),
    "moments need no rank": (
        "rules_series.moments", '["<=", ["N"], ["rank", name]],', ""),
    "moments of any degree": ("rules_series.moments", "*nonzero,", ""),
    "biases do not matter": (
        "rules_series.moments", '("analytic", "dense", "no-biases")', '("analytic", "dense")'),
    "patches do not matter": (
        "rules_series.moments", '("analytic", "dense", "no-biases")', '("analytic", "no-biases")'),
    "functions of any kind are limits": (
        "rules_series.dense_class", '[["has", start, given["layer"]], [', "[["),
}  # fmt: skip
SYMBOLS_FIND: dict[str, Hole] = {
    "conditions need not hold": ("symbols.Symbols.admit", "> 0 for", "> -99 for"),
    "conditions are not strict": ("symbols.Symbols.admit", "> 0 for", ">= 0 for"),
    "there may be no choice": ("symbols.read_symbols", "not symbols.admit(witness)", "False"),
    "conditions bend": ("symbols._linear", "len(keys) > 1", "False"),
    "any name is a symbol": ("symbols._symbol", "or _COUNTING.fullmatch(name)", ""),
    "any function of symbols": ("symbols._require_value", "node.function not in ENTIRE", "False"),
    "numbers need no value": (
        "symbols.read_number",
        "_require_value(node, place, () if symbols is None else symbols.positive)", "pass"),
    "divisors may be 0": (
        "symbols._require_value", "0 in signs(divisor, positive)", "False"),
    "logarithms of anything": ("symbols._require_value", "!= {1}", "== frozenset()"),
    "0 is positive": (
        "symbols._is_positive", "constant == 0 and steps < STEPS", "constant == 0"),
    "negative multiples": ("symbols._is_positive", "factor > 0", "factor"),
    "sums have a sign": ("symbols._sum", "ANY if a * b < 0 else", ""),
    "squares are positive": ("symbols._combined", "a * a for", "1 for"),
    "divisors are cleared once": ("formal.Formal.cleared", "most - m.count(last)", "most"),
    "all symbols are one": ("symbols.symbol_numbers", '"symbol", name', '"symbol"'),
    "symbols need no quantifier": ("formulas.Reader._settled", "not scope.settled", "False"),
    "definitions hide symbols": ("formulas.Reader._reference", "if new.symbolic:", "if False:"),
    "what is open is false": ("rules.specimen", "if answer is None:", "if False:"),
    "a function has two values": (
        "problem.Problem.require_functions", "left[1] < right[0]", "True"),
    "slopes are values": ("network.at_known_points", "read(slope), x", "read(image), x"),
    "known points are everywhere": (
        "network._is_same", "not over.cleared(over.add(x, over.negative(y)))", "True"),
    "expressions differ as texts": ("facts.holds", "and not values.problem.general", ""),
    "almost all is for free": ("rules.zeros", "return [*smooth, premise]", "return []"),
}  # fmt: skip
READER_FINDS: dict[str, Hole] = {
    "names are free": ("formulas.Scope.name", "text(given, place) != expected", "False"),
    "no point is needed": ("formulas.Reader._at_a_point", "not scope.at_a_point", "False"),
    "numbers are matrices": (
        "formulas.made",
        '("M" in found) is not (found == ["M", "M"])',
        "False",
    ),
    "sums of numbers and matrices": ("formulas.made", 'set(found) != {"M"}', "False"),
    "sorts do not matter": (
        "formulas.Reader.read",
        "if found not in DO",
        "if False and found not in DO",
    ),
    "definitions are nowhere": ("formulas.Reader._reference", "if new.local:", "if False:"),
    "definitions may be idle": ("formulas.read_claim", "if unused:", "if False:"),
    "quotes in names": ("formulas._quoted", "not NAME.fullmatch(text(value, place))", "False"),
    "rows may be empty": ("formulas._row", "not listed(row, place)", "False"),
    "anything can be set": ("formulas._assignment", "target[0] not in PARAMETERS", "False"),
    "data are parameters": ("formulas.at_parameters", '"parameters" in first', "True"),
}
PRINTER_HIDES: dict[str, Hole] = {
    "no brackets": ("printer.phrase", "binds < tight", "binds < tight - 10"),
    "no quotes": ("printer._argument", "return f'\"{value}\"'", "return value"),
    "no arguments": ("printer.words", "if arguments else name", "if False else name"),
    "no comma": ("printer._phrase", "',' if len(arguments) == 1 else ''", "''"),
    "no sign in products": ("printer._between", "if needed else", "if False else"),
    "no fractions": ("printer.numeral", 'rational(value, "")', 'abs(rational(value, ""))'),
    "no definitions": (
        "printer.words", "for name, arguments, value in definitions:",
        "for name, arguments, value in []:"),
}  # fmt: skip
FINDERS: list[tuple[Callable[[int], None], int, dict[str, Hole]]] = [
    (by_hand, 0, CLAIMS_FIND),
    (by_hand, 0, POINTS_FIND),
    (by_mutants, 6000, MUTANTS_FIND),
    (by_forgers, 0, FORGERS_FIND),
    (by_series, 0, SERIES_FIND),
    (by_symbols, 0, SYMBOLS_FIND),
    (by_reader, 0, READER_FINDS),
    (by_words, 400, PRINTER_HIDES),
]
EVERY = [(finder, n, name, hole) for finder, n, holes in FINDERS for name, hole in holes.items()]


def _transposed(rows: list[Any]) -> list[Any]:
    square = len(rows) == len(rows[0])
    return rows if square else [list(column) for column in zip(*rows, strict=True)]


def _beside(matrices: list[Any]) -> list[Any]:
    return [[x for row in rows for x in row] for rows in zip(*matrices, strict=True)]


def plant(hole: Hole, monkeypatch: pytest.MonkeyPatch) -> None:
    where, old, new = hole
    path, _, key = where.partition(":")
    module_name, *names = path.split(".")
    module = import_module(f"exactland.checker.{module_name}")
    place: Any = module
    for name in names:
        place = getattr(place, name)
    if key:
        assert key in place
        monkeypatch.setitem(place, key, new)
        return
    source = textwrap.dedent(inspect.getsource(place))
    assert old in source, f"{where} has no {old}"
    made: dict[str, Any] = {}
    flags = "from __future__ import annotations\n"
    exec(compile(flags + source.replace(old, new), where, "exec"), module.__dict__, made)
    monkeypatch.setattr(place, "__code__", made[names[-1]].__code__)


#: What finds it: a contradiction, or that nothing is refused.
FOUND = (AssertionError, pytest.fail.Exception)


def test_without_holes_nothing_is_found() -> None:
    for finder in (by_hand, by_forgers, by_series, by_symbols, by_reader):
        finder(0)


#: A few in the default run: those that need no long campaign.
SHORT = [entry for entry in EVERY if entry[0] in (by_forgers, by_symbols, by_reader)]


@pytest.mark.parametrize(("finder", "count", "name", "hole"), SHORT)
def test_holes_are_found_by_hand(
    finder: Any, count: int, name: str, hole: Hole, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(hole, monkeypatch)
    with pytest.raises(FOUND):
        finder(count)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("finder", "count", "name", "hole"), [entry for entry in EVERY if entry not in SHORT]
)
def test_campaigns_find_the_hole(
    finder: Any, count: int, name: str, hole: Hole, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted_originals()  # by the checker without the hole
    plant(hole, monkeypatch)
    with pytest.raises(FOUND):
        finder(count)
