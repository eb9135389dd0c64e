"""The genuine certificates: a problem and a question each, over every kind and every evidence.

Each entry of ``genuine()`` is a name and what ``exactland.decide`` is asked; the finding has to be
decided, and its certificate is the file ``good/NAME.json``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flint import arb_mat

import exactland
from exactland.certificate.writing import certificate_document
from exactland.conditions.bound_documents import lower_document
from exactland.linalg.dominance import dominance

Document = dict[str, Any]
Question = tuple[str, Document, str, dict[str, Any]]


def dense(width: int, activation: Any = "identity", bias: str = "none") -> Document:
    return {"kind": "dense", "width": width, "bias": bias, "activation": activation}


def convolution(
    patches: Any, filters: int, activation: Any = "identity", bias: str = "none"
) -> Document:
    head = {"kind": "convolution", "patches": patches, "filters": filters}
    return {**head, "bias": bias, "activation": activation}


def pooling(patches: Any) -> Document:
    return {"kind": "max-pooling", "patches": patches}


def sequential(inputs: Any, layers: list[Document], parameters: Any = None) -> Document:
    document: Document = {
        "format": "exactland-problem/1",
        "data": {"inputs": inputs},
        "network": {"kind": "sequential", "layers": layers},
    }
    return document if parameters is None else {**document, "parameters": parameters}


def line(*xs: Any) -> list[list[Any]]:
    """Samples with a single coordinate."""
    return [[x] for x in xs]


# --- At given parameters -------------------------------------------------------------------------

#: Activations beside a word for the file name, each with three units on three samples.
ACTIVATIONS: dict[str, Any] = {
    "identity-like": {"name": "polynomial", "coefficients": [1, "1/2", 0, -2]},
    "relu": "relu",
    "leaky-relu": {"name": "leaky-relu", "slope": "1/10"},
    "relu6": "relu6",
    "hard-sigmoid": "hard-sigmoid",
    "sigmoid": "sigmoid",
    "tanh": "tanh",
    "arctan": "arctan",
    "erf": "erf",
    "sin": "sin",
    "cos": "cos",
    "exp": "exp",
    "softsign": "softsign",
    "r1": "r1",
    "lorentz": "lorentz",
    "gaussian": "gaussian",
    "softplus": {"name": "softplus", "alpha": "3/2"},
    "log-sigmoid": "log-sigmoid",
    "silu": "silu",
    "gelu": "gelu",
    "mish": "mish",
    "elu": {"name": "elu", "alpha": "1/2"},
    "dyadic-softplus": "dyadic-softplus",
    "cube": {"name": "power", "exponent": 3},
    "expression": {"expr": "sqrt(1+t**2)-cos(pi*t)/3"},
}
BIASED = [{"W": [[4, -8, 1]], "b": ["1/2", 1, "1/2"]}]


def _every_activation() -> Iterator[Question]:
    for word, activation in ACTIVATIONS.items():
        layers = [dense(3, activation, "neuron")]
        document = sequential(line(-1, "1/4", 2), layers, BIASED)
        yield f"full-rank-{word}", document, "full-rank", {"layer": 1}


#: The paper's first figure: five neurons, patches of three, two filters.
FIGURE = [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
FIGURE_W = [[1, 2], [3, -1], ["1/2", 5]]
PADDED = [[None, 0, 1], [0, 1, 2], [1, 2, None]]


def _full_rank() -> Iterator[Question]:
    inputs = [[1, 0, 2, -1, 3], [0, 1, 1, 2, "1/2"], [2, 2, 0, 1, -3]]
    for bias, b in (("neuron", [0, 1, -1, 2, "1/2", 3]), ("filter", [1, -2]), ("none", None)):
        weights = {"W": FIGURE_W} if b is None else {"W": FIGURE_W, "b": b}
        document = sequential(inputs, [convolution(FIGURE, 2, "tanh", bias)], [weights])
        yield f"full-rank-weights-{bias}", document, "full-rank", {"layer": 1, "what": "weights"}
        yield f"full-rank-features-{bias}", document, "full-rank", {"layer": 1}
    three = [[1, 0, 2], [0, 1, 1], [2, -1, 0]]
    padded = sequential(three, [convolution(PADDED, 1, "relu")], [{"W": [[2], [1], [3]]}])
    yield "full-rank-padding-weights", padded, "full-rank", {"layer": 1, "what": "weights"}
    yield "full-rank-padding-features", padded, "full-rank", {"layer": 1}
    pooled = sequential(
        [[1, 3, 0, 1], [5, 0, 1, 2]],
        [convolution([[0, 1], [1, 2], [2, 3]], 1, "sigmoid"), pooling([[0, 1], [1, 2]]), dense(2)],
        [{"W": [[1], [1]]}, None, {"W": [[1, 2], [0, 1]]}],
    )
    yield "full-rank-above-pooling", pooled, "full-rank", {"layer": 3}
    yield "full-rank-pooling", pooled, "full-rank", {"layer": 2}
    first = sequential([[1, 0, 2], [0, 3, 1]], [pooling([[0, 1], [1, 2]]), dense(2)])
    yield "full-rank-pooling-first", first, "full-rank", {"layer": 1}
    deep = sequential(
        line(1, 2, 3),
        [dense(2, "tanh", "neuron"), dense(3, "silu"), dense(4, "exp", "filter")],
        [
            {"W": [[1, -1]], "b": [0, "1/3"]},
            {"W": [[1, 2, 3], [0, 1, -1]]},
            {"W": [[1, 0, 2, 1], [1, 1, 0, 3], [0, -2, 1, 1]], "b": ["1/5"] * 4},
        ],
    )
    yield "full-rank-three-layers", deep, "full-rank", {"layer": 3}
    big = sequential(line(0, 1), [dense(2, "relu", "neuron")])
    huge = {"W": [[2**60 + 1, -(2**70)]], "b": [f"{2**61}/3", "1/7"]}
    close = sequential(line(-1, 2), [dense(2, "sigmoid")], [{"W": [[1, f"{2**200 + 1}/{2**200}"]]}])
    yield "full-rank-nearly-singular", close, "full-rank", {"layer": 1}
    steep = sequential(line(-1, 2), [dense(2, "gaussian", "neuron")])
    steep["parameters"] = [{"W": [[1, 1]], "b": [1, -2]}]
    yield "full-rank-dominance", steep, "full-rank", {"layer": 1}
    yield "full-rank-huge-numbers", {**big, "parameters": [huge]}, "full-rank", {"layer": 1}


def _rank_deficient() -> Iterator[Question]:
    layer = {"layer": 1}
    odd = [{"W": [[1, 2, -1, "1/2"]]}]
    sigmoid = sequential(line(-1, 0, 1), [dense(4, "sigmoid")], odd)
    yield "rank-deficient-sigmoid", sigmoid, "rank-deficient", layer
    softplus = {"name": "softplus", "alpha": 2}
    four = [{"W": [[1, 2, -1, "1/2", 3]]}]
    document = sequential(line(-2, -1, 1, 2), [dense(5, softplus)], four)
    yield "rank-deficient-softplus", document, "rank-deficient", layer
    for word in ("gelu", "tanh", "cos"):
        document = sequential(line(-1, 1, -2, 2), [dense(5, word)], four)
        yield f"rank-deficient-{word}", document, "rank-deficient", layer
    twins = sequential(line(1, 2, 3), [dense(3, "sigmoid")], [{"W": [[1, 1, 2]]}])
    yield "rank-deficient-right", twins, "rank-deficient", layer
    relu = sequential([[1, 2], [2, 4], [1, 1]], [dense(3, "relu")], [{"W": [[1, 2, 0], [0, 1, 1]]}])
    yield "rank-deficient-relu", relu, "rank-deficient", layer
    zero = sequential(line(1, 2), [dense(2)], [{"W": [[0, 0]]}])
    yield "rank-deficient-zero-features", zero, "rank-deficient", layer
    same = sequential([[1, 2], [1, 2]], [dense(2, "exp", "neuron")])
    same["parameters"] = [{"W": [[1, 0], [2, 1]], "b": [0, 1]}]
    yield "rank-deficient-repeated-sample", same, "rank-deficient", layer
    weights = {"layer": 1, "what": "weights"}
    equal = sequential(
        [[1, 2, 3, 4, 5]], [convolution(FIGURE, 2)], [{"W": [[1, 2], [3, 6], [-1, -2]]}]
    )
    yield "rank-deficient-weights-figure", equal, "rank-deficient", weights
    cycle = sequential([[1, 2, 3, 5]], [convolution(FOUR_CYCLE, 1)], [{"W": [[2], [3]]}])
    yield "rank-deficient-weights-cycle", cycle, "rank-deficient", weights
    silent = sequential([[1, 2, 3, 5]], [convolution(FOUR_CYCLE, 1)], [{"W": [[0], [0]]}])
    yield "rank-deficient-zero-weights", silent, "rank-deficient", weights


# --- For almost all parameters -------------------------------------------------------------------

DOMINOES = [[0, 1], [2, 3], [0, 2], [1, 3]]
FOUR_CYCLE = [[0, 1], [2, 1], [2, 3], [0, 3]]
K4_AND_AN_EDGE = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3], [4, 5]]
SQUARES = [[0, 1, 3, 4], [1, 2, 4, 5], [3, 4, 6, 7], [4, 5, 7, 8]]


def _images(dimension: int) -> list[list[int]]:
    """Two samples that differ."""
    return [[(i * i + 3 * i) % 7 - 2 for i in range(dimension)], list(range(dimension))]


def _generic() -> Iterator[Question]:
    weights = {"layer": 1, "what": "weights"}
    full = {"figure": (5, FIGURE, 2), "padding": (3, PADDED, 2), "path": (3, [[0, 1], [1, 2]], 1)}
    for word, (width, patches, filters) in full.items():
        document = sequential(_images(width), [convolution(patches, filters)])
        yield f"generic-full-weights-{word}", document, "generic-full-rank", weights
    document = sequential(_images(3), [dense(4, "relu", "neuron")])
    yield "generic-full-weights-dense", document, "generic-full-rank", weights
    deficient = {
        "dominoes": (4, DOMINOES, 1),
        "four-cycle": (4, FOUR_CYCLE, 1),
        "k4-and-an-edge": (6, K4_AND_AN_EDGE, 1),
        "squares-of-3x3": (9, SQUARES, 2),
    }
    for word, (width, patches, filters) in deficient.items():
        document = sequential(_images(width), [convolution(patches, filters)])
        yield f"generic-deficient-weights-{word}", document, "generic-deficient", weights
    layer = {"layer": 1}
    for word in ("sigmoid", "tanh", "gelu", "erf"):
        document = sequential(line(-1, 0, 1), [dense(3, word, "neuron")])
        yield f"generic-full-features-{word}", document, "generic-full-rank", layer
    conv = sequential(_images(5), [convolution(FIGURE, 1, "sigmoid", "filter"), dense(2, "sin")])
    yield "generic-full-features-two-layers", conv, "generic-full-rank", {"layer": 2}
    for word, xs in (("sigmoid", (-1, 0, 1)), ("arctan", (-2, 1, 2)), ("cos", (-1, 1, 3))):
        document = sequential(line(*xs), [dense(4, word)])
        yield f"generic-deficient-features-{word}", document, "generic-deficient", layer
    document = sequential(line(-1, 1, 2), [dense(3, "tanh"), dense(3, "erf")])
    yield "generic-deficient-features-two-layers", document, "generic-deficient", {"layer": 2}
    yield from _piecewise()
    tied = [convolution([[0], [1]], 1, "sigmoid", "filter")]
    document = sequential([[1, 1], [2, 2], [3, 3]], tied)
    yield "generic-deficient-features-tied", document, "generic-deficient", layer


def _piecewise() -> Iterator[Question]:
    """Kinks and maxima: an open set of less rank, and full rank in every pattern."""
    leaky = {"name": "leaky-relu", "slope": "1/3"}
    plane = [[1, 2], [2, 1], [3, 5], [4, 4]]
    open_sets = {
        "relu": (line(-1, 0, 1), [dense(3, "relu", "neuron")]),
        "leaky": (plane, [dense(4, leaky, "neuron")]),
        "saturated": (line(1, 2), [dense(2, "hard-sigmoid", "neuron"), dense(2, "tanh", "neuron")]),
        "pool": (line(1, 2), [dense(4, "relu", "neuron"), pooling([[0, 1], [2, 3]])]),
        "dead-unit": (line(-1, 0, 2, 3), [dense(1, "relu", "neuron")]),
    }
    for word, (inputs, layers) in open_sets.items():
        options = {"layer": len(layers)}
        yield f"open-deficient-{word}", sequential(inputs, layers), "open-deficient", options
    patterns = {
        "leaky": (plane[:3], [dense(4, leaky, "neuron")]),
        "softsign": (line(1, 2), [dense(2, "softsign", "neuron")]),
        "pool": (line(1, 2), [dense(4, "sigmoid", "neuron"), pooling([[0, 1], [2, 3]])]),
        "two-layers": (line(1, 2), [dense(1, leaky, "neuron"), dense(2, "sigmoid", "neuron")]),
        "impossible": (line(-1, 1), [dense(1, "relu", "none")]),
    }
    for word, (inputs, layers) in patterns.items():
        options = {"layer": len(layers)}
        yield (
            f"generic-full-patterns-{word}",
            sequential(inputs, layers),
            "generic-full-rank",
            options,
        )


# --- Identities ----------------------------------------------------------------------------------


def _identities() -> Iterator[Question]:
    softplus: dict[str, Any] = {"name": "softplus", "alpha": 1}
    instances: dict[str, tuple[Any, tuple[Any, ...]]] = {
        "sigmoid": ("sigmoid", (-1, 0, 1)),
        "softplus": (softplus, (-2, -1, 1, 2)),
        "softplus-3": ({**softplus, "alpha": 3}, ("-1/2", -1, 1, "1/2")),
        "log-sigmoid": ("log-sigmoid", (-2, -1, 1, 2)),
        "tanh": ("tanh", (-1, 1)),
        "sin": ("sin", (-1, 3, 1)),
        "arctan": ("arctan", (-2, 2)),
        "erf": ("erf", (0, 1)),
        "silu": ("silu", (-1, 1, 0)),
        "gelu": ("gelu", (-2, -1, 1, 2)),
        "cos": ("cos", (-1, 1)),
        "gaussian": ("gaussian", (-3, 3, 1)),
        "lorentz": ("lorentz", (-1, 1)),
        "softsign": ("softsign", (-1, 1)),
        "r1": ("r1", (-1, 0, 1)),
        "hard-sigmoid": ("hard-sigmoid", (-2, 0, 2)),
        "relu": ("relu", (1, 2)),
        "square": ({"name": "power", "exponent": 2}, (1, 2, 3)),
        "odd-expression": ({"expr": "t*cosh(t)-sinh(3*t)"}, (-1, 1)),
    }
    for word, (activation, xs) in instances.items():
        document = sequential(line(*xs), [dense(1, activation)])
        yield f"identity-{word}", document, "vanishing-identity", {"layer": 1}
    deep = sequential(line(-1, 1), [dense(2, "tanh"), dense(2, "sin"), dense(1, "arctan")])
    yield "identity-odd-network", deep, "vanishing-identity", {"layer": 3}
    conv = sequential(
        [[1, 2, 3], [-1, -2, -3], [0, 0, 0]], [convolution([[0, 1], [1, 2]], 2, "sigmoid")]
    )
    yield "identity-convolution", conv, "vanishing-identity", {"layer": 1}
    same = sequential([[1, 2], [1, 2]], [dense(2, "mish", "neuron"), dense(1, "elu-like")])
    same["network"]["layers"][1]["activation"] = {"name": "elu", "alpha": 1}
    yield "identity-repeated-sample", same, "vanishing-identity", {"layer": 2}


# --- Assumptions ---------------------------------------------------------------------------------


def _assumptions() -> Iterator[Question]:
    path = convolution([[0, 1], [1, 2]], 1, "relu", "neuron")
    apart, meeting = [[0, 1, 2], [3, 4, 5]], [[0, 1, 2], [3, 0, 1]]
    for word, inputs in (("holds", apart), ("fails", meeting)):
        document = sequential(inputs, [path, dense(1)])
        yield f"patches-{word}", document, "NH18:Asm3.1", {}
    document = sequential([[1, 2], [1, 2], [0, 0]], [dense(2, "relu")])
    yield "patches-dense-fails", document, "NH18:Asm3.1", {}
    document = sequential([[1, 2], [2, 1]], [dense(2, "relu")])
    yield "patches-dense-holds", document, "NH18:Asm3.1", {}
    document = sequential([[1, 2, 3], [4, 5, 6]], [pooling([[0, 1], [1, 2]]), dense(1)])
    yield "patches-pooling-holds", document, "NH18:Asm3.1", {}
    document = sequential([[1, 2, 3], [4, 5, 6]], [convolution(PADDED, 1)])
    yield "patches-padding-holds", document, "NH18:Asm3.1", {}
    document = sequential([[0, 1, 2], [1, 2, 7]], [convolution([[None, 0, 1], [0, 1, 2]], 1)])
    yield "patches-padding-fails", document, "NH18:Asm3.1", {}
    two = [convolution(FIGURE, 2, "relu"), convolution([[0, 1, 2, 3], [2, 3, 4, 5]], 2), dense(1)]
    yield "structure-holds", sequential(_images(5), two), "NH18:Asm2.4", {}
    document = sequential(_images(3), [dense(2), dense(1)])
    yield "structure-holds-without-convolutions", document, "NH18:Asm2.4", {}
    document = sequential(_images(4), [convolution(FOUR_CYCLE, 1), dense(2)])
    yield "structure-fails", document, "NH18:Asm2.4", {}
    document = sequential(_images(3), [convolution([[0, 1], [1, 2]], 2), convolution(DOMINOES, 1)])
    yield "structure-fails-in-layer-2", document, "NH18:Asm2.4", {}
    document = sequential([[1, 0], [1, 2], [1, 5]], [dense(1)])
    yield "coordinate-holds", document, "LDS18:Asm1.A1", {}
    document = sequential([[1, 0], [1, 2], [3, 2]], [dense(1)])
    yield "coordinate-fails", document, "LDS18:Asm1.A1", {}
    yield "units-hold", skip("tanh", [[-1, 0], [0, 2], [1, -1]]), "NMH19:Asm1.3", {}
    yield "units-fail", skip("tanh", [[-1, 0], [0, 2], [-1, 1]]), "NMH19:Asm1.3", {}


# --- Skip networks -------------------------------------------------------------------------------


def skip(activation: Any, inputs: Any, parameters: Any = None, bias: bool = True) -> Document:
    """The worked example of NMH19: shared weights, a unit above a unit and an input."""

    def unit(name: str, layer: int, sources: list[Any], group: str) -> Document:
        head = {"id": name, "layer": layer, "in": sources, "group": group}
        return {**head, "bias": f"b.{name}" if bias else None, "activation": activation}

    units = [
        unit("h1", 1, [0], "g1"),
        unit("h2", 1, [1], "g1"),
        unit("h3", 2, ["h1", 1], "g2"),
        unit("h4", 3, ["h3", "h1"], "g3"),
    ]
    network = {"kind": "skip", "units": units, "skips": ["h2", "h3", "h4"]}
    document: Document = {
        "format": "exactland-problem/1",
        "data": {"inputs": inputs},
        "network": network,
    }
    return document if parameters is None else {**document, "parameters": parameters}


SKIP_PARAMETERS = {
    "groups": {"g1": [2], "g2": [4, -2], "g3": [6, -4]},
    "biases": {"b.h1": 0, "b.h2": 0, "b.h3": -1, "b.h4": -2},
}


def _skip_networks() -> Iterator[Question]:
    inputs = [[-1, 0], [0, 2], [1, -1]]
    for word in ("sigmoid", "softsign"):
        document = skip(word, inputs, SKIP_PARAMETERS)
        yield f"skip-full-rank-{word}", document, "full-rank", {}
    yield "skip-generic-full", skip("gelu", inputs), "generic-full-rank", {}
    mirrored = [[1, 2], [-1, -2], [3, 1]]
    yield "skip-generic-deficient", skip("erf", mirrored, bias=False), "generic-deficient", {}
    shared = skip("mish", [[1, 2], [2, 1], [4, 3]])
    for unit in shared["network"]["units"][:2]:
        unit.update({"in": [0], "bias": "b"})
    shared["network"]["skips"] = ["h1", "h2", "h3"]
    yield "skip-generic-deficient-tied", shared, "generic-deficient", {}
    yield "skip-open-deficient", skip("relu", inputs), "open-deficient", {}
    groups = {"groups": {"g1": [1], "g2": [1, "1/2"], "g3": [2, 1]}, "biases": {}}
    document = skip("tanh", mirrored, groups, bias=False)
    yield "skip-rank-deficient", document, "rank-deficient", {}


# --- The local minimum ---------------------------------------------------------------------------

MINIMA = {
    "cubic-exponential": "-(t-1)**2*exp(t)",
    "sine-and-cosine": "sin(t)+cos(t)-sqrt(2)",
    "log-3": "-(exp(t)-3)**2",
    "log-2": "-(exp(t)-2)**2",
}


def proposition_1(sigma: Any, width: int, x: Any, y: Any) -> Document:
    document = sequential([[x]], [dense(width, sigma), dense(1)])
    document["data"]["targets"] = [[y]]
    return {**document, "loss": "squared"}


def _local_minima() -> Iterator[Question]:
    signs = ((1, 2), (-2, 3), ("1/3", -1), (-1, "-5/2"))
    for word, sigma in MINIMA.items():
        for width, (x, y) in zip((1, 2, 5, 2), signs, strict=True):
            sides = f"{'minus' if str(x)[0] == '-' else 'plus'}-x-"
            sides += f"{'minus' if str(y)[0] == '-' else 'plus'}-y"
            document = proposition_1({"expr": sigma}, width, x, y)
            yield f"minimum-{word}-{width}-{sides}", document, "bad-local-minimum", {}
    document = proposition_1({"expr": "-abs(t-1)"}, 2, 1, 1)
    yield "minimum-kink", document, "bad-local-minimum", {"at": "1"}
    document = proposition_1({"name": "polynomial", "coefficients": [-1, 0, 2, 0, -1]}, 2, 3, -7)
    yield "minimum-polynomial", document, "bad-local-minimum", {}
    document = proposition_1({"expr": "-(t-1)**2*exp(t)"}, 2, 1, 2)
    yield "minimum-order-5", document, "bad-local-minimum", {"order": 5}


def genuine() -> Iterator[Question]:
    """(name, problem, claim, further arguments of ``exactland.decide``)."""
    yield from _every_activation()
    yield from _full_rank()
    yield from _rank_deficient()
    yield from _generic()
    yield from _identities()
    yield from _assumptions()
    yield from _skip_networks()
    yield from _local_minima()


def answer(
    document: Document, claim: str, options: dict[str, Any], expected: str = "proved"
) -> Document:
    """The certificate of the question; RuntimeError unless the verdict is as expected."""
    problem = exactland.problem_from(document)
    finding = exactland.decide(problem, claim, **options)
    if finding.verdict != expected or finding.established is None:
        raise RuntimeError(f"{claim} is {finding.verdict}: {finding.reason}")
    return certificate_document(finding)


def certificates() -> Iterator[tuple[str, Document]]:
    """The name and the certificate of each question."""
    for name, document, claim, options in genuine():
        found = answer(document, claim, options, "refuted" if "-fail" in name else "proved")
        yield name, with_dominance(found) if name == "full-rank-dominance" else found


def with_dominance(document: Document) -> Document:
    """A certificate of full rank of features, with dominance in place of its lower bound."""
    problem = exactland.problem_from(document["problem"])
    balls = exactland.Balls(64)
    matrix = exactland.feature_matrix(problem, document["claim"]["matrix"]["layer"], balls)
    found = dominance(arb_mat(balls.rows(matrix)))
    if found is None:
        raise RuntimeError("this matrix has no dominant submatrix")
    return {**document, "evidence": {"lower": lower_document(found)}}
