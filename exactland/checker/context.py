"""What rules build on: the problem, the definitions of the document, and questions about terms."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from .bounds import Target
from .canonical import natural
from .decide import Decision, decide
from .formulas import Formula, Reader, Scope, is_numeral
from .network import Key, Pass, Rows, loss_function, shapes
from .numbers import Enclosed, Exact, Formally, Unknown
from .outcome import NotRational, Reject, placed
from .problem import Problem, SkipWeights, Weights
from .properties import is_analytic
from .sentences.tables import THEOREMS
from .signature import ARITHMETIC, CALLS, TABLE
from .symbols import BITS as CONSTANT_BITS
from .values import Place, Values
from .work import TURN, VALUE, spend

#: Premises and conclusion.
Sequent = tuple[list[Formula], Formula]
#: Heads of functions that are analytic where their arguments are.
ANALYTIC = (
    frozenset(
        ("+", "-", "*", "neg", "^", "X", "Y", "F", "G", "U", "W", "b", "V", "M", "patch", "Psi")
    )
    | frozenset(
        ("matrix", "table", "T", "o", "part", "beside", "ones", "I", "det", "entry", "sum", "sigma")
    )
    | frozenset(("dsigma", "N", "L", "n", "patches", "columns", "every", "tuple", "to", "unit"))
)
#: Heads of claims and numbers that speak of sizes of the network and the data only.
SIZES = frozenset(
    ("N", "L", "n", "patches", "skips", "+", "-", "*", "neg", "max", "min", "=", "!=", "<", "<=")
) | frozenset(("not", "and", "or", "implies"))
#: Heads of claims that are decided formally where the inputs are symbols. Y is not among them:
#: whether targets are data is left open, and so what is shown holds either way.
FORMAL = (ANALYTIC - {"Y"}) | SIZES | {"zero", "all", "some"}
#: What has no value somewhere, so that a formal identity may be no identity.
PARTIAL = frozenset(["/", "call", "limit", "at", "loss"])
#: A cited theorem that certificates of format 1 do not need.
ON_A_DOMAIN = "analytic-zeros-on-a-domain"
CITED = {
    **THEOREMS,
    ON_A_DOMAIN: "the zeros of a function that is analytic on a connected open set and not "
    "identically 0 are a null set",
}
#: What rules say that speak of rational numbers.
RATIONAL_ONLY = "the rule is about problems whose numbers are all written as rational ones"
#: What is made of derivatives of Phi.
DERIVED = frozenset(["grad", "dPhi", "ddPhi", "hess", "is", "descends"])


def as_text(formula: Formula) -> str:
    """A formula as text: so formulas are compared, since True == 1 in Python."""
    text: str = json.dumps(formula)
    spend(VALUE + TURN // 2 * len(text))
    return text


@dataclass
class Context:
    """One document: its problem, its definitions with their scope, and the theorems it cites."""

    problem: Problem
    definitions: list[Any]
    scope: Scope
    cited: set[str] = field(default_factory=set)

    def read(self, claim: Formula, place: str) -> Formula:
        """A proposition of the language, returned as it is."""
        Reader().read(claim, "P", self.scope, place)
        return claim

    def cite(self, theorem: str) -> None:
        self.cited.add(theorem)

    def definition(self, name: Any, head: str, place: str) -> list[Any]:
        """The arguments of a definition without arguments that is made by this head."""
        for other, arguments, body in self.definitions:
            if other == name and not arguments and isinstance(body, list) and body[0] == head:
                return body[1:]
        raise Reject(place, f"no definition of this name is a {head}")

    def defined_as(self, name: Any, arguments: list[str], body: Formula, place: str) -> None:
        """Reject unless this is what the name is defined as."""
        if not any(
            as_text([name, arguments, body]) == as_text(entry) for entry in self.definitions
        ):
            raise Reject(place, "the name is not defined as the rule says")

    # Evaluation.

    def _with_definitions(self, claim: Formula) -> Formula:
        return ["let", self.definitions, claim] if self.definitions else claim

    def decide(self, claim: Formula, bits: int) -> bool | None:
        return decide(self.problem, self._with_definitions(claim), bits)

    def decide_formally(self, claim: Formula, over: str) -> bool | None:
        """Whether a claim holds formally: at the given point, or for all of what ``over`` says."""
        body = claim[2] if over == "symbols" and claim[:2] == ["at", "given"] else claim
        heads = self._heads(body, without_constants=True)
        if heads & PARTIAL:
            raise Reject("", f"{min(heads & PARTIAL)} is not admitted in a formal identity")
        if heads & DERIVED:
            self._require_formal_derivatives(heads)
        numbers = Formally()
        decision = Decision(self.problem, self._with_definitions(claim), numbers)
        if over == "given":
            return decision.holds(claim, Place({}, decision.values.given))
        if over == "symbols":
            return decision.holds(claim, Place())
        symbols = {
            key: [[numbers.over.symbol(*key, r, c) for c in range(columns)] for r in range(rows)]
            for key, (rows, columns) in shapes(self.problem).items()
        }
        there = Pass(self.problem, symbols, numbers.over)
        if over == "data and parameters":
            rows, columns = len(self.problem.inputs), len(self.problem.inputs[0])
            there.inputs = decision.values.given.inputs = [
                [numbers.over.symbol("X", r, c) for c in range(columns)] for r in range(rows)
            ]
        return decision.holds(claim, Place({}, there))

    def _require_formal_derivatives(self, heads: set[str]) -> None:
        """A formal derivative of log(t) - log(t) is 0; so all functions have to be smooth.

        First derivatives need no more than a hinge has, whose kinks are refused, or a function of
        which values and slopes are known: the chain rule holds.
        """
        if heads & DERIVED - {"grad", "dPhi"}:
            self.require_smooth_loss("")
            return
        self.require_analytic_network("", or_known=True)
        if self.problem.loss != "squared-hinge":
            self._require_analytic_loss("")

    def at_values(self, values: dict[str, Any]) -> Context:
        """The same document where the symbols have these values."""
        return replace(self, problem=replace(self.problem, values=values))

    def require_heads(self, formula: Formula, admitted: frozenset[str], place: str) -> None:
        """Reject what uses other heads, also in definitions."""
        others = self._heads(formula) - admitted
        if others:
            raise Reject(place, f"{min(others)} is not admitted for all data")

    def _heads(self, formula: Formula, without_constants: bool = False) -> set[str]:
        """The heads of a formula and of the definitions that it uses; perhaps without those of
        constants that have a value, such as sqrt(2)/3."""
        spend(VALUE + TURN * len(self.definitions))
        if without_constants and self._is_constant(formula):
            return set()
        if isinstance(formula, str):
            bodies = [body for name, _, body in self.definitions if name == formula]
            return self._heads(bodies[0], without_constants) if bodies else set()
        if not isinstance(formula, list) or not formula:
            return set()
        own = {formula[0]} & TABLE.keys() if isinstance(formula[0], str) else set()
        return own.union(*(self._heads(part, without_constants) for part in formula))

    def _is_constant(self, formula: Formula) -> bool:
        """Whether this is a quotient or a function of numbers that is shown to have a value."""
        if not (isinstance(formula, list) and formula and formula[0] in ("/", "call")):
            return False
        if not all(_is_of_numbers(part) for part in formula[1:]):
            return False
        try:
            Values(self.problem, Enclosed(CONSTANT_BITS), []).real(formula, Place())
        except (Reject, Unknown):
            return False
        return True

    def at(self, point: Formula, place: str) -> Problem:
        """The problem with the parameters of a point, which are rational."""
        if self.problem.general:
            raise Reject(place, RATIONAL_ONLY)
        Reader().read(point, "Q", replace(self.scope, at_a_point=False), place)
        try:
            values = Values(self.problem, Exact(), self.definitions)
            parameters = values.at(point, Place()).parameters
        except NotRational:
            raise Reject(place, "the parameters of the point are not rational") from None
        return replace(self.problem, parameters=as_weights(self.problem, dict(parameters)))

    def require_point(self, point: Formula, place: str) -> None:
        """Reject a point that the problem does not have, or that does not fit the network."""
        blocks: list[Any] = [k for k, one in enumerate(self.problem.layers, 1) if one.activation]
        blocks += [["unit", unit.name] for unit in self.problem.units]
        if blocks and not self.problem.general:
            with placed(place):
                self.decide(["at", point, ["<=", 0, ["norm", ["W", blocks[0]]]]], 64)

    # Terms.

    def shape(self, term: Formula, place: str) -> tuple[int, int]:
        """The size of F_k, [F_k, 1], U_k or Psi."""
        problem = self.problem
        head = term[0] if isinstance(term, list) else None
        if head == "Psi" and problem.skips:
            return problem.samples, len(problem.skips)
        if head == "beside" and term[2:] == [["ones", ["N"], 1]]:
            rows, columns = self.shape(term[1], place)
            return rows, columns + 1
        if head in ("F", "U"):
            k = Values(problem, Exact(), self.definitions).integer(term[1], Place())
            layer = problem.layers[natural(k, place, 1, len(problem.layers)) - 1]
            if head == "U" and layer.activation is None:
                raise Reject(place, "a pooling layer has no layer matrix")
            return (problem.samples if head == "F" else layer.below), layer.width
        raise Reject(place, "F_k, [F_k, 1], U_k or Psi is expected")

    def require_analytic(self, term: Formula, place: str) -> None:
        """Reject unless a term is built from analytic functions of the parameters."""
        heads = self._heads(term)
        if heads - ANALYTIC:
            raise Reject(place, f"{min(heads - ANALYTIC)} is not shown to be analytic")
        if heads & {"F", "G", "sigma", "dsigma", "patch", "Psi"}:
            self.require_analytic_network(place, upto=self._deepest(term))
        self._require_value(term, place)

    def _require_value(self, term: Formula, place: str) -> None:
        """Reject unless a term of analytic heads has a value: its size is the same everywhere."""
        if isinstance(term, list) and term[0] in ("F", "U") and type(term[1]) is int and term[1]:
            self.shape(term, place)
        else:
            symbols = self.problem.symbols  # the size is the same whatever they are
            there = self if symbols is None else self.at_values(dict(symbols.witness))
            there.decide(["at", "zero", ["=", term, term]], 64)

    def require_total_network(self, place: str) -> None:
        """Reject unless all values of the network are defined at all parameters."""
        for sigma in [
            *(layer.activation for layer in self.problem.layers if layer.activation is not None),
            *(unit.activation for unit in self.problem.units),
        ]:
            if not sigma.is_total:
                raise Reject(place, "an activation is not shown to be defined on all of R")

    def _deepest(self, term: Formula) -> int | None:
        """A layer such as no values of layers above are in a term; None if that is not seen."""
        if isinstance(term, str):
            bodies = [body for name, _, body in self.definitions if name == term]
            return self._deepest(bodies[0]) if bodies else 0
        if not isinstance(term, list) or not term:
            return 0
        if term[0] in ("F", "G", "sigma", "dsigma", "patch") and type(term[1]) is not int:
            return None
        found = [term[1]] if term[0] in ("F", "G", "sigma", "dsigma", "patch") else [0]
        below = [self._deepest(part) for part in term[1:]]
        return None if None in below else max(n for n in [*found, *below] if n is not None)

    def require_analytic_network(
        self, place: str, or_known: bool = False, upto: int | None = None
    ) -> None:
        """Reject unless the activations of all layers, or of those up to one, are analytic."""
        for k, layer in enumerate(self.problem.layers[:upto], 1):
            if layer.kind == "average-pooling":
                continue
            if or_known and layer.activation is not None and layer.activation.table:
                continue
            if layer.activation is None or not is_analytic(layer.activation.definition):
                raise Reject(place, f"layer {k} is not shown to be analytic")
        for unit in self.problem.units:
            if not is_analytic(unit.activation.definition):
                raise Reject(place, f"unit {unit.name} is not shown to be analytic")

    def require_smooth_loss(self, place: str) -> None:
        """Phi is analytic: so are the activations and l."""
        self.require_analytic_network(place)
        self._require_analytic_loss(place)

    def _require_analytic_loss(self, place: str) -> None:
        if self.problem.loss == "squared-hinge" or not is_analytic(loss_function(self.problem)):
            raise Reject(place, "the loss is not shown to be analytic")


def _is_of_numbers(formula: Formula) -> bool:
    """Whether a term is made by arithmetic of numbers, or the name of a function."""
    if not isinstance(formula, list):
        return is_numeral(formula) or formula in CALLS
    return formula[0] in ARITHMETIC and all(map(_is_of_numbers, formula[1:]))


def as_weights(problem: Problem, parameters: dict[Key, Rows]) -> Any:
    """Rational parameters as the problem has them."""
    if problem.units:
        if not shapes(problem).keys() - {("V", 0)} <= parameters.keys():
            return None
        groups = {u.group: [w for (w,) in parameters["W", u.group]] for u in problem.units}
        biases = {u.bias: parameters["b", u.bias][0][0] for u in problem.units if u.bias}
        return SkipWeights(groups, biases)
    found: list[Weights | None] = []
    for k in range(1, len(problem.layers) + 1):
        W, b = parameters.get(("W", k)), parameters.get(("b", k), [[]])
        found.append(None if W is None else Weights(W, b[0]))
    return found


def in_every_way(under: list[Any], claim: Formula) -> Formula:
    """A claim at a point or below a quantifier, or as it is."""
    return [*under, claim] if under else claim


def matrix_of(target: Target) -> Formula:
    """The matrix that a target names, as a term."""
    if target.what == "features":
        return ["F", target.layer]
    if target.what == "weights":
        return ["U", target.layer]
    if target.what == "skip-features":
        return ["Psi"]
    if target.what == "augmented":
        return ["beside", ["F", target.layer], ["ones", ["N"], 1]]
    raise Reject("", "the matrix has no name in the language")
