"""Is the claim of a certificate true? Plain answers that share nothing with package or checker.

``judge`` looks at the claim and the problem; of the evidence it uses only parameters and points, as
places to look at. It answers True, False or None (not clear). Ranks are those of exact elimination
over Q, of elimination with complete pivoting in hundreds of digits, or modulo large primes at
random parameters; so True is overwhelming evidence and False a counterexample.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from fractions import Fraction
from functools import lru_cache
from random import Random
from typing import Any

import mpmath as mp
import plain_network as plain
from oracle_minimum import judge_minimum
from plain_network import EXACT, Digits, Document, Irrational, Unclear, Undefined

#: Digits of the evaluation; a rank stands when two consecutive ones agree.
DIGITS = (80, 240, 800)
#: Many more, for a second look at a surprise.
CAREFUL = (800, 2400)
#: Fractions of more bits than this are reduced modulo primes: elimination would be slow.
LONG = 1500
PRIMES = ((1 << 61) - 1, (1 << 61) - 31, (1 << 62) - 57)
#: Activations that are analytic on the whole line.
ANALYTIC = {
    "identity", "sigmoid", "tanh", "arctan", "erf", "sin", "cos", "exp", "lorentz", "gaussian",
    "softplus", "log-sigmoid", "silu", "gelu", "mish", "power", "polynomial",
}  # fmt: skip
Rows = list[list[Any]]


# --- Ranks ---------------------------------------------------------------------------------------


def rational_rank(matrix: Sequence[Sequence[Fraction]]) -> int:
    """Textbook elimination over Q."""
    work, rank = [list(row) for row in matrix], 0
    for c in range(len(work[0]) if work else 0):
        pivot = next((r for r in range(rank, len(work)) if work[r][c]), None)
        if pivot is None:
            continue
        work[rank], work[pivot] = work[pivot], work[rank]
        for r in range(rank + 1, len(work)):
            factor = work[r][c] / work[rank][c]
            if factor:
                work[r] = [x - factor * y for x, y in zip(work[r], work[rank], strict=True)]
        rank += 1
    return rank


def modular_rank(matrix: Sequence[Sequence[int]], p: int) -> int:
    """Textbook elimination modulo a prime."""
    work, rank = [[x % p for x in row] for row in matrix], 0
    for c in range(len(work[0]) if work else 0):
        pivot = next((r for r in range(rank, len(work)) if work[r][c]), None)
        if pivot is None:
            continue
        work[rank], work[pivot] = work[pivot], work[rank]
        inverse = pow(work[rank][c], -1, p)
        for r in range(rank + 1, len(work)):
            factor = work[r][c] * inverse % p
            if factor:
                work[r] = [(x - factor * y) % p for x, y in zip(work[r], work[rank], strict=True)]
        rank += 1
    return rank


def _reduced(matrix: Sequence[Sequence[Fraction]], p: int) -> list[list[int]]:
    return [[x.numerator * pow(x.denominator, -1, p) % p for x in row] for row in matrix]


def numeric_rank(matrix: Rows, digits: int) -> int:
    """The rank of a matrix computed with so many digits, by complete pivoting.

    Each row is divided by its largest entry, but never by less than 10^-(digits/4): so errors stay
    near 10^-(3 digits/4), well below the 10^-(digits/2) where pivots end.
    """
    work, rank = _scaled(matrix, mp.mpf(10) ** (-digits // 4)), 0
    threshold = mp.mpf(10) ** (-digits // 2)
    rows, columns = len(work), len(work[0])
    while rank < min(rows, columns):
        size, r, c = max(
            (abs(work[i][j]), i, j) for i in range(rank, rows) for j in range(rank, columns)
        )
        if size <= threshold:
            break
        work[rank], work[r] = work[r], work[rank]
        for row in work:
            row[rank], row[c] = row[c], row[rank]
        for i in range(rank + 1, rows):
            factor = work[i][rank] / work[rank][rank]
            if factor:
                for j in range(rank + 1, columns):
                    work[i][j] -= factor * work[rank][j]
        rank += 1
    return rank


def _scaled(matrix: Rows, smallest: Any) -> Rows:
    sizes = [max(smallest, *map(abs, row)) for row in matrix]
    scaled = [[x / size for x in row] for row, size in zip(matrix, sizes, strict=True)]
    for line in [*matrix, *zip(*scaled, strict=True)]:
        if 0 < max(map(abs, line)) < smallest:  # too small to tell what it adds to the rank
            raise Unclear("a row or column is tiny")
    return scaled


def rank_of(rows_over: Callable[[Any], Rows], precisions: Sequence[int] = DIGITS) -> int | None:
    """The rank of a matrix that is given over any numbers; None if it is not clear."""
    try:
        matrix = rows_over(EXACT)
        if max(x.denominator.bit_length() for row in matrix for x in row) < LONG:
            return rational_rank(matrix)
        return max(modular_rank(_reduced(matrix, p), p) for p in PRIMES)
    except Irrational:
        pass
    except Unclear:
        return None
    last = None
    for digits in precisions:
        with mp.workdps(digits):
            try:
                found = numeric_rank(rows_over(Digits()), digits)
            except (Unclear, OverflowError, ZeroDivisionError):
                return None
        if found == last:
            return found
        last = found
    return None


def matrix_over(problem: Document, name: Document, parameters: Any) -> Callable[[Any], Rows]:
    """The matrix of a claim as a function of the numbers."""
    if name["what"] == "skip-features":
        return lambda n: plain.skip_features(problem, parameters, n)
    k = name["layer"]
    if name["what"] == "features":
        return lambda n: plain.features(problem, k, parameters, n)
    if name["what"] == "augmented":
        one = Fraction(1)
        return lambda n: [
            [*row, n.number(one)] for row in plain.features(problem, k, parameters, n)
        ]
    U = plain.weights(problem, k, plain.rationals(parameters[k - 1]["W"]), Fraction(0))
    return lambda n: [[n.number(x) for x in row] for row in U]


def size_of(problem: Document, name: Document) -> tuple[int, int]:
    """(rows, columns) of the matrix of a claim."""
    samples = len(problem["data"]["inputs"])
    if name["what"] == "skip-features":
        return samples, len(problem["network"]["skips"])
    n, k = plain.widths(problem), name["layer"]
    if name["what"] == "augmented":
        return samples, n[k] + 1
    return (samples if name["what"] == "features" else n[k - 1]), n[k]


# --- For almost all parameters -------------------------------------------------------------------


def random_points(problem: Document, seed: int, count: int) -> list[Any]:
    """Parameters of several sizes."""
    draw = Random(seed)
    bounds = [(7, 4), (2, 1), (30, 16), (3, 7), (90, 64), (5, 2)]
    return [
        plain.made_parameters(problem, lambda s=s, q=q: Fraction(draw.randint(-s * q, s * q), q))
        for s, q in (bounds[i % len(bounds)] for i in range(count))
    ]


def generic_weight_rank(problem: Document, k: int, seed: int = 0) -> int:
    """The largest rank of M_k(W) at random W modulo several primes."""
    draw, best = Random(seed), 0
    below, layer = plain.widths(problem)[k - 1], problem["network"]["layers"][k - 1]
    length, T = len(plain.patches_of(layer, below)[0]), plain.filters_of(layer)
    for p in PRIMES:
        W = [[draw.randrange(p) for _ in range(T)] for _ in range(length)]
        best = max(best, modular_rank(plain.weights(problem, k, W, 0), p))
    return best


def point_ranks(
    problem: Document, name: Document, points: Sequence[Any], precisions: Sequence[int]
) -> list[int | None]:
    return [rank_of(matrix_over(problem, name, point), precisions) for point in points]


def is_analytic(spec: Any) -> bool:
    """Whether an activation is analytic on the line: by name, or by looking at the text."""
    if isinstance(spec, str):
        return spec in ANALYTIC
    if "expr" not in spec:
        return spec["name"] in ANALYTIC
    text = spec["expr"]
    if re.search(r"abs|min|max", text):
        return False
    if "/" not in text and "log" not in text and "sqrt" not in text and "**-" not in text:
        return True
    return _is_smooth_on_a_grid(text)


@lru_cache(maxsize=4096)
def _is_smooth_on_a_grid(text: str) -> bool:
    """Divisors keep one sign, and what logarithms and roots get is positive, on a grid."""
    watched: list[tuple[ast.expr, bool]] = []
    for node in ast.walk(ast.parse(text, mode="eval")):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            watched.append((node.right, False))
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
            watched += [(node.left, False)] * (int(ast.literal_eval(node.right)) < 0)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("log", "sqrt"):
            watched.append((node.args[0], True))
    with mp.workdps(30):
        grid = [mp.mpf(i) / 16 for i in range(-400, 401)]
        for node, positive in watched:
            try:
                signs = _signs(node, grid)
            except Undefined:
                return False
            if (positive and signs != {1}) or 0 in signs or len(signs) != 1:
                return False
    return True


def _signs(node: ast.expr, grid: Sequence[Any]) -> set[int]:
    """The signs at the points where the numbers are not out of reach."""
    found = set()
    for t in grid:
        with suppress(Unclear):
            found.add(int(mp.sign(plain.value_at(node, t, Digits()))))
    return found


def activations_of(problem: Document, name: Document) -> list[Any]:
    """The activations that a matrix of features depends on; None for max-pooling."""
    if name["what"] == "skip-features":
        return [unit["activation"] for unit in problem["network"]["units"]]
    return [
        "identity" if layer["kind"] == "average-pooling" else layer.get("activation")
        for layer in problem["network"]["layers"][: name["layer"]]
    ]


# --- Judgements ----------------------------------------------------------------------------------


def judge(document: Document, seed: int = 0, precisions: Sequence[int] = DIGITS) -> bool | None:
    """Whether the claim of a certificate is true of its problem."""
    try:
        return _judge(document, seed, precisions)
    except Undefined:
        return False


def _judge(document: Document, seed: int, precisions: Sequence[int]) -> bool | None:
    claim, problem = document["claim"], document["problem"]
    kind = claim["kind"]
    if kind == "assumption":
        return _assumption(problem, claim["id"]) is claim["holds"]
    if kind == "bad-local-minimum":
        return judge_minimum(document)
    if kind == "vanishing-identity":
        return _vanishing(problem, claim, seed, precisions)
    if size_of(problem, claim["matrix"]) != (claim["rows"], claim["columns"]):
        return False
    if kind in ("full-rank", "rank-deficient"):
        return _at_parameters(problem, claim, precisions)
    return _generic(document, seed, precisions)


def _full(claim: Document) -> int:
    return min(claim["rows"], claim["columns"])


def _within(rank: int | None, claim: Document) -> bool | None:
    """Whether a known rank is what the claim says."""
    if rank is None:
        return None
    if claim["kind"] in ("full-rank", "generic-full-rank"):
        return rank == _full(claim)
    return claim["at_least"] <= rank <= claim["at_most"] < _full(claim)


def _at_parameters(problem: Document, claim: Document, precisions: Sequence[int]) -> bool | None:
    parameters = problem.get("parameters")
    return _within(rank_of(matrix_over(problem, claim["matrix"], parameters), precisions), claim)


def _generic(document: Document, seed: int, precisions: Sequence[int]) -> bool | None:
    claim, problem = document["claim"], document["problem"]
    name = claim["matrix"]
    if name["what"] == "weights":
        return _within(generic_weight_rank(problem, name["layer"], seed), claim)
    if claim["kind"] == "open-deficient":
        return _near(document, seed, precisions)
    points = random_points(problem, seed, 4)
    ranks = point_ranks(problem, name, points, precisions)
    if claim["kind"] == "generic-full-rank":
        if not all(a is not None and is_analytic(a) for a in activations_of(problem, name)):
            return _everywhere(problem, claim, seed, precisions)
        if _full(claim) in ranks:
            return True
        witness = document["evidence"]["parameters"]
        return _within(point_ranks(problem, name, [witness], precisions)[0], claim)
    if any(r is not None and r > claim["at_most"] for r in ranks):
        return False
    if any(r is not None and r >= claim["at_least"] for r in ranks):
        return claim["at_least"] <= claim["at_most"] < _full(claim)
    witness = document["evidence"]["parameters"]
    if witness is None:  # no parameters are needed for a rank of at least 0
        return None
    at_witness = point_ranks(problem, name, [witness], precisions)[0]
    if at_witness is None:
        return None
    return claim["at_least"] <= at_witness <= claim["at_most"] < _full(claim)


def _everywhere(
    problem: Document, claim: Document, seed: int, precisions: Sequence[int]
) -> bool | None:
    """Full rank at many points without coincidences, among them those where units die or agree."""
    draw = Random(seed)
    try:  # over Q nothing underflows, so that points may lie far out
        start = plain.made_parameters(problem, lambda: Fraction(draw.randint(1, 999), 1009))
        matrix_over(problem, claim["matrix"], start)(EXACT)
        size, distance = 4000, 30
    except Irrational:
        size, distance = 900, 4
    points = []
    for far in (0, 0, 0, 0, distance, -distance, distance, -distance):
        for low in (-size, -size, 0, -2 * size):
            point = plain.made_parameters(
                problem, lambda low=low: Fraction(draw.randint(low, low + 2 * size), 1009)
            )
            for entry in point if isinstance(point, list) else ():
                if entry and "b" in entry and draw.random() < 0.7:
                    entry["b"] = [plain.written(plain.rational(b) + far) for b in entry["b"]]
            points.append(point)
    ranks = point_ranks(problem, claim["matrix"], points, precisions)
    if any(r is not None and r < _full(claim) for r in ranks):
        return False
    return True if ranks.count(_full(claim)) >= len(ranks) // 2 else None


def _near(document: Document, seed: int, precisions: Sequence[int]) -> bool | None:
    """The largest rank at points near the parameters, with differences of 10^-60."""
    claim, problem, draw = document["claim"], document["problem"], Random(seed)

    def moved(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: moved(entry) for key, entry in value.items()}
        if isinstance(value, list):
            return [moved(entry) for entry in value]
        if value is None:
            return None
        return plain.written(plain.rational(value) + Fraction(draw.randint(-999, 999), 10**63))

    points = [moved(document["evidence"]["parameters"]) for _ in range(3)]
    fine = [max(digits, 400) for digits in precisions]
    ranks = point_ranks(problem, claim["matrix"], points, [fine[0], *[2 * d for d in fine]])
    known = [r for r in ranks if r is not None]
    return max(known) <= claim["at_most"] < _full(claim) if known else None


def _vanishing(
    problem: Document, claim: Document, seed: int, precisions: Sequence[int]
) -> bool | None:
    k, samples = claim["layer"], len(problem["data"]["inputs"])
    layers = [dict(layer) for layer in problem["network"]["layers"][:k]]
    if claim["rows"] != samples or not 0 <= claim["at_most"] < samples:
        return False
    key = {"dense": "width", "convolution": "filters"}.get(layers[-1]["kind"])
    if key is None:
        return False
    layers[-1][key] = (samples + 1) * layers[-1].get("groups", 1)
    wide = {"data": problem["data"], "network": {"kind": "sequential", "layers": layers}}
    points = random_points(wide, seed, 5)
    ranks = point_ranks(wide, {"what": "features", "layer": k}, points, precisions)
    known = [r for r in ranks if r is not None]
    return max(known) <= claim["at_most"] if known else None


def _assumption(problem: Document, id: str) -> bool:
    """Whether an assumption holds, by looking at everything."""
    inputs = plain.rationals(problem["data"]["inputs"])
    N, network = len(inputs), problem["network"]
    pairs = [(i, j) for i in range(N) for j in range(i)]
    if id == "LDS18:Asm1.A1":
        return any(
            all(inputs[i][c] != inputs[j][c] for i, j in pairs) for c in range(len(inputs[0]))
        )
    if id == "NMH19:Asm1.3":
        units = [u for u in network["units"] if not any(isinstance(s, str) for s in u["in"])]
        return all(
            any(inputs[i][s] != inputs[j][s] for s in u["in"]) for u in units for i, j in pairs
        )
    if id == "NH18:Asm3.1":
        patches = plain.patches_of(network["layers"][0], len(inputs[0]))
        seen = [
            [[Fraction(0) if i is None else row[i] for i in patch] for patch in patches]
            for row in inputs
        ]
        return all(a != b for i, j in pairs for a in seen[i] for b in seen[j])
    n = plain.widths(problem)
    return all(
        generic_weight_rank(problem, k) == min(n[k - 1], n[k])
        for k, layer in enumerate(network["layers"], 1)
        if layer["kind"] == "convolution"
    )


def is_admissible(problem: Document) -> bool:
    """The conditions of section 3 on patches, sources and shapes that the matrices rest on."""
    network, d = problem["network"], len(problem["data"]["inputs"][0])
    if any(len(row) != d for row in problem["data"]["inputs"]):
        return False
    if network["kind"] == "skip":
        return _admissible_units(network, d)
    below, old = d, True
    for layer in network["layers"]:
        if layer["kind"] != "dense":
            if not _admissible_patches(layer, below):
                return False
            old = old and _in_format_1(layer, below)
        below = len(plain.neurons_of(layer, below))
    return bool(problem["format"] == f"exactland-problem/{1 if old else 2}")


def _admissible_patches(layer: Document, below: int) -> bool:
    patches, g = layer["patches"], layer.get("groups", 1)
    neurons = [[i for i in p if i is not None] for p in patches]
    if len(patches) % g or plain.filters_of(layer) % g:
        return False
    if layer["kind"] == "average-pooling" and len(layer["divisors"]) != len(patches):
        return False
    return (
        len({len(p) for p in patches}) == 1
        and {i for p in neurons for i in p} <= set(range(below))
        and all(len(set(p)) == len(p) for p in neurons)
        and (layer["kind"] == "convolution" or all(neurons))
    )


def _in_format_1(layer: Document, below: int) -> bool:
    """Everything is read, no two patches are the same, and nothing is new."""
    patches = layer["patches"]
    names = [str(p) if None in p else str(sorted(p)) for p in patches]
    return (
        {i for p in patches for i in p} - {None} == set(range(below))
        and len(set(names)) == len(names)
        and "groups" not in layer
        and layer["kind"] != "average-pooling"
        and (layer["kind"] == "convolution" or all(None not in p for p in patches))
    )


def _admissible_units(network: Document, d: int) -> bool:
    seen: dict[str, int] = {}
    groups: dict[str, tuple[int, int]] = {}
    for unit in network["units"]:
        for source in unit["in"]:
            if isinstance(source, str) and not seen.get(source, 10**9) < unit["layer"]:
                return False
            if isinstance(source, int) and not 0 <= source < d:
                return False
        shape = (unit["layer"], len(unit["in"]))
        if groups.setdefault(unit["group"], shape) != shape or unit["id"] in seen:
            return False
        if len(set(unit["in"])) != len(unit["in"]) or not unit["in"]:
            return False
        seen[unit["id"]] = unit["layer"]
    skips = network["skips"]
    return bool(skips) and set(skips) <= set(seen) and len(set(skips)) == len(skips)
