"""Full rank for almost all parameters, case by case (section 6.3): a tree of cases is gone through.

A leaf is a minor of full size that is not 0 at a witness, or a contradiction between the conditions
of the case. The witness has zeros among its weights, so that few values matter: of the units below
a layer one may be enough. Where a piece is not analytic on the line, as 1/(1+t) beside abs, the
witness is so small that every pre-activation is near 0 (the checker's ``cases`` says why).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flint import arb_mat, fmpq, fmpq_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.rationals import RATIONALS
from exactland.conditions.cases import Affine, Case, Values, is_variable
from exactland.conditions.claims import MatrixName
from exactland.conditions.evidence import EveryPattern, Impossible
from exactland.conditions.feature_rank import matrix_shape
from exactland.conditions.windows import in_windows
from exactland.conditions.wiring import (
    Id,
    LayerWiring,
    SkipWiring,
    Wiring,
    alike_columns,
    weight_of,
)
from exactland.errors import InputError, NotExactError
from exactland.linalg.balls import full_rank_balls
from exactland.linalg.evidence import LowerBound
from exactland.linalg.inequalities import alternative
from exactland.linalg.rational import rational_rank
from exactland.model.chosen_parameters import random_parameters
from exactland.model.parameters import LayerParameters, Parameters, SkipParameters
from exactland.model.problem import Problem

#: The most cases that are gone through.
MOST_CASES = 1024
#: Cases that are looked at, and kept, where the rank may be deficient.
MOST_LOOKED_AT, MOST_STUCK = 256, 24
#: Numerators and denominator of a witness.
WITNESS_SIZE = (1009, 499)
#: How many entries of a patch have weights that are not 0, in the order in which this is tried.
KEPT = (1, 2, 3, None, None)
#: Bits up to which a minor of balls is sought.
CEILING = 1024
#: The same where more rows or columns may do.
EARLY = 128


@dataclass(frozen=True)
class Stuck:
    """Why the rank is not seen to be full in every case, and cases in which it is not."""

    reason: str
    cases: tuple[Case, ...] = ()


def every_case(problem: Problem, name: MatrixName, seed: int) -> EveryPattern | Stuck:
    """Full rank in every case, or the case that is not shown to have it."""
    rows, columns = matrix_shape(problem, name)
    full = min(rows, columns)
    alike = alike_columns(problem, name.k, full) if name.what == "features" else None
    wiring: Wiring
    if name.what == "features":
        wiring = LayerWiring(problem, name.k, alike or ())
    else:
        wiring = SkipWiring(problem)
    looked_at = tuple(range(columns) if alike is None else alike)
    for drawn in _witnesses(problem, seed):
        witness = in_windows(problem, name, drawn)
        tree = _Tree(wiring, problem, witness, looked_at, full)
        found = tree.leaves()
        if not isinstance(found, Stuck):
            return EveryPattern(witness, looked_at, alike is not None, tuple(found))
        stuck = found
        if not stuck.cases:  # with more weights there are more cases
            return stuck
    return tree.stuck()


def _witnesses(problem: Problem, seed: int) -> Iterator[Parameters]:
    seen: list[Any] = []
    for number, kept in enumerate(KEPT):
        found = _thinned(problem, random_parameters(problem, seed + number, *WITNESS_SIZE), kept)
        if found not in seen:
            seen.append(found)
            yield found


def _thinned(problem: Problem, parameters: Any, kept: int | None) -> Any:
    """Only so many weights of each filter above the first layer with parameters are not 0."""
    if kept is None:
        return parameters
    if isinstance(parameters, SkipParameters):
        units = problem.skip.units
        from_units = {
            (unit.group, r) for unit in units for r, s in enumerate(unit.sources) if s is not None
            and isinstance(s, str)
        }  # fmt: skip
        from_inputs = {
            (unit.group, r) for unit in units for r, s in enumerate(unit.sources)
            if isinstance(s, int)
        }  # fmt: skip
        groups: dict[str, list[fmpq]] = {}
        for group, weights in parameters.groups.items():
            inputs = [r for r in range(len(weights)) if (group, r) in from_inputs]
            others = [r for r in range(len(weights)) if (group, r) in from_units]
            left = {*inputs, *others[: max(0, kept - len(inputs))]}
            groups[group] = [w if r in left else fmpq(0) for r, w in enumerate(weights)]
        return SkipParameters(groups, parameters.biases)
    first = True
    result: list[Any] = []
    for layer in parameters:
        if layer is None or first:
            result.append(layer)
            first = first and layer is None
            continue
        W = [row if r < kept else [fmpq(0)] * len(row) for r, row in enumerate(layer.W)]
        result.append(LayerParameters(W, layer.b))
    return tuple(result)


class _Tree:
    """Goes through the cases at one witness."""

    def __init__(
        self,
        wiring: Wiring,
        problem: Problem,
        witness: Parameters,
        columns: Sequence[int],
        full: int,
    ) -> None:
        self.case, self.weight = Case(wiring), weight_of(witness)
        self.columns, self.full = columns, full
        self.rows = sorted(set(wiring.samples))  # equal samples have equal rows
        self.samples = problem.data.samples
        self.exact = True

    def leaves(self) -> list[LowerBound | Impossible] | Stuck:
        found: list[LowerBound | Impossible] = []
        while True:
            leaf = self._leaf()
            if leaf is None:
                reason = f"case {len(found)} is not shown to have full rank"
                return Stuck(reason, (self.case.copy(),))
            found.append(leaf)
            if not self.case.next():
                return found
            if len(found) >= MOST_CASES:
                return Stuck(f"there are more than {MOST_CASES} cases of pieces")

    def stuck(self) -> Stuck:
        """The first cases in which the rank is not seen to be full, from the beginning."""
        self.case = Case(self.case.wiring)
        found: list[Case] = []
        seen = 0
        while seen < MOST_LOOKED_AT and len(found) < MOST_STUCK:
            if self._leaf() is None:
                found.append(self.case.copy())
            seen += 1
            if not self.case.next():
                break
        return Stuck(f"{len(found)} of {seen} cases are not shown to have full rank", tuple(found))

    def _leaf(self) -> LowerBound | Impossible | None:
        """The next leaf, by which the case is extended, or None."""
        prefix = self._impossible(last_only=True)
        if prefix is not None:
            return Impossible((), (), prefix)
        bound = self._minor()
        if bound is not None:
            self._walk(bound.rows, bound.columns)
            return bound
        self._walk(self.rows, self.columns)
        whole = self._impossible()
        if whole is not None:
            return Impossible(tuple(self.rows), tuple(self.columns), whole)
        return None

    def _impossible(self, last_only: bool = False) -> tuple[tuple[int, int, fmpq], ...] | None:
        """A contradiction; the case notes what it is concluded from."""
        found = contradiction(self.case, last_only)
        keys = list(self.case.choices)
        for number in dict.fromkeys(number for number, _, _ in found or ()):
            self.case.conditions(keys[number])
        return found

    def _walk(self, rows: Sequence[int], columns: Sequence[int]) -> None:
        seen: set[Id] = set()
        for i in rows:
            for c in columns:
                self.case.walk(self.case.wiring.entry(i, c), self.weight, seen)

    def _minor(self) -> LowerBound | None:
        """A minor of full size: of few rows and columns, which need few choices, or of all."""
        if len(self.rows) < self.full:
            return None
        parts = [
            (r, c) for c in (self.full, len(self.columns)) for r in (self.full, len(self.rows))
        ]
        for count, width in dict.fromkeys(parts):
            rows, columns = self.rows[:count], self.columns[:width]
            last = (count, width) == parts[-1]
            bound = self._bound(self.case.copy(), rows, columns, CEILING if last else EARLY)
            if bound is not None and len(bound.rows) == self.full:
                places = tuple(rows[i] for i in bound.rows)
                return replace(bound, rows=places, columns=tuple(columns[c] for c in bound.columns))
        return None

    def _bound(
        self, case: Case, rows: Sequence[int], columns: Sequence[int], ceiling: int
    ) -> LowerBound | None:
        def matrix(arithmetic: Any) -> list[list[Any]]:
            values = Values(case, self.weight, arithmetic)
            return [[values.of(case.wiring.entry(i, c)) for c in columns] for i in rows]

        if self.exact:
            try:
                return rational_rank(fmpq_mat(matrix(RATIONALS))).lower
            except InputError:
                return None
            except NotExactError:
                self.exact = False

        def entries_at(bits: int) -> arb_mat:
            balls = Balls(bits)
            with balls.working():
                return arb_mat(matrix(balls))

        shape = (len(rows), len(columns))
        return full_rank_balls(entries_at, shape, start=64, ceiling=ceiling).lower


def contradiction(case: Case, last_only: bool = False) -> tuple[tuple[int, int, fmpq], ...] | None:
    """(choice, side, factor) of conditions that contradict each other (almost everywhere)."""
    for block in blocks(case, last_only):
        _, factors = alternative([form for _, _, form in block])
        used = [
            (number, side, c) for (number, side, _), c in zip(block, factors, strict=False) if c > 0
        ]
        if used:
            return tuple(used)
    return None


def blocks(case: Case, last_only: bool = False) -> list[list[tuple[int, int, Affine]]]:
    """The conditions that are not constant, apart where they have no parameter in common."""
    found: list[tuple[set[Hashable], list[tuple[int, int, Affine]]]] = []
    probe, last = case.copy(), len(case.choices) - 1
    if last_only and (last < 0 or not probe.conditions(next(reversed(probe.choices)))):
        return []
    for number, key in enumerate(case.choices):
        for side, form in probe.conditions(key).items():
            if not is_variable(form):
                continue
            names = {name for name in form if name != ()}
            own = [(number, side, form)]
            apart = []
            for others, block in found:
                if others & names:
                    names, own = names | others, block + own
                else:
                    apart.append((others, block))
            found = [*apart, (names, own)]
    return [
        block
        for _, block in found
        if not last_only or any(number == last for number, _, _ in block)
    ]
