"""Problems with symbols at values of these, plainly, from docs/problem-files.md; no exactland here.

An activation that is known by some values is replaced by a polynomial with these values and slopes.
"""

from __future__ import annotations

import re
from fractions import Fraction
from random import Random
from typing import Any

Json = Any
Values = dict[str, Fraction]
WORD = re.compile("[a-z]+[0-9]*")


def value(entry: Json, values: Values) -> Fraction:
    """A number of the problem: sums, products and powers of numbers and symbols."""
    text = str(entry).replace("0x", "0X")
    text = re.sub(r"(?<![a-z0-9*])([0-9]+)(?![a-z0-9.])", r"F(\1)", text)
    text = re.sub(r"\*\*F\(([0-9]+)\)", r"**\1", text)
    return Fraction(eval(text, {"F": Fraction, **values}))


def admitted(symbols: Json, values: Values) -> bool:
    """Whether the values satisfy the conditions."""
    for _, condition, _ in symbols:
        sides = re.split("([<>])", condition) if condition else []
        for n in range(1, len(sides), 2):
            left, right = value(sides[n - 1], values), value(sides[n + 1], values)
            if not (left < right if sides[n] == "<" else left > right):
                return False
    return True


def choices(symbols: Json, seed: int, count: int) -> list[Values]:
    """Values that satisfy the conditions, as many as are found by trying."""
    random, found = Random(seed), []
    for _ in range(5000):
        if len(found) == count:
            break
        values = {name: Fraction(random.randint(-12, 12), 4) for name, _, _ in symbols}
        if admitted(symbols, values):
            found.append(values)
    return found


def at(problem: Json, values: Values) -> Json | None:
    """The problem with rational numbers; None where no activation has the values it should."""
    data = {k: rows(entry, values) for k, entry in problem["data"].items()}
    layers = []
    for layer in problem["network"]["layers"]:
        known = layer["activation"]
        if isinstance(known, dict) and "values" in known:
            coefficients = interpolated(
                [[value(x, values) for x in row] for row in known["values"]]
            )
            if coefficients is None:
                return None
            known = {"name": "polynomial", "coefficients": [str(c) for c in coefficients]}
        layers.append({**layer, "activation": known})
    found = {"format": "exactland-problem/2", "data": data}
    found["network"] = {"kind": "sequential", "layers": layers}
    if "parameters" in problem:
        given = problem["parameters"]
        found["parameters"] = [
            {key: rows(part, values) for key, part in entry.items()} for entry in given
        ]
    return {**found, "loss": problem["loss"]} if "loss" in problem else found


def rows(entries: Json, values: Values) -> Json:
    if isinstance(entries, list):
        return [rows(entry, values) for entry in entries]
    return str(value(entries, values))


def interpolated(table: list[list[Fraction]]) -> list[Fraction] | None:
    """A polynomial with these values and slopes: its coefficients solve linear equations."""
    size = 2 * len(table)
    if len({t for t, _, _ in table}) < len(table):
        return None
    lines = []
    for t, image, slope in table:
        lines.append([*(t**k for k in range(size)), image])
        lines.append([*(k * t ** max(k - 1, 0) for k in range(size)), slope])
    for c in range(size):
        pivot = next(r for r in range(c, size) if lines[r][c])
        lines[c], lines[pivot] = lines[pivot], lines[c]
        lines[c] = [x / lines[c][c] for x in lines[c]]
        for r in range(size):
            if r != c and lines[r][c]:
                lines[r] = [x - lines[r][c] * y for x, y in zip(lines[r], lines[c], strict=True)]
    return [line[-1] for line in lines]


def put(formula: Json, values: Values) -> Json:
    """A formula with numbers for its symbols."""
    if isinstance(formula, list):
        return [put(part, values) for part in formula]
    if not (isinstance(formula, str) and formula in values):
        return formula
    q = values[formula]
    return q.numerator if q.denominator == 1 else str(q)
