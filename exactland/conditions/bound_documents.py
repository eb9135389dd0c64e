"""Bounds of ranks as JSON values: the evidence of section 6 of the certificate format."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flint import fmpq

from exactland.conditions.evidence import Impossible
from exactland.linalg import evidence as bounds
from exactland.linalg.evidence import LowerBound, UpperBound
from exactland.model.problem_file import number_text

Json = Any


def lower_document(bound: LowerBound | Impossible) -> dict[str, Json]:
    """A lower bound of a rank (section 6.1), or a case that is impossible (section 6.3)."""
    chosen = {"rows": list(bound.rows), "columns": list(bound.columns)}
    match bound:
        case bounds.ModularMinor():
            return {"method": "modular-minor", **chosen, "prime": integer_text(bound.prime)}
        case bounds.ApproximateInverse():
            return {
                "method": "approximate-inverse",
                **chosen,
                "bits": bound.bits,
                "scale": bound.scale,
                "inverse": [[integer_text(value) for value in row] for row in bound.inverse],
            }
        case bounds.Dominance():
            weights = vector_document(bound.weights)
            return {"method": "dominance", **chosen, "bits": bound.bits, "weights": weights}
        case Impossible():
            combination = [[n, side, number_text(c)] for n, side, c in bound.combination]
            return {"method": "impossible", **chosen, "combination": combination}


def upper_document(bound: UpperBound) -> dict[str, Json]:
    """An upper bound of a rank (section 6.2)."""
    match bound:
        case bounds.NullVectors():
            return {
                "method": "null-vectors",
                "side": bound.side,
                "vectors": matrix_document(bound.vectors),
                "prime": integer_text(bound.prime),
            }
        case bounds.PolynomialNullVectors():
            return {
                "method": "polynomial-null-vectors",
                "side": bound.side,
                "vectors": [
                    [
                        [index, [[number_text(c), list(variables)] for c, variables in terms]]
                        for index, terms in vector
                    ]
                    for vector in bound.vectors
                ],
                "point": matrix_document(bound.point),
                "prime": integer_text(bound.prime),
            }
        case bounds.TranslatedMinors():
            shown = None
            if bound.point is not None and bound.prime is not None:
                shown = {"point": matrix_document(bound.point), "prime": integer_text(bound.prime)}
            return {
                "method": "translated-minors",
                "vectors": [[list(filters), z] for filters, z in bound.vectors],
                "independence": shown,
            }
        case bounds.OpenSet():
            return _open_set(bound)
        case bounds.SampleRelations() | bounds.UnitRelations():
            of_samples = isinstance(bound, bounds.SampleRelations)
            return {
                "method": "sample-relations" if of_samples else "unit-relations",
                "vectors": matrix_document(bound.vectors),
                "prime": integer_text(bound.prime),
            }


def _open_set(bound: bounds.OpenSet) -> dict[str, Json]:
    return {
        "method": "open-set",
        "bits": bound.bits,
        "side": bound.side,
        "vectors": matrix_document(bound.vectors),
        "prime": integer_text(bound.prime),
    }


def integer_text(value: int) -> Json:
    """An integer as the format writes it."""
    return number_text(fmpq(value))


def vector_document(values: Iterable[fmpq]) -> list[Json]:
    """Rational numbers as the format writes them."""
    return [number_text(fmpq(value)) for value in values]


def matrix_document(rows: Sequence[Iterable[fmpq]]) -> list[list[Json]]:
    """The rows of a rational matrix."""
    return [vector_document(row) for row in rows]
