"""What a step of a proof certificate is about, for the oracle: problem, stages, plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import mpmath as mp
import plain_network as plain
from oracle import rank_of
from plain_network import EXACT, Digits, Document, Irrational, Undefined, rational

#: Digits of the evaluation: a number below 10^-(digits/2) at all of them counts as 0.
PRECISIONS = (80, 320, 1500)
Rows = list[list[Any]]
Judgement = bool | None
Judge = Callable[["View", Document, Any], Judgement]


@dataclass(frozen=True)
class View:
    """The problem, the stages of its parameters and the layer k of a proof certificate."""

    problem: Document
    stages: list[Any]
    k: int | None

    @property
    def samples(self) -> int:
        return len(self.problem["data"]["inputs"])

    @property
    def inputs(self) -> list[list[Fraction]]:
        return plain.rationals(self.problem["data"]["inputs"])

    @property
    def layers(self) -> list[Document]:
        """The layers of a sequential network."""
        if "layers" not in self.problem["network"]:
            raise Undefined("a skip network has no layers")
        found: list[Document] = self.problem["network"]["layers"]
        return found

    def layer(self, number: int) -> Document:
        if not 1 <= number <= len(self.layers):
            raise Undefined(f"there is no layer {number}")
        return self.layers[number - 1]

    def width(self, number: int) -> int:
        self.layer(max(number, 1))
        return plain.widths(self.problem)[number]

    def sigma(self, number: int) -> Any:
        """The activation of layer l as it is written."""
        if "activation" not in self.layer(number):
            raise Undefined("max-pooling has no activation")
        return self.layer(number)["activation"]

    def raw_parameters(self, at: Any) -> Any:
        """What stands at a stage, None for none."""
        if at is None:
            return None
        return self.problem.get("parameters") if at == "given" else self.stages[at]

    def parameters(self, at: Any, upto: int | None = None) -> Any:
        """The parameters at a stage; Undefined where those of layers up to ``upto`` are missing."""
        found = self.raw_parameters(at)
        if "units" in self.problem["network"]:
            if found is None:
                raise Undefined("no parameters")
            return found
        for number, layer in enumerate(self.layers[:upto]):
            if layer["kind"] != "max-pooling" and (found is None or found[number] is None):
                raise Undefined(f"layer {number + 1} has no parameters")
        return found

    def at(self, at: Any, upto: int | None = None) -> Document:
        """The problem with the parameters of a stage."""
        return {**self.problem, "parameters": self.parameters(at, upto)}

    def features(self, number: int, at: Any, n: Any) -> Rows:
        """F_l; F_0 is the data."""
        if number:
            self.layer(number)
        return plain.features(self.problem, number, self.parameters(at, number), n)

    def projections(self, number: int, directions: Any, at: Any, n: Any) -> Rows:
        layer, below = self.layer(number), self.width(number - 1)
        length = len(plain.patches_of(layer, below)[0])
        if layer["kind"] == "max-pooling" or len(directions) != length or not directions[0]:
            raise Undefined("there are no such projections")
        parameters = self.parameters(at, number - 1)
        return plain.projections(self.problem, number, directions, parameters, n)


def signs(values: Callable[[Any], Sequence[Any]]) -> list[int]:
    """The signs of numbers that are given over any arithmetic."""
    try:
        return [(x > 0) - (x < 0) for x in values(EXACT)]
    except Irrational:
        pass
    found: list[int] = []
    for digits in PRECISIONS:
        with mp.workdps(digits):
            small = mp.mpf(10) ** (-digits // 2)
            found = [int(mp.sign(x)) if abs(x) > small else 0 for x in values(Digits())]
        if all(found):
            break
    return found


def all_positive(values: Callable[[Any], Sequence[Any]]) -> bool:
    return all(sign > 0 for sign in signs(values))


def all_nonzero(values: Callable[[Any], Sequence[Any]]) -> bool:
    return all(signs(values))


def rows_differ(rows: Callable[[Any], Rows], same_column: bool = False) -> bool:
    """Whether entries in different rows differ: all of them, or those in the same column."""

    def differences(n: Any) -> list[Any]:
        found = rows(n)
        return [
            x - y
            for i, row in enumerate(found)
            for other in found[:i]
            for j, x in enumerate(row)
            for h, y in enumerate(other)
            if j == h or not same_column
        ]

    return all_nonzero(differences)


def value_at(sigma: Any, point: Any, n: Any) -> Any:
    """sigma at a rational point as a document writes it."""
    return plain.activate(sigma, n.number(rational(point)), n)


def is_nonsingular(matrix: Callable[[Any], Rows], size: int) -> Judgement:
    rank = rank_of(matrix)
    return None if rank is None else rank == size


def is_permutation(gamma: Any, size: int) -> bool:
    return sorted(gamma) == list(range(size))


def numbers_on(sigma: Any, points: Sequence[Fraction], digits: int = 60) -> list[Any]:
    """The values of an activation at rational points."""
    with mp.workdps(digits):
        n = Digits()
        return [plain.activate(sigma, n.number(point), n) for point in points]
