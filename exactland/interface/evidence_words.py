"""Evidence in lines for a reader: small null vectors are written out, to be checked by hand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from flint import fmpq

from exactland.conditions.claims import MatrixName
from exactland.conditions.evidence import (
    DeficientLayer,
    EveryLayer,
    EveryPattern,
    Impossible,
    RankProof,
)
from exactland.conditions.finding import Finding
from exactland.landscape.evidence import LocalMinimumProof
from exactland.linalg.evidence import (
    ApproximateInverse,
    Dominance,
    LowerBound,
    ModularMinor,
    NullVectors,
    OpenSet,
    PolynomialNullVectors,
    SampleRelations,
    TranslatedMinors,
    UnitRelations,
    UpperBound,
)

#: Vectors that are longer than this are counted, not written.
WRITTEN_ENTRIES = 24
WRITTEN_VECTORS = 3


def evidence_lines(finding: Finding) -> list[str]:
    """What proves a decided finding, in lines.

    >>> import exactland
    >>> problem = exactland.load_problem("examples/dominoes-2x2.json")
    >>> for line in evidence_lines(exactland.generic_rank_of(problem, 1, "weights")):
    ...     print(line.split(" modulo")[0])
    rank at least 3: a 3 x 3 minor, not 0
    rank not full, 1 independent null vector: U_1 v = 0 with v = (w[1,1], w[2,1], -w[1,1], -w[2,1])
    """
    match finding.evidence:
        case RankProof() as proof:
            name = getattr(finding.established, "matrix", None)
            lines = []
            if proof.lower is not None:
                lines.append(_lower_line(proof.lower))
            if proof.upper is not None:
                lines += _upper_lines(proof.upper, name)
            return lines
        case DeficientLayer() as proof:
            return _upper_lines(proof.upper, MatrixName("weights", proof.layer))
        case EveryPattern() as proof:
            minors = [bound for bound in proof.bounds if not isinstance(bound, Impossible)]
            none = len(proof.bounds) - len(minors)
            one = ", the columns being alike" if proof.shared else ""
            line = f"full rank at one point in each of {_counted(len(minors), 'case')} of pieces"
            first = f"; for the first one, {_lower_line(minors[0])}" if minors else ""
            rest = f"; {none} more are impossible for almost all parameters" if none else ""
            return [line + one + first + rest]
        case EveryLayer() as proof:
            return [f"layer {w.layer}: {_lower_line(w.lower)}" for w in proof.layers]
        case LocalMinimumProof() as proof:
            return _local_minimum_lines(proof)
    return ["recomputed from the problem"]


def _lower_line(bound: LowerBound) -> str:
    size = len(bound.rows)
    match bound:
        case ModularMinor():
            what = f"a {size} x {size} minor, not 0 modulo {bound.prime}"
        case ApproximateInverse():
            what = (
                f"{size} x {size} submatrix S with an approximate inverse R, "
                f"|I - R S| < 1 in intervals of {bound.bits} bits"
            )
        case Dominance():
            what = (
                f"{size} x {size} submatrix, diagonally dominant after scaling its columns, "
                f"in intervals of {bound.bits} bits"
            )
    return f"rank at least {size}: {what}"


def _upper_lines(bound: UpperBound, name: MatrixName | None) -> list[str]:
    matrix = "F" if name is None else str(name)
    count = len(bound.vectors)
    if isinstance(bound, TranslatedMinors):
        return _minors_lines(bound, matrix)
    if isinstance(bound, SampleRelations):
        texts = [_relation(vector) for vector in bound.vectors[:WRITTEN_VECTORS]]
        long = len(bound.vectors[0]) > WRITTEN_ENTRIES
        equation = "{}, for every unit f and all parameters"
    elif isinstance(bound, UnitRelations):
        texts = [_relation(vector, "f_{}") for vector in bound.vectors[:WRITTEN_VECTORS]]
        long = len(bound.vectors[0]) > WRITTEN_ENTRIES
        equation = f"{{}}, for the columns f_j of {matrix} and all parameters"
    else:
        texts = [_vector(vector, bound) for vector in bound.vectors[:WRITTEN_VECTORS]]
        long = len(bound.vectors[0]) > WRITTEN_ENTRIES
        equation = f"v^T {matrix} = 0 with v = {{}}"
        if bound.side == "right":
            equation = f"{matrix} v = 0 with v = {{}}"
        if isinstance(bound, OpenSet):
            equation += ", near the parameters of the certificate"
    if long:
        kind = " over Q[W]" if isinstance(bound, PolynomialNullVectors) else ""
        side = getattr(bound, "side", "left")
        return [f"rank not full: {_counted(count, f'{side} null vector{kind}')}"]
    head = f"rank not full, {_counted(count, 'independent null vector')}: "
    lines = [head + equation.format(texts[0])]
    lines += [" " * 4 + equation.format(text) for text in texts[1:]]
    if count > WRITTEN_VECTORS:
        lines.append(f"    and {count - WRITTEN_VECTORS} more")
    return lines


def _minors_lines(bound: TranslatedMinors, matrix: str) -> list[str]:
    """Cramer's rule in words; for one class the convolution of two filters commutes."""
    count = len(bound.vectors)
    sets = list(dict.fromkeys(filters for filters, _ in bound.vectors))
    classes = len(sets[0]) - 1
    head = f"rank not full, {_counted(count, 'independent null vector')}: {matrix} v = 0 for "
    if classes == 1:
        s, t = sets[0]
        what = f"v = (-b, a), filters a = {s + 1} and b = {t + 1}: a convolved with b is b with a"
        others = "two filters"
    else:
        numbers = ", ".join(str(t + 1) for t in sets[0])
        what = f"v = the signed maximal minors of filters {numbers}, polynomials on each of"
        what += f" {classes} classes of neurons (Cramer's rule)"
        others = f"{classes + 1} filters"
    lines = [head + what]
    if len(sets) > 1:
        lines.append(f"    likewise for {len(sets)} choices of {others}, independent at a point")
    if count > len(sets):
        lines.append("    each moved over the image as far as it has patches")
    return lines


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")


def _vector(vector: Any, bound: NullVectors | PolynomialNullVectors | OpenSet) -> str:
    if isinstance(bound, NullVectors | OpenSet):
        return "(" + ", ".join(map(str, vector)) + ")"
    filters = len(bound.point[0])
    entries = {index: _polynomial(terms, filters) for index, terms in vector}
    if isinstance(vector, tuple) and max(entries) >= WRITTEN_ENTRIES:
        return "(" + ", ".join(f"{i + 1}: {text}" for i, text in entries.items()) + ", else 0)"
    return "(" + ", ".join(entries.get(i, "0") for i in range(max(entries) + 1)) + ")"


def _polynomial(terms: Sequence[tuple[fmpq, tuple[int, ...]]], filters: int) -> str:
    """A polynomial in w[r,t], the entry (r, t) of W counted from 1."""
    text = ""
    for c, variables in terms:
        powers = []
        for variable, group in groupby(variables):
            r, t = divmod(variable, filters)
            exponent = len(list(group))
            powers.append(f"w[{r + 1},{t + 1}]" + ("" if exponent == 1 else f"^{exponent}"))
        text += _signed(c, " ".join(powers), bool(text))
    return text


def _relation(vector: Sequence[fmpq], term: str = "f(x_{})") -> str:
    text = ""
    for i, c in enumerate(vector):
        if c != 0:
            text += _signed(c, term.format(i + 1), bool(text))
    return f"{text} = 0"


def _signed(c: fmpq, factor: str, later: bool) -> str:
    """c times a factor as a term of a sum."""
    sign = (" - " if c < 0 else " + ") if later else ("-" if c < 0 else "")
    size = str(abs(c))
    if not factor:
        return sign + size
    return sign + (factor if size == "1" else f"{size} {factor}")


def _local_minimum_lines(proof: LocalMinimumProof) -> list[str]:
    if proof.sign_method == "taylor":
        shown = (
            f"sigma and its derivatives below order {proof.sign_order} are 0 at t, "
            f"derivative {proof.sign_order} is negative on the interval"
        )
    else:
        shown = "an enclosure of sigma on the interval is at most 0"
    lines = [
        f"sigma <= 0 near t: {shown}",
        f"a better point: w1 = ({_entries(proof.w1)}), w2 = ({_entries(proof.w2)})",
    ]
    if proof.assumption_2_method == "exponential-polynomial":
        lines.append(
            "derivatives at 0: the fastest exponential outweighs the rest from order "
            f"{proof.dominated_from} on; below it they are computed one by one"
        )
    elif proof.assumption_2_method == "derivatives":
        lines.append("derivatives at 0: computed one by one")
    return lines


def _entries(values: Sequence[fmpq]) -> str:
    """A vector whose entries are all the same, as here, by one entry and its length."""
    size = float(values[0].p) / float(values[0].q)
    text = str(values[0]) if len(str(values[0])) <= 12 else f"about {size:.6g}"
    return text if len(values) == 1 else f"{text}, ... {len(values)} times"
