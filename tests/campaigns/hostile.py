"""Documents of less than 1 MB that try to make the checker slow or big, one family a function."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from itertools import pairwise
from math import gcd
from pathlib import Path
from typing import Any

from exactland.checker.signature import bound_name

BYTES = 1_000_000
GOOD = Path(__file__).parent.parent / "certificates" / "good"
SOFTPLUS = {"name": "softplus", "alpha": "7/3"}
SMOOTH = ["erf", "arctan", "gelu", "mish", SOFTPLUS, "sin", "log-sigmoid", "tanh", "gaussian"]
NESTED = "1/(2+cosh(" * 30 + "t" + "))" * 30
#: Values that numbers of genuine certificates are changed to.
LARGE: list[Any] = [1000, 65536, 1 << 22, 1 << 53, -(1 << 53)]
LARGE += ["0x1" + "0" * 20_000, "1/0x1" + "3" * 9000]
Document = Any


def canonical(document: Document) -> bytes:
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=True) + "\n"
    return text.encode()


def dense(width: int, activation: Any = "identity", bias: str = "none") -> Any:
    return {"kind": "dense", "width": width, "bias": bias, "activation": activation}


def problem(inputs: Any, layers: list[Any], parameters: Any = None, **more: Any) -> Any:
    data = {"inputs": inputs, **({"targets": more.pop("targets")} if "targets" in more else {})}
    network = {"kind": "sequential", "layers": layers}
    given = {"parameters": parameters} if parameters is not None else {}
    return {"format": "exactland-problem/1", "data": data, "network": network, **given, **more}


def certificate(problem: Any, evidence: Any, **claim: Any) -> Document:
    document = {"format": "exactland-certificate/1", "claim": {"words": "", **claim}}
    return {**document, "evidence": evidence, "problem": problem}


def full_rank(problem: Any, rows: int, columns: int, lower: Any, layer: int = 1) -> Document:
    matrix = {"what": "features", "layer": layer}
    lower = {"rows": list(range(rows)), "columns": list(range(min(rows, columns))), **lower}
    return certificate(
        problem, {"lower": lower}, kind="full-rank", matrix=matrix, rows=rows, columns=columns
    )


def modular(problem: Any, rows: int, columns: int, layer: int = 1) -> Document:
    return full_rank(problem, rows, columns, {"method": "modular-minor", "prime": 1_000_003}, layer)


def odd(draw: random.Random, letters: int) -> str:
    return "0x1" + "".join(draw.choices("0123456789abcdef", k=letters - 2)) + "1"


def reduced(draw: random.Random, letters: int) -> str:
    """A fraction in lowest terms; quotients and common divisors of such are slow."""
    lower = int(odd(draw, letters), 16)
    upper = next(n for n in range(lower + 10**9, lower + 10**10) if gcd(n, lower) == 1)
    return f"{upper:#x}/{lower:#x}"


def steps(problem: Any, claims: list[Any], parameters: Any = (), **last: Any) -> Document:
    """A certificate of the last of these steps: (claim, at, evidence), or with the steps used."""
    made = [
        {"claim": claim, "at": at, "evidence": evidence, "uses": list(used[0]) if used else []}
        for claim, at, evidence, *used in claims
    ]
    evidence = {"parameters": list(parameters), "steps": made}
    claim, at = claims[-1][:2]
    return certificate(problem, evidence, kind="step", layer=1, step=claim, at=at, **last)


def kernel(problem: Any, claim: Any, definitions: Any = (), bits: int = 64) -> Document:
    given = {"claim": claim, "bits": bits}
    step = {"claim": claim, "rule": "decide", "uses": [], "with": given}
    whole = ["let", list(definitions), claim] if definitions else claim
    form = "exactland-certificate/2"
    return {"format": form, "problem": problem, "claim": whole, "definitions": [], "steps": [step]}


# Numbers.


def sums_of_powers(draw: random.Random) -> Document:
    n = draw.randint(2, 20)
    powers = [f"1/(((t+{2 * i})**1000)**{1000 // n})**5" for i in range(n)]
    return modular(problem([[3]], [dense(1, {"expr": "+".join(powers)})], [{"W": [[1]]}]), 1, 1)


def distinct_denominators(draw: random.Random) -> Document:
    letters = draw.choice([20, 200, 2000])
    n = BYTES * 4 // 5 // letters
    row = [f"1/{odd(draw, letters)}" for _ in range(n)]
    return modular(problem([row], [dense(1)], [{"W": [[1]] * n}]), 1, 1)


def one_long_fraction(draw: random.Random) -> Document:
    letters = draw.choice([40_000, 200_000, 450_000])
    return modular(problem([[reduced(draw, letters)]], [dense(1)], [{"W": [[1]]}]), 1, 1)


def long_numbers_in_layers(draw: random.Random) -> Document:
    letters, depth = draw.choice([(2000, 100), (50_000, 8)]), 0
    letters, depth = letters
    layers = [dense(1, {"expr": "t**2/(1+t**2)"}) for _ in range(depth)]
    weights = [{"W": [[odd(draw, letters)]]} for _ in range(depth)]
    return modular(problem([[1]], layers, weights), 1, 1, depth)


# Matrices.


def many_bits(draw: random.Random) -> Document:
    n, bits = draw.choice([(12, 65536), (60, 8192), (250, 512)])
    W = [[f"1/{7 + i}" for i in range(n)]]
    inverse = [[0] * n] * n
    evidence = {"method": "approximate-inverse", "bits": bits, "scale": 0, "inverse": inverse}
    layers = [dense(n, draw.choice(SMOOTH), "neuron")]
    given = problem([[i + 1] for i in range(n)], layers, [{"W": W, "b": list(range(n))}])
    return full_rank(given, n, n, evidence)


def long_inverse(draw: random.Random) -> Document:
    n, letters = draw.choice([(10, 8000), (100, 70), (30, 900)])
    inverse = [[odd(draw, letters) for _ in range(n)] for _ in range(n)]
    evidence = {"method": "approximate-inverse", "bits": 65536, "scale": 65536, "inverse": inverse}
    given = problem([[i] for i in range(n)], [dense(n)], [{"W": [[1] * n]}])
    return full_rank(given, n, n, evidence)


def dominance(draw: random.Random) -> Document:
    n = draw.choice([30, 300])
    weights = [reduced(draw, 400_000 // n) for _ in range(n)]
    evidence = {"method": "dominance", "bits": 8192, "weights": weights}
    given = problem([[i] for i in range(n)], [dense(n, "sigmoid")], [{"W": [[1] * n]}])
    return full_rank(given, n, n, evidence)


def large_minor(draw: random.Random) -> Document:
    n = draw.choice([200, 400])
    rows = [[draw.randint(0, 9) for _ in range(n)] for _ in range(n)]
    W = [[draw.randint(0, 9) for _ in range(n)] for _ in range(n)]
    return modular(problem(rows, [dense(n, "relu")], [{"W": W}]), n, n)


def empty_vectors(draw: random.Random) -> Document:
    matrix = {"what": "weights", "layer": 1}
    width = draw.choice([10_000, 1 << 22])
    upper: Any = {"method": "polynomial-null-vectors", "side": draw.choice(["left", "right"])}
    upper |= {"vectors": [[]] * 200_000, "point": [[1]], "prime": 7}
    evidence = {"parameters": None, "lower": None, "upper": upper}
    given = problem([[0]], [dense(width)])
    sizes = {"rows": 1, "columns": width, "at_least": 0, "at_most": 0}
    return certificate(given, evidence, kind="generic-deficient", matrix=matrix, **sizes)


def long_monomials(draw: random.Random) -> Document:
    matrix = {"what": "weights", "layer": 1}
    size, degree = draw.choice([(30, 5000), (300, 200), (30, 10)])
    terms = [[1, [*[i % 800] * degree, i // 800 % 900]] for i in range(BYTES // 4 // (degree + 2))]
    terms = [[c, sorted(names)] for c, names in terms]
    patches = [[i, (i + 1) % size] for i in range(size)]
    layer = {"kind": "convolution", "patches": patches, "filters": 900, "bias": "none"}
    given = problem([[0] * size], [layer | {"activation": "identity"}])
    upper: Any = {"method": "polynomial-null-vectors", "side": "left", "prime": 7}
    vector = [[i, terms[i::size]] for i in range(size) if terms[i::size]]
    upper |= {"vectors": [vector], "point": [[1] * 900] * 2}
    sizes = {"rows": size, "columns": 900 * size, "at_least": 0, "at_most": size - 1}
    evidence = {"parameters": None, "lower": None, "upper": upper}
    return certificate(given, evidence, kind="generic-deficient", matrix=matrix, **sizes)


def relations(draw: random.Random) -> Document:
    """Formal values of wide or deep networks."""
    sigma = draw.choice(["tanh", {"name": "power", "exponent": 64}, "relu", {"expr": "(1+t)**9"}])
    widths = draw.choice([[1 << 22], [300, 300], [3] * 12, [1000]])
    layers = [dense(width, sigma, draw.choice(["none", "neuron"])) for width in [*widths, 1]]
    upper = {"method": "sample-relations", "prime": 7, "vectors": [[1, -1]]}
    claim = {"kind": "vanishing-identity", "layer": len(layers), "rows": 2, "at_most": 1}
    return certificate(problem([[0, 1], [0, 1]], layers), {"upper": upper}, **claim)


def pooled_relations(draw: random.Random) -> Document:
    n = draw.choice([12, 200])
    layers = [dense(n, "tanh"), {"kind": "max-pooling", "patches": [list(range(n))]}, dense(1)]
    upper = {"method": "sample-relations", "prime": 7, "vectors": [[1, -1]]}
    claim = {"kind": "vanishing-identity", "layer": 3, "rows": 2, "at_most": 1}
    return certificate(problem([[0], [0]], layers), {"upper": upper}, **claim)


def null_vectors(draw: random.Random) -> Document:
    n = draw.choice([50, 300])
    vectors = [[int(i == j) for j in range(n)] for i in range(n - 1)]
    upper = {"method": "null-vectors", "side": "left", "vectors": vectors, "prime": 1_000_003}
    matrix = {"what": "features", "layer": 1}
    given = problem([[i] for i in range(n)], [dense(1 << 14, "tanh")], [{"W": [[1] * (1 << 14)]}])
    sizes = {"rows": n, "columns": 1 << 14, "at_least": 0, "at_most": 1}
    evidence = {"lower": None, "upper": upper}
    return certificate(given, evidence, kind="rank-deficient", matrix=matrix, **sizes)


def skip_network(draw: random.Random) -> Document:
    n = draw.choice([300, 2500])
    group = {"layer": 1, "group": "g", "bias": None}
    units = [{"id": "u0", "in": [0], "activation": "tanh", **group}]
    for i in range(1, n):
        unit = {"id": f"u{i}", "layer": i + 1, "in": [f"u{i - 1}"], "group": f"g{i}", "bias": None}
        units.append({**unit, "activation": draw.choice(SMOOTH)})
    network = {"kind": "skip", "units": units, "skips": [f"u{i}" for i in range(n)]}
    parameters = {"groups": {unit["group"]: ["1/3"] for unit in units}, "biases": {}}
    given = problem([[i] for i in range(50)], []) | {"network": network, "parameters": parameters}
    lower: Any = {"rows": list(range(50)), "columns": list(range(50)), "method": "dominance"}
    lower |= {"bits": draw.choice([64, 4096]), "weights": [1] * 50}
    matrix = {"what": "skip-features"}
    sizes = {"rows": 50, "columns": n}
    return certificate(given, {"lower": lower}, kind="full-rank", matrix=matrix, **sizes)


def minimum(draw: random.Random) -> Document:
    """Derivatives of high orders, of functions with many parts."""
    n, bits = draw.choice([(1000, 64), (1000, 65536), (200, 4096), (30, 65536)])
    sigma = draw.choice([NESTED, "sin(sin(sin(sin(t))))", "(t*exp(t)*cos(t))**300", "exp(t)-1"])
    layers = [dense(1, {"expr": sigma}), dense(1)]
    given = problem([[1]], layers, targets=[[1]], loss="squared")
    claim = {"t": "0", "radius": "1/2", "loss": 1, "better": "1/2"}
    verdict = {"verdict": "proved", "order": draw.choice([n, "all"])}
    start = {"method": "exponential-polynomial", "from": 1000}
    own = {"method": "derivatives"} if verdict["order"] == n else start
    sign = draw.choice([{"method": "taylor", "order": 32}, {"method": "enclosure"}])
    evidence = {"bits": bits, "sign": sign, "point": {"w1": [1], "w2": [1]}, "assumption_2": own}
    return certificate(given, evidence, kind="bad-local-minimum", assumption_2=verdict, **claim)


# Steps of proofs.

LINE = problem([[i] for i in range(3)], [dense(3, "tanh", "neuron")])


def _line(n: int, sigma: Any = "tanh", **more: Any) -> Any:
    W = [[f"1/{i + 2}" for i in range(n)]]
    layers = [dense(n, sigma, "neuron")]
    return problem([[i] for i in range(n)], layers, [{"W": W, "b": list(range(n))}], **more)


def conjunction(draw: random.Random) -> Document:
    n = draw.choice([500, 2000])
    parts = [{"kind": "inequality", "left": "t", "right": "t+1", "from": i} for i in range(n)]
    claims: list[Any] = [(part, None, {}) for part in parts]
    whole = {"kind": "together", "claims": parts[::-1]}
    return steps(LINE, [*claims, (whole, None, {"rule": "conjunction"}, range(n))])


def all_before(draw: random.Random) -> Document:
    """Each step uses all before it, and what is looked for is long."""
    n, long = draw.choice([(500, 10), (60, 200)])
    said: Any = {"kind": "activation", "layer": 1, "property": "continuous"}
    together = {"kind": "together", "claims": [said] * long}
    claims: list[Any] = [(said, None, {})]
    for i in range(1, n):
        claims.append((together, None, {"rule": "conjunction"}, range(i)))
    return steps(LINE, claims)


def hard_expressions(draw: random.Random) -> Document:
    """Signs, limits and analyticity of long expressions, again and again."""
    sums = "+".join(f"abs(t-{i})/({i}+t**2)" for i in range(2, 90))
    ladder = "1/(" * 60 + "+".join(["t"] * 850) + ")" * 60
    sigma = draw.choice([NESTED, sums, ladder, "-(" * 60 + "t" + ")" * 60])
    wanted = draw.choice(["analytic", "increasing", "bounded", "nh18-3.2", "non-constant"])
    said = {"kind": "activation", "layer": 1, "property": wanted}
    layers = [dense(1, {"expr": sigma}) for _ in range(draw.choice([1, 400]))]
    return steps(problem([[1]], layers), [(said, None, {})] * 3000)


def inequalities(draw: random.Random) -> Document:
    left = "+".join(f"log(1+t/{3**30 + 2 * i})" for i in range(60))
    tops = "*".join(f"(1+t/{7**20 + i})" for i in range(60))
    one = {"kind": "inequality", "left": left, "right": tops, "from": f"1/{odd(draw, 5000)}"}
    return steps(LINE, [(one, None, {})] * draw.choice([1, 60]))


def families(draw: random.Random) -> Document:
    n, bits = draw.choice([(12, 65536), (60, 4096), (150, 64)])
    claim: Any = {"layer": 1, "direction": [1], "gamma": list(range(n)), "point": 1, "alpha": "1/3"}
    terms = {"kind": "permutation-terms", **claim, "bound": 1}
    at = {"kind": "determinant-at", **claim, "bounded": True, "low": 1, "high": 2}
    return steps(
        _line(n, draw.choice(SMOOTH)), [(draw.choice([terms, at]), "given", {"bits": bits})]
    )


def tails(draw: random.Random) -> Document:
    n, bits = draw.choice([(400, 64), (60, 8192), (12, 65536)])
    directions = [[f"1/{odd(draw, 40)}" for _ in range(n)]]
    claim: Any = {"layer": 1, "directions": directions, "gamma": list(range(n))[::-1], "point": 1}
    which: Any = draw.choice(
        [
            ({"kind": "tail-determinant", "mirrored": False, "alpha": "7/3"}, {"bits": bits}),
            ({"kind": "sorted"}, {"bits": bits}),
            ({"kind": "tail-dominated", "from": "7/3"}, {"bits": bits}),
            (
                {"kind": "tail-nonsingular", "mirrored": False, "from": "7/3"},
                {"method": "dominance", "bits": bits, "weights": [1] * n, "peak": None},
            ),
        ]
    )
    if which[0]["kind"] == "sorted":
        claim.pop("point")
    return steps(_line(n, draw.choice(SMOOTH)), [(which[0] | claim, "given", which[1])])


def at_a_stage(draw: random.Random) -> Document:
    """Steps that evaluate a layer on all samples, many times."""
    n, bits, count = draw.choice([(100, 64, 2000), (30, 8192, 500), (300, 64, 20)])
    kinds: list[Any] = [
        {"kind": "distinct-entries", "layer": 1},
        {"kind": "distinct-rows", "layer": 1},
        {"kind": "differentiable", "layer": 1},
        {"kind": "gradients", "layer": 1, "loss": "squared", "tolerance": 1},
        {"kind": "fitted", "layer": 1, "targets": [1] * n, "weights": [1] * n},
    ]
    given = _line(n, draw.choice([*SMOOTH, "identity"]), targets=[[1]] * n)
    return steps(given, [(draw.choice(kinds), "given", {"bits": bits})] * count)


def formulas_of_layers(draw: random.Random) -> Document:
    n = draw.choice([100, 900])
    layers = [dense(n, "tanh", "neuron"), dense(n, "tanh", "neuron")]
    kind = "backpropagation"
    return steps(problem([[1] * n], layers), [({"kind": kind, "layer": 1}, None, {})] * 100)


# Formulas.


def doubled(draw: random.Random) -> Document:
    """Definitions that use the one before twice."""
    n = draw.choice([40, 60])
    first = ["matrix", [1, "1/3"], ["1/7", 1]]
    names = [bound_name("matrix", 0), *(bound_name("M", i) for i in range(n))]
    definitions = [[names[0], [], first]]
    for before, name in pairwise(names):
        definitions.append([name, [], ["*", before, before]])
    return kernel(LINE, ["<", 0, ["det", names[-1]]], definitions)


def chained(draw: random.Random) -> Document:
    """Definitions of numbers, each by the one before: once, in a long chain, or twice."""
    n, times = draw.choice([(5000, 1), (60, 2), (300, 9)])
    names = [bound_name("R", i) for i in range(n + 1)]
    definitions: list[Any] = [[names[0], [], "1/3"]]
    for before, name in pairwise(names):
        definitions.append([name, [], ["+", *[before] * times, 1]])
    return kernel(LINE, ["<", 0, names[-1]], definitions)


def large_terms(draw: random.Random) -> Document:
    deep: Any = 1
    for _ in range(draw.choice([20, 50])):
        deep = ["^", ["+", deep, "1/3"], 9]
    n = draw.choice([100, 1000, 10**9, 10**15])
    terms: list[Any] = [
        ["det", ["table", "i", n, "j", n, ["/", 1, ["+", "i", "j"]]]],
        ["entry", ["ones", n, n], 1, 1],
        ["entry", ["I", n], 1, 1],
        ["sum", "i", 1, n, ["sum", "j", 1, n, ["/", "i", "j"]]],
        ["^", odd(draw, 1000), n],
        ["call", "exp", ["call", "exp", n]],
        deep,
    ]
    bits = draw.choice([64, 1 << 16, 1 << 20])
    claims: list[Any] = [["<", 0, draw.choice(terms)], ["all", "i", 1, n, ["<", 0, "i"]]]
    return kernel(LINE, draw.choice(claims), bits=bits)


def hessians(draw: random.Random) -> Document:
    n, bits = draw.choice([(6, 64), (40, 64), (9, 8192)])
    given = _line(n, draw.choice(SMOOTH), targets=[[1] * n] * n, loss="squared")
    hessian = ["hess", ["W", 1], ["b", 1]]
    terms: list[Any] = [["det", hessian], ["norm", ["dPhi"]], ["det", ["F", 1]]]
    return kernel(given, ["at", "given", ["<", 0, draw.choice(terms)]], bits=bits)


def many_steps(draw: random.Random) -> Document:
    n = draw.choice([3000, 6000])
    document = kernel(LINE, ["<", 0, 1])
    document["steps"] *= n
    return document


# Text.


def text(draw: random.Random) -> bytes:
    n = BYTES - 60
    body = draw.choice(
        [
            b"[" * n,
            b"[" * (n // 2) + b"]" * (n // 2),
            b"[" + b"[]," * (n // 3) + b"[]]",
            b"[" + b"{}," * (n // 3) + b"{}]",
            b"1" * n,
            b"-0." + b"1" * n,
            b'"' + b"\\u0041" * (n // 6) + b'"',
            canonical({f"{i:x}": i for i in range(60_000)}).strip(),
            canonical([["x"] * 9] * 20_000).strip(),
        ]
    )
    return b'{"claim":' + body + b',"format":"exactland-certificate/2"}\n'


def changed(draw: random.Random) -> Document:
    """A genuine certificate with one to three numbers changed to large ones."""
    path = draw.choice(sorted(GOOD.glob("*.json")))
    document = json.loads(path.read_text())
    places = list(_places(document))
    for _ in range(draw.randint(1, 3)):
        holder, key = draw.choice(places)
        holder[key] = draw.choice(LARGE)
    return document


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """The numbers of a document, each by what holds it and where."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, part in list(pairs):
        if isinstance(part, (dict, list)):
            yield from _places(part)
        elif type(part) is int or (isinstance(part, str) and part[:1] in "-0123456789"):
            yield value, key


FAMILIES: list[Callable[[random.Random], Any]] = [
    sums_of_powers, distinct_denominators, one_long_fraction, long_numbers_in_layers, many_bits,
    long_inverse, dominance, large_minor, empty_vectors, long_monomials, relations,
    pooled_relations, null_vectors, skip_network, minimum, conjunction, all_before,
    hard_expressions, inequalities, families, tails, at_a_stage,
    formulas_of_layers, doubled, chained, large_terms, hessians, many_steps, text,
    changed,
]  # fmt: skip


def hostile(family: Callable[[random.Random], Any], seed: int) -> bytes:
    """The document of a family that a seed chooses."""
    found = family(random.Random(seed))
    data = found if isinstance(found, bytes) else canonical(found)
    return data if len(data) <= BYTES else hostile(family, seed + 1000)
