"""Small hand-made certificates of every kind, and ways to spoil them.

Nothing here uses the package: certificates are written against docs/certificate-v1.md with the
standard library. ``CERTIFICATES`` maps names to documents that have to be accepted; ``mutations``
yields spoilt copies of any document, for tests and for longer campaigns.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import exp
from typing import Any

Document = dict[str, Any]
SMALL = 1 << 53


def encode(document: Any) -> bytes:
    """The canonical bytes of a document."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return (text + "\n").encode("ascii")


def number(value: Fraction | int) -> Any:
    """A rational number in the form of section 2."""
    value = Fraction(value)
    if value.denominator == 1:
        n = value.numerator
        return n if abs(n) <= SMALL else f"{'-' if n < 0 else ''}0x{abs(n):x}"
    return f"{_part(value.numerator)}/{_part(value.denominator)}"


def _part(n: int) -> str:
    return str(n) if abs(n) <= SMALL else f"{'-' if n < 0 else ''}0x{abs(n):x}"


def rows(matrix: Any) -> Any:
    return [[number(Fraction(x)) for x in row] for row in matrix]


def problem(inputs: Any, layers: Any, **more: Any) -> Document:
    return {
        "format": "exactland-problem/1",
        "data": {"inputs": rows(inputs)},
        "network": {"kind": "sequential", "layers": layers},
        **more,
    }


def dense(width: int, activation: Any = "identity", bias: str = "neuron") -> Document:
    return {"kind": "dense", "width": width, "bias": bias, "activation": activation}


def convolution(
    patches: Any, filters: int, activation: Any = "identity", bias: str = "none"
) -> Any:
    return {
        "kind": "convolution",
        "patches": patches,
        "filters": filters,
        "bias": bias,
        "activation": activation,
    }


def certificate(claim: Document, words: str, problem_: Document, evidence: Any) -> Document:
    document = {
        "format": "exactland-certificate/1",
        "claim": {**claim, "words": words},
        "problem": problem_,
        "evidence": evidence,
    }
    return copy.deepcopy(document)  # no two certificates share a part


def features(k: int, n: int, m: int) -> Document:
    return {"matrix": {"what": "features", "layer": k}, "rows": n, "columns": m}


def weights(k: int, n: int, m: int) -> Document:
    return {"matrix": {"what": "weights", "layer": k}, "rows": n, "columns": m}


def minor(r: int, prime: int = 1000003) -> Document:
    return {
        "method": "modular-minor",
        "rows": list(range(r)),
        "columns": list(range(r)),
        "prime": prime,
    }


# --- Full rank -----------------------------------------------------------------------------------

RELU = problem(
    [[1, 0], [0, 1], [1, 1]],
    [dense(3, "relu")],
    parameters=[{"W": rows([[1, 0, 1], [0, 1, 1]]), "b": [0, 0, -1]}],
)


def full_rank_modular() -> Document:
    words = "F_1 (3 x 3) has full rank 3 at the given parameters."
    return certificate({"kind": "full-rank", **features(1, 3, 3)}, words, RELU, {"lower": minor(3)})


def sigmoid(t: float) -> float:
    return 1 / (1 + exp(-t))


def _float_inverse(matrix: list[list[float]]) -> list[list[float]]:
    n = len(matrix)
    work = [list(row) + [float(i == j) for j in range(n)] for i, row in enumerate(matrix)]
    for c in range(n):
        pivot = max(range(c, n), key=lambda r: abs(work[r][c]))
        work[c], work[pivot] = work[pivot], work[c]
        work[c] = [x / work[c][c] for x in work[c]]
        for r in range(n):
            if r != c:
                work[r] = [x - work[r][c] * y for x, y in zip(work[r], work[c], strict=True)]
    return [row[n:] for row in work]


def full_rank_inverse(n: int = 3, bits: int = 64, scale: int = 40, seed: int = 0) -> Document:
    """F_1 of a dense sigmoid layer with n units on n samples."""
    draw = random.Random(seed)
    x = [[Fraction(draw.randint(-8, 8), 4) for _ in range(n)] for _ in range(n)]
    W = [[Fraction(draw.randint(-8, 8), 8) for _ in range(n)] for _ in range(n)]
    b = [Fraction(draw.randint(-8, 8), 8) for _ in range(n)]
    F = [
        [sigmoid(float(sum(a * W[i][j] for i, a in enumerate(row)) + b[j])) for j in range(n)]
        for row in x
    ]
    inverse = [[number(round(v * 2**scale)) for v in row] for row in _float_inverse(F)]
    parameters = [{"W": rows(W), "b": [number(v) for v in b]}]
    lower = {
        "method": "approximate-inverse",
        "rows": list(range(n)),
        "columns": list(range(n)),
        "bits": bits,
        "scale": scale,
        "inverse": inverse,
    }
    words = f"F_1 ({n} x {n}) has full rank {n} at the given parameters."
    claim = {"kind": "full-rank", **features(1, n, n)}
    return certificate(
        claim, words, problem(x, [dense(n, "sigmoid")], parameters=parameters), {"lower": lower}
    )


def full_rank_dominance() -> Document:
    """Samples -4 and 4, units sigma(-t) and sigma(t)."""
    p = problem([[-4], [4]], [dense(2, "sigmoid", "none")], parameters=[{"W": [[-1, 1]]}])
    lower = {
        "method": "dominance",
        "rows": [0, 1],
        "columns": [0, 1],
        "bits": 32,
        "weights": [1, "3/2"],
    }
    words = "F_1 (2 x 2) has full rank 2 at the given parameters."
    return certificate({"kind": "full-rank", **features(1, 2, 2)}, words, p, {"lower": lower})


def full_rank_two_layers() -> Document:
    """A convolution with padding and tied biases, max-pooling, a dense layer on top."""
    layers = [
        convolution([[None, 0], [0, 1], [1, 2]], 2, "r1", "filter"),
        {"kind": "max-pooling", "patches": [[0, 2, 4], [1, 3, 5]]},
        dense(2, "softsign", "none"),
    ]
    parameters = [
        {"W": rows([[1, "1/2"], [2, -1]]), "b": [0, "1/3"]},
        None,
        {"W": rows([[1, 2], [-1, 1]])},
    ]
    p = problem([[0, 1, 2], [3, 1, -1]], layers, parameters=parameters)
    words = "F_3 (2 x 2) has full rank 2 at the given parameters."
    return certificate({"kind": "full-rank", **features(3, 2, 2)}, words, p, {"lower": minor(2)})


# --- Deficient at given parameters ---------------------------------------------------------------


def rank_deficient_rational() -> Document:
    p = copy.deepcopy(RELU)
    p["parameters"][0] = {"W": rows([[1, 0, 1], [0, 1, 1]]), "b": [0, 0, 0]}
    upper = {"method": "null-vectors", "side": "right", "vectors": [[1, 1, -1]], "prime": 7}
    words = "F_1 (3 x 3) has rank 2 at the given parameters, which is less than full."
    claim = {"kind": "rank-deficient", **features(1, 3, 3), "at_least": 2, "at_most": 2}
    return certificate(claim, words, p, {"lower": minor(2), "upper": upper})


def rank_deficient_formal(activation: Any = "sigmoid") -> Document:
    """sigma(-w) + sigma(w) - 2 sigma(0) = 0 at given weights."""
    p = problem(
        [[-1], [0], [1]],
        [dense(4, activation, "none")],
        parameters=[{"W": [[1, 2, "1/3", -5]]}],
    )
    upper = {"method": "null-vectors", "side": "left", "vectors": [[1, -2, 1]], "prime": 11}
    words = (
        "F_1 (3 x 4) has rank at least 0 and at most 2 at the given parameters, "
        "which is less than full."
    )
    claim = {"kind": "rank-deficient", **features(1, 3, 4), "at_least": 0, "at_most": 2}
    return certificate(claim, words, p, {"lower": None, "upper": upper})


# --- Generic -------------------------------------------------------------------------------------


def generic_full_features() -> Document:
    p = problem([[1], [2]], [dense(2, "lorentz")])
    parameters = [{"W": [[1, 2]], "b": [0, 0]}]
    words = "F_1 (2 x 2) has full rank 2 for almost all parameters."
    claim = {"kind": "generic-full-rank", **features(1, 2, 2)}
    return certificate(claim, words, p, {"parameters": parameters, "lower": minor(2)})


def generic_full_weights() -> Document:
    p = problem([[1, 2, 3]], [convolution([[0, 1], [1, 2]], 2)])
    parameters = [{"W": rows([[1, 0], [0, 1]])}]
    lower = {"method": "modular-minor", "rows": [0, 1, 2], "columns": [0, 1, 3], "prime": 7}
    words = "U_1 (3 x 4) has full rank 3 for almost all parameters."
    claim = {"kind": "generic-full-rank", **weights(1, 3, 4)}
    return certificate(claim, words, p, {"parameters": parameters, "lower": lower})


DOMINOES = [[0, 1], [0, 2], [1, 3], [2, 3]]


def generic_deficient_weights() -> Document:
    """The dominoes of a 2 x 2 image: U (a, -a, -b, b) = 0 up to order."""
    p = problem([[1, 2, 3, 4]], [convolution(DOMINOES, 1)])
    # Columns: a e0 + b e1, a e0 + b e2, a e1 + b e3, a e2 + b e3.
    vector = [[0, [[1, [0]]]], [1, [[-1, [0]]]], [2, [[-1, [1]]]], [3, [[1, [1]]]]]
    upper = {
        "method": "polynomial-null-vectors",
        "side": "right",
        "vectors": [vector],
        "point": [[1], [2]],
        "prime": 101,
    }
    evidence = {"parameters": [{"W": [[1], [2]]}], "lower": minor(3), "upper": upper}
    evidence["lower"]["columns"] = [0, 1, 2]
    words = (
        "U_1 (4 x 4) has rank at most 3 for all parameters, which is less than full, "
        "and rank at least 3 for some."
    )
    claim = {"kind": "generic-deficient", **weights(1, 4, 4), "at_least": 3, "at_most": 3}
    return certificate(claim, words, p, evidence)


def generic_deficient_left() -> Document:
    """The cycle (0,1),(2,1),(2,3),(0,3): (-1, 1, -1, 1) U = 0 needs opposite signs of places."""
    p = problem([[1, 2, 3, 4]], [convolution([[0, 1], [2, 1], [2, 3], [0, 3]], 1)])
    vector = [[0, [[1, [1]]]], [1, [[-1, [0]]]], [2, [[1, [1]]]], [3, [[-1, [0]]]]]
    upper = {
        "method": "polynomial-null-vectors",
        "side": "left",
        "vectors": [vector],
        "point": [[1], [2]],
        "prime": 101,
    }
    words = (
        "U_1 (4 x 4) has rank at most 3 for all parameters, which is less than full, "
        "and rank at least 0 for some."
    )
    claim = {"kind": "generic-deficient", **weights(1, 4, 4), "at_least": 0, "at_most": 3}
    return certificate(claim, words, p, {"parameters": None, "lower": None, "upper": upper})


def relations(vectors: Any) -> Document:
    return {"method": "sample-relations", "vectors": vectors, "prime": 101}


def generic_deficient_features() -> Document:
    """Odd networks on a and -a, at depth 2."""
    p = problem([[1, 2], [-1, -2]], [dense(3, "tanh", "none"), dense(2, "arctan", "none")])
    words = (
        "F_2 (2 x 2) has rank at most 1 for all parameters, which is less than full, "
        "and rank at least 0 for some."
    )
    claim = {"kind": "generic-deficient", **features(2, 2, 2), "at_least": 0, "at_most": 1}
    evidence = {"parameters": None, "lower": None, "upper": relations([[1, 1]])}
    return certificate(claim, words, p, evidence)


def vanishing(activation: Any, xs: Any, vectors: Any, width: int = 3) -> Document:
    n = len(xs)
    u = n - len(vectors)
    words = (
        "For all parameters, and for every number of units or filters of layer 1, F_1 on these "
        f"{n} samples has rank at most {u}."
    )
    p = problem([[x] for x in xs], [dense(width, activation, "none")])
    claim = {"kind": "vanishing-identity", "layer": 1, "rows": n, "at_most": u}
    return certificate(claim, words, p, {"upper": relations(vectors)})


# --- Assumptions ---------------------------------------------------------------------------------


def assumption(identifier: str, holds: bool, p: Document, evidence: Any) -> Document:
    words = f"{identifier} {'holds' if holds else 'fails'} on this instance."
    claim = {"kind": "assumption", "id": identifier, "holds": holds}
    return certificate(claim, words, p, evidence)


CONV = problem([[0, 1, 2], [3, 4, 5]], [convolution([[0, 1], [1, 2]], 1), dense(1)])
CONV_BAD = problem([[0, 1, 2], [1, 0, 1]], [convolution([[0, 1], [1, 2]], 1), dense(1)])


def asm24_holds() -> Document:
    lower = {"method": "modular-minor", "rows": [0, 1], "columns": [0, 1], "prime": 7}
    layer = {"layer": 1, "W": [[1], [1]], "lower": lower}
    return assumption("NH18:Asm2.4", True, CONV, {"layers": [layer]})


def asm24_fails() -> Document:
    source = generic_deficient_weights()
    evidence = {"layer": 1, "upper": source["evidence"]["upper"]}
    return assumption("NH18:Asm2.4", False, source["problem"], evidence)


# --- Skip networks -------------------------------------------------------------------------------


def unit(name: str, layer: int, sources: Any, group: str, bias: str | None, activation: Any) -> Any:
    return {
        "id": name,
        "layer": layer,
        "in": sources,
        "group": group,
        "bias": bias,
        "activation": activation,
    }


def skip_problem(activation: Any = "lorentz") -> Document:
    units = [
        unit("h1", 1, [0], "g1", "b1", activation),
        unit("h2", 1, [1], "g1", "b2", activation),
        unit("h3", 2, ["h1", 1], "g2", "b3", activation),
    ]
    return {
        "format": "exactland-problem/1",
        "data": {"inputs": rows([[-1, 0], [0, 2], [1, -1]])},
        "network": {"kind": "skip", "units": units, "skips": ["h2", "h3"]},
    }


SKIP_PARAMETERS = {"groups": {"g1": [2], "g2": [4, -2]}, "biases": {"b1": 0, "b2": 0, "b3": -1}}
PSI = {"matrix": {"what": "skip-features"}, "rows": 3, "columns": 2}


def skip_full() -> Document:
    words = "Psi (3 x 2) has full rank 2 for almost all parameters."
    evidence = {"parameters": SKIP_PARAMETERS, "lower": minor(2)}
    return certificate({"kind": "generic-full-rank", **PSI}, words, skip_problem(), evidence)


def skip_enclosed() -> Document:
    p = skip_problem("sigmoid")
    p["parameters"] = SKIP_PARAMETERS
    h = {}
    for i, (a, b) in enumerate([(-1, 0), (0, 2), (1, -1)]):
        h1, h2 = sigmoid(2 * a), sigmoid(2 * b)
        h[i] = [h2, sigmoid(4 * h1 - 2 * b - 1)]
    inverse = [[round(v * 2**30) for v in row] for row in _float_inverse([h[0], h[2]])]
    lower = {
        "method": "approximate-inverse",
        "rows": [0, 2],
        "columns": [0, 1],
        "bits": 48,
        "scale": 30,
        "inverse": inverse,
    }
    words = "Psi (3 x 2) has full rank 2 at the given parameters."
    return certificate({"kind": "full-rank", **PSI}, words, p, {"lower": lower})


# --- The local minimum ---------------------------------------------------------------------------

LINE = (
    "At w1 = (t/x, ..., t/x), w2 = sign(y) (1, ..., 1) with t = {t}, width {d}, x = {x}, y = {y} "
    "and sigma(t) = {sigma}, the loss E = (y - w2 . sigma(w1 x))^2 has a local minimum that is not "
    "strict and bad: E = {loss} there and on the line through it in direction w2, E >= {loss} "
    "wherever |w1_j x - t| <= {radius} and |w2_j - sign(y)| < 1, and E < {better} elsewhere. {a2}"
)


def local_minimum(
    activation: Any = None,
    sigma: str = "-(t-1)**2*exp(t)",
    t: str = "1",
    x: Any = 1,
    y: Any = 2,
    d: int = 2,
    radius: Any = "1/4",
    better: Any = "1/2",
    sign: Any = None,
    point: Any = None,
    a2: Any = None,
    a2_evidence: Any = None,
    a2_words: str = "Assumption 2 is not decided here.",
) -> Document:
    activation = {"expr": sigma} if activation is None else activation
    p = problem([[x]], [dense(d, activation, "none"), dense(1, "identity", "none")], loss="squared")
    p["data"]["targets"] = [[y]]
    loss = number(Fraction(y) ** 2)
    claim = {
        "kind": "bad-local-minimum",
        "t": t,
        "radius": radius,
        "loss": loss,
        "better": better,
        "assumption_2": a2 or {"verdict": "undecided"},
    }
    words = LINE.format(
        t=t,
        d=d,
        x=x,
        y=y,
        sigma=sigma,
        loss=Fraction(y) ** 2,
        radius=radius,
        better=better,
        a2=a2_words,
    )
    evidence = {
        "sign": sign or {"method": "taylor", "order": 2},
        "point": point or {"w1": [0, 0], "w2": [-1, -1]},
        "bits": 64,
        "assumption_2": a2_evidence,
    }
    return certificate(claim, words, p, evidence)


def local_minimum_all() -> Document:
    return local_minimum(
        a2={"verdict": "proved", "order": "all"},
        a2_evidence={"method": "exponential-polynomial", "from": 5},
        a2_words="Assumption 2 holds at every order.",
    )


def local_minimum_trigonometric() -> Document:
    return local_minimum(
        sigma="sin(t)+cos(t)-sqrt(2)",
        t="pi/4",
        y=-3,
        better=1,
        point={"w1": [0, 0], "w2": ["7/2", "7/2"]},
        a2={"verdict": "proved", "order": "all"},
        a2_evidence={"method": "exponential-polynomial", "from": 1},
        a2_words="Assumption 2 holds at every order.",
    )


def local_minimum_refuted() -> Document:
    """-(e^t - 2)^2: the second derivative at 0 vanishes."""
    return local_minimum(
        sigma="-(exp(t)-2)**2",
        t="log(2)",
        point={"w1": [0, 0], "w2": [-1, -1]},
        a2={"verdict": "refuted", "order": 3, "derivative": 2},
        a2_evidence={"method": "derivatives"},
        a2_words="Assumption 2 fails at order 3: derivative 2 of sigma at 0 is 0.",
    )


def local_minimum_enclosure() -> Document:
    return local_minimum(
        sigma="-abs(t-1)", sign={"method": "enclosure"}, point={"w1": [0, 0], "w2": [-1, -1]}
    )


CERTIFICATES: dict[str, Callable[[], Document]] = {
    "full-rank-modular": full_rank_modular,
    "full-rank-inverse": full_rank_inverse,
    "full-rank-dominance": full_rank_dominance,
    "full-rank-two-layers": full_rank_two_layers,
    "rank-deficient-rational": rank_deficient_rational,
    "rank-deficient-formal": rank_deficient_formal,
    "generic-full-features": generic_full_features,
    "generic-full-weights": generic_full_weights,
    "generic-deficient-weights": generic_deficient_weights,
    "generic-deficient-left": generic_deficient_left,
    "generic-deficient-features": generic_deficient_features,
    "vanishing-sigmoid": lambda: vanishing("sigmoid", [-1, 0, 1], [[1, -2, 1]]),
    "vanishing-softplus": lambda: vanishing(
        {"name": "softplus", "alpha": 2}, [-2, -1, 1, 2], [[-1, 2, -2, 1]]
    ),
    "vanishing-relu": lambda: vanishing("relu", [1, 2], [[2, -1]]),
    "asm31-holds": lambda: assumption("NH18:Asm3.1", True, CONV, {}),
    "asm31-fails": lambda: assumption(
        "NH18:Asm3.1", False, CONV_BAD, {"samples": [0, 1], "patches": [0, 1]}
    ),
    "asm24-holds": asm24_holds,
    "asm24-fails": asm24_fails,
    "asm1-holds": lambda: assumption("LDS18:Asm1.A1", True, CONV, {"coordinate": 2}),
    "asm1-fails": lambda: assumption(
        "LDS18:Asm1.A1",
        False,
        problem([[0, 1], [0, 2], [5, 2]], [dense(1)]),
        {"pairs": [[0, 1], [2, 1]]},
    ),
    "asm13-holds": lambda: assumption("NMH19:Asm1.3", True, skip_problem(), {}),
    "asm13-fails": lambda: assumption(
        "NMH19:Asm1.3", False, _colliding_skip(), {"unit": "h1", "samples": [0, 2]}
    ),
    "skip-full": skip_full,
    "skip-enclosed": skip_enclosed,
    "local-minimum": local_minimum,
    "local-minimum-all": local_minimum_all,
    "local-minimum-trigonometric": local_minimum_trigonometric,
    "local-minimum-refuted": local_minimum_refuted,
    "local-minimum-enclosure": local_minimum_enclosure,
}


def _colliding_skip() -> Document:
    p = skip_problem()
    p["data"]["inputs"] = rows([[1, 0], [0, 2], [1, -1]])
    return p


# --- Spoiling ------------------------------------------------------------------------------------


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all values inside a document."""
    yield path
    if isinstance(value, dict):
        for key in sorted(value):
            yield from paths(value[key], (*path, key))
    elif isinstance(value, list):
        for i, entry in enumerate(value):
            yield from paths(entry, (*path, i))


def get(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def put(document: Document, path: tuple[Any, ...], value: Any) -> Document:
    """A copy with another value at ``path``."""
    result = copy.deepcopy(document)
    get(result, path[:-1])[path[-1]] = value
    return result


def remove(document: Document, path: tuple[Any, ...]) -> Document:
    result = copy.deepcopy(document)
    del get(result, path[:-1])[path[-1]]
    return result


#: Values that belong nowhere in a certificate, whatever stood there.
STRANGE: tuple[Any, ...] = (
    True, "2/4", "0x0a", "0x", "-0x", "1/0", "1/-2", "1/1", "0/2", "+1", " 1", "1e3", "0b1",
    "\u0661",
    SMALL + 1, "0x1", [[]], {"": 0}, "9" * 5000, "0x" + "f" * 40 + "/0x2",
)  # fmt: skip


def mutations(document: Document) -> Iterator[tuple[str, bytes]]:
    """Copies of a document that say something malformed: each must be rejected or declined."""
    for path in paths(document):
        if not path:
            continue
        for value in STRANGE:
            if type(value) is not type(get(document, path)) or get(document, path) != value:
                yield f"{path} = {value!r:.30}", encode(put(document, path, value))
        if isinstance(path[-1], str):
            yield f"{path} removed", encode(remove(document, path))
            yield f"{path} beside unknown", encode(put(document, (*path[:-1], "unknown"), 0))
    data = encode(document)
    for text in (b" ", b"\n", b"\x00", b"\xff", b"\xef\xbb\xbf"):
        yield f"{text!r} in front", text + data
        yield f"{text!r} at the end", data + text
    for cut in (0, 1, len(data) // 2, len(data) - 2, len(data) - 1):
        yield f"cut at {cut}", data[:cut]
    yield "another version", encode({**document, "format": "exactland-certificate/2"})
    yield "twice", data + data
