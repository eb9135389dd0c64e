"""Instances of the papers' proof scripts: for each statement the built-in one and another one."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Any

import exactland
from exactland.certificate.proofs import proof_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.errors import UsageError
from exactland.papers.examples import example
from exactland.papers.library import script
from exactland.proof.script import Driver, Walkthrough

ROOT = Path(__file__).parents[2]
INPUTS = [[0, 1], [1, 0], [2, 3]]


def dense(
    widths: list[int], activation: Any, inputs: Any = None, bias: str = "neuron", **more: Any
) -> exactland.Problem:
    """A dense network whose last layer is linear unless ``last`` says otherwise."""
    last = more.pop("last", "identity")
    layers = [
        {"kind": "dense", "width": width, "bias": bias, "activation": activation}
        for width in widths
    ]
    layers[-1]["activation"] = last
    data = {"inputs": INPUTS if inputs is None else inputs, **more.pop("data", {})}
    network = {"kind": "sequential", "layers": layers}
    return exactland.problem_from(
        {"format": "exactland-problem/1", "data": data, "network": network, **more}
    )


def _trained() -> exactland.Problem:
    """Parameters, targets and a loss; irrational gradients."""
    parameters = [
        {"W": [[1, 2], [0, 1]], "b": [0, 1]},
        {"W": [[1], ["-1/2"]], "b": [3]},
    ]
    return dense(
        [2, 1],
        "tanh",
        data={"targets": [[1], [0], [2]]},
        parameters=parameters,
        loss="squared",
    )


def _linear() -> exactland.Problem:
    parameters = [{"W": [[1, 1], [1, 1]], "b": [0, 2]}, {"W": [[1, 0], [3, 1]], "b": [0, 0]}]
    return dense([2, 2], "identity", parameters=parameters)


def convolutional(activation: Any = "softplus") -> exactland.Problem:
    """A convolution of two filters of two neurons, then a linear layer."""
    layers = [
        {
            "kind": "convolution",
            "patches": [[0, 1], [1, 2]],
            "filters": 2,
            "activation": activation,
        },
        {"kind": "dense", "width": 1},
    ]
    return exactland.problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": [[0, 1, 3], [1, -1, 2], [2, 5, 7]]},
            "network": {"kind": "sequential", "layers": layers},
        }
    )


def skip(activation: Any) -> exactland.Problem:
    """The skip unit c of layer 2 reads a unit that is none; two skip units in layer 1."""
    units = [
        unit("free", 1, [0, 1], activation),
        unit("a", 1, [0, 1], activation),
        unit("b", 1, [1, 0], activation),
        unit("c", 2, ["free"], activation),
    ]
    return exactland.problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": INPUTS},
            "network": {"kind": "skip", "units": units, "skips": ["c", "a", "b"]},
        }
    )


def unit(id: str, layer: int, sources: list[Any], activation: Any) -> dict[str, Any]:
    """A unit with weights and a bias of its own."""
    own = {"group": f"u-{id}", "bias": f"b-{id}"}
    return {"id": id, "layer": layer, "in": sources, "activation": activation, **own}


SCALAR = {"targets": [[1], [0], [2]]}
BARE = [[-1], [2], [3]]
SINE = {"expr": "sin(t)+cos(t)"}
#: Statement -> another instance than the built-in one, and its layer.
OTHERS: dict[str, tuple[Any, int]] = {
    "NH17:Lem2.1": (_trained, 1),
    "NH17:Lem3.3": (lambda: dense([3, 1], "tanh"), 1),
    "NH17:Lem4.1": (lambda: dense([3, 2, 1], "softplus"), 2),
    "NH17:Lem4.2": (lambda: dense([2, 4, 1], "sin"), 2),
    "NH17:Lem4.3": (lambda: dense([2, 3, 1], {"name": "softplus", "alpha": 2}), 2),
    "NH17:Lem4.4": (lambda: dense([3, 2, 1], "arctan"), 2),
    "NH17:Cor4.5": (lambda: dense([4, 1], "softplus"), 1),
    "NH17:LinearRanks": (_linear, 2),
    "NH18:Def2.1": (lambda: convolutional(), 1),
    "NH18:Def2.2": (lambda: dense([2, 3, 1], "tanh"), 2),
    "NH18:Def2.3": (lambda: exactland.load_problem(ROOT / "examples/cnn-max-pooling.json"), 2),
    "NH18:Asm2.4": (lambda: convolutional(), 1),
    "NH18:Asm3.1": (lambda: convolutional(), 1),
    "NH18:Asm3.2": (lambda: convolutional("gelu"), 1),
    "NH18:Lem2.5": (lambda: dense([3, 2, 1], "relu"), 2),
    "NH18:LemA.1": (lambda: dense([2, 1], "relu"), 1),
    "NH18:LemD.1": (lambda: dense([3, 2, 1], "tanh"), 2),
    "NH18:Lem3.3": (lambda: convolutional("sigmoid"), 1),
    "NH18:Thm3.4": (lambda: convolutional("gaussian"), 1),
    "NH18:Thm3.5": (lambda: dense([2, 3, 1], "sigmoid"), 2),
    "NH18:Cor3.6": (lambda: dense([3, 1], "sigmoid", data=SCALAR), 1),
    "NH18:LemH.1": (lambda: dense([2, 3, 1], "tanh", data=SCALAR, loss="half-squared"), 1),
    "NH18:LemH.2": (lambda: dense([4, 1], "sigmoid"), 1),
    "NH18:LemH.3": (lambda: dense([3, 1], "r1"), 1),
    "NH18:Tab1": (lambda: convolutional(), 1),
    "NH18:Tab2": (lambda: convolutional(), 1),
    "NH18:Fig1": (lambda: convolutional(), 1),
    "NMH19:DefNet": (lambda: skip("softplus"), 1),
    "NMH19:Asm1": (lambda: skip("softplus"), 1),
    "NMH19:Lem2": (lambda: skip("softplus"), 1),
    "LDS18:Asm2": (lambda: dense([2, 1], "exp", BARE, "none"), 1),
    "LDS18:Lem1": (lambda: dense([2, 1], "relu", BARE, "none"), 1),
    "LDS18:Lem3": (lambda: dense([2, 4, 1], SINE, [[1, 0], [2, 0], [4, 1]], "none"), 1),
    "LDS18:Lem4": (lambda: dense([3, 1], "exp", [[0, 0], [0, 1], [0, 4]], "none"), 1),
    "LDS18:Lem6": (lambda: dense([3, 1], "softplus", INPUTS, "none"), 1),
    "LDS18:Prop3": (lambda: dense([4, 1], "exp", [[0], [1], ["1/3"], [2]], "none"), 1),
    "LDS18:Prop4": (lambda: dense([2, 1], "exp", INPUTS, "none"), 1),
    "LDS18:Moments": (lambda: dense([4, 1], "softplus", [[1, 0], [2, 0], [4, 1]], "none"), 1),
}


def scripts(paper: str) -> dict[str, Any]:
    """The scripts of a paper, with those of its remarks."""
    module = import_module(f"exactland.papers.{paper.lower()}.scripts")
    return {**module.SCRIPTS, **getattr(module, "REMARKS", {})}


def is_by_formulas(id: str) -> bool:
    """Whether the script has a formula for its goal."""
    return "Said" in script(id).is_goal.__code__.co_names


def walkthrough(id: str, which: str) -> Walkthrough:
    if which == "other":
        build, k = OTHERS[id]
        return Walkthrough(build(), k)
    paper = id.partition(":")[0]
    try:
        own = import_module(f"exactland.papers.{paper.lower()}.examples")
        found = own.example(id)
    except (ImportError, UsageError):
        found = example(id)
    return Walkthrough(found.problem, found.k)


@lru_cache(maxsize=256)
def made(id: str, which: str) -> bytes:
    """The certificate of a statement on the built-in instance or on the other one."""
    driver = Driver(scripts(id.partition(":")[0])[id], walkthrough(id, which)).run()
    return canonical_bytes(proof_certificate(driver))


#: Statements whose scripts yield formulas, and the others.
BY_FORMULAS = [id for id in OTHERS if is_by_formulas(id)]
OLD = [id for id in OTHERS if id not in BY_FORMULAS]
#: All certificates of format 1 that are tested.
RUNS = [(id, which) for id in OLD for which in ("built-in", "other")]
