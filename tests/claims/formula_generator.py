"""Random formulas over the whole signature: well-formed by construction, of a given size.

Every head occurs, every literal, definitions with and without arguments; numbers are small,
negative, fractions, and beyond 2^53.
"""

from __future__ import annotations

from random import Random
from typing import Any

from exactland.checker.formulas import LOCAL, PLACING, at_parameters, naming
from exactland.checker.signature import (
    CALLS,
    DOMAINS,
    FACTS,
    KINDS,
    SIDES,
    TABLE,
    bound_name,
)

Formula = Any
#: Heads that make each sort; numbers, variables and references come beside them.
BY_SORT = {
    sort: [head for head, entry in TABLE.items() if entry.makes in makes]
    for sort, makes in {
        "P": "PA", "R": "REIA", "I": "I", "M": "MEA", "Q": "Q", "S": "S", "D": "D",
    }.items()
}  # fmt: skip


class Formulas:
    """Random formulas from one seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)

    def claim(self, size: int = 6) -> Formula:
        """A proposition, perhaps with definitions, all of which it uses."""
        scope = _Scope()
        definitions = []
        for _ in range(self.random.choice([0, 0, 1, 2])):
            definition, scope = self._definition(scope, size - 2)
            definitions.append(definition)
        body = self._of("P", scope, size)
        uses = [self._use(name, scope) for name, _, _ in definitions if not _occurs(name, [body])]
        for name, _, _ in reversed(definitions):
            if not _occurs(name, [body, *uses, *(other[2] for other in definitions)]):
                uses.append(self._use(name, scope))
        whole = ["and", body, *uses] if uses else body
        return ["let", definitions, whole] if definitions else whole

    def _use(self, name: str, scope: _Scope) -> Formula:
        """A proposition about a definition."""
        sort, kinds, _ = scope.definitions[name]
        used = (
            ["ref", name, *(self._of("IR"[k == "x"], scope, 1) for k in kinds)] if kinds else name
        )
        claim = {
            "R": ["<", 0, used],
            "I": ["<", 0, used],
            "M": ["zero", used],
            "Q": ["is", used, KINDS[0]],
            "S": ["zero", ["part", ["X"], used, ["every"]]],
        }[sort]
        return ["at", "given", claim]

    def _definition(self, scope: _Scope, size: int) -> tuple[list[Any], _Scope]:
        sort = self.random.choice("RIMMQS")
        # An index set may stand where no point does: it is made of no parameters then.
        inner, names, kinds = scope.at(sort != "S"), [], []
        if sort in "RM":
            for _ in range(self.random.choice([0, 0, 1, 2])):
                kind = self.random.choice("ix")
                name, inner = inner.bind(kind)
                names.append(name)
                kinds.append(kind)
        body = self._of(sort, inner, max(size, 1))
        sort = _sort_of_definition(sort, body)
        kind = naming(sort, body)
        name = bound_name(kind, scope.counts.get(kind, 0))
        return [name, names, body], scope.define(kind, name, (sort, kinds, body))

    # Formulas by their sort.

    def _of(self, sort: str, scope: _Scope, size: int) -> Formula:
        if sort in LITERALS:
            return LITERALS[sort](self, scope, size)
        if size <= 0 or self.random.random() < 0.15:
            leaf = self._leaf(sort, scope)
            if leaf is not None:
                return leaf
        heads = [head for head in BY_SORT[sort] if scope.point or head not in LOCAL]
        return self._with(self.random.choice(heads), sort, scope, size - 1)

    def _leaf(self, sort: str, scope: _Scope) -> Formula:
        choose = self.random.choice
        names = [name for name, kind in scope.variables.items() if kind == sort]
        names += [
            name
            for name, (kind, kinds, _) in scope.definitions.items()
            if kind == sort and not kinds and (scope.point or sort == "S")
        ]
        if names and self.random.random() < 0.6:
            return choose(names)
        if sort == "I":
            return choose([0, 1, 2, 7, -3, ["N"], "0x20000000000001"])
        if sort == "R":
            return choose([0, 5, -2, "1/2", "-7/3", "0x40000000000000000/3", ["pi"]])
        if sort == "M":
            return choose([["X"], ["F", 0], ["matrix", [1, "1/2"]], ["I", 2]])
        return {"P": ["<", 0, ["N"]], "Q": choose(["given", "zero"]), "S": ["every"]}.get(sort)

    def _with(self, head: str, sort: str, scope: _Scope, size: int) -> Formula:
        takes = TABLE[head].takes.split()
        fact = []
        if head == "has":
            fact = [self.random.choice(list(FACTS))]
            takes = FACTS[fact[0]].takes.split()
        if takes and takes[-1][-1] in "*+":
            last = takes.pop()
            takes += [last[:-1]] * self.random.randint(1 + (last[-1] == "+"), 3)
        if sort in "RIM" and TABLE[head].makes in "EA":
            takes = self._typed(head, takes, sort)
        arguments: list[Any] = []
        inner = scope
        for n, taken in enumerate(takes):
            last_one = n == len(takes) - 1
            if taken in ("i", "x"):
                name, inner = inner.bind(taken)
                arguments.append(name)
                continue
            place = inner if last_one else scope
            if last_one and head in PLACING and at_parameters(head, (arguments or [0])[0]):
                place = place.at(True)
            if taken == "E":
                taken = self.random.choice("RIM" if head == "analytic" else "RM")
            if taken == "A":
                taken = "P"
            arguments.append(self._of(taken, place, size))
        if head == "matrix":
            width = min(map(len, arguments))
            arguments = [row[:width] for row in arguments]
        if head == "=":
            arguments = [self._of(s, scope, size) for s in [self.random.choice("RM")] * 2]
            if arguments[1] == 0:
                arguments[1] = 1
        if head == "neg" and (isinstance(arguments[0], int) or _is_number(arguments[0])):
            arguments = [["pi"]] if sort == "R" else [["N"]]
        return [head, *fact, *arguments]

    def _typed(self, head: str, takes: list[str], sort: str) -> list[str]:
        """Arguments so that the head makes this sort."""
        if sort == "I" or (sort == "R" and head in ("+", "-", "*", "neg")):
            return [sort if taken in "EA" else taken for taken in takes]
        if sort == "M" and head == "*":
            return [self.random.choice("RM") for _ in takes[1:]] + ["M"]
        return [sort if taken in "EA" else taken for taken in takes]

    # Literals.

    def _row(self, scope: _Scope, size: int) -> Formula:
        return [self._of("R", scope, size - 1) for _ in range(self.random.randint(1, 3))]

    def _assignment(self, scope: _Scope, size: int) -> Formula:
        target = self.random.choice([["W", 1], ["b", 2], ["V"], ["W", ["unit", "h1"]]])
        return [target, self._of("M", scope.at(True), size - 1)]

    def _layer(self, scope: _Scope, size: int) -> Formula:
        return self.random.choice([["unit", "h-1.x"], self._of("I", scope, min(size, 1))])

    def _block(self, scope: _Scope, size: int) -> Formula:
        return self.random.choice([["W", 1], ["b", 2], ["U", 1], ["G", ["L"]], ["V"]])

    def _domain(self, scope: _Scope, size: int) -> Formula:
        return self.random.choice([*DOMAINS, ["layers", 1, self._of("I", scope, 1)]])

    def _number(self, scope: _Scope, size: int) -> Formula:
        """A real number: integers are some."""
        return self._of(self.random.choice("RI"), scope, size)


LITERALS: dict[str, Any] = {
    "row": Formulas._row,
    "set": Formulas._assignment,
    "K": Formulas._layer,
    "B": Formulas._block,
    "D": Formulas._domain,
    "kind": lambda self, scope, size: self.random.choice(KINDS),
    "side": lambda self, scope, size: self.random.choice(SIDES),
    "name": lambda self, scope, size: self.random.choice(["tanh", "a-1", "h.2"]),
    "function": lambda self, scope, size: self.random.choice(CALLS),
}


class _Scope:
    """Names that a formula may use where it stands."""

    def __init__(
        self,
        variables: dict[str, str] | None = None,
        definitions: dict[str, Any] | None = None,
        counts: dict[str, int] | None = None,
        point: bool = False,
    ) -> None:
        self.variables, self.definitions = variables or {}, definitions or {}
        self.counts, self.point = counts or {}, point

    def bind(self, kind: str) -> tuple[str, _Scope]:
        n = self.counts.get(kind, 0)
        name, counts = bound_name(kind, n), {**self.counts, kind: n + 1}
        variables = {**self.variables, name: "IR"[kind == "x"]}
        return name, _Scope(variables, self.definitions, counts, self.point)

    def define(self, kind: str, name: str, value: Any) -> _Scope:
        counts = {**self.counts, kind: self.counts.get(kind, 0) + 1}
        return _Scope(self.variables, {**self.definitions, name: value}, counts, self.point)

    def at(self, point: bool) -> _Scope:
        return _Scope(self.variables, self.definitions, self.counts, point)


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and not value[:1].isalpha()


def _sort_of_definition(sort: str, body: Formula) -> str:
    return "I" if sort == "R" and (isinstance(body, int) or body in ("0x20000000000001",)) else sort


def _occurs(name: str, formulas: list[Any]) -> bool:
    return any(
        formula == name or (isinstance(formula, list) and _occurs(name, formula))
        for formula in formulas
    )
