"""Small instances on which the statements open without a problem file.

A paper that has a module ``examples`` of its own is asked first. The ones here are problem
documents (docs/problem-files.md) with the layer k that the statement speaks of.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from exactland.errors import UsageError
from exactland.model.problem_file import problem_from
from exactland.proof.script import Walkthrough


def _document(inputs: Any, *layers: dict[str, Any], targets: Any = None) -> dict[str, Any]:
    data = {"inputs": inputs} if targets is None else {"inputs": inputs, "targets": targets}
    return {
        "format": "exactland-problem/1",
        "data": data,
        "network": {"kind": "sequential", "layers": list(layers)},
    }


def _convolution(length: int, activation: Any) -> dict[str, Any]:
    patches = {"conv1d": {"length": length, "size": 2}}
    return {"kind": "convolution", "patches": patches, "filters": 2, "activation": activation}


def _dense(width: int, activation: Any = "identity") -> dict[str, Any]:
    return {"kind": "dense", "width": width, "activation": activation}


#: Three signals of three entries, whose patches of two entries all differ.
_SIGNALS = [[0, 1, 3], [1, -1, 2], [2, 5, "1/2"]]

#: A convolution of two filters, then a dense layer.
_CONVOLUTION = _document(_SIGNALS, _convolution(3, "relu"), _dense(1), targets=[[1], [0], [-1]])
_SIGMOID = _document(_SIGNALS, _convolution(3, "sigmoid"), _dense(1), targets=[[1], [0], [-1]])
#: Two layers to transport differing samples through.
_DEEP = _document(_SIGNALS, _convolution(3, "relu"), _dense(3, "relu"), _dense(1))
#: The three activations of Lemma 3.3, one above the other.
_NAMED = _document(
    _SIGNALS, _convolution(3, "relu"), _dense(2, "sigmoid"), _dense(2, "softplus"), _dense(1)
)


def _unit(id: str, layer: int, sources: list[Any], activation: str) -> dict[str, Any]:
    """A unit with weights and a bias of its own."""
    own = {"id": id, "layer": layer, "in": sources, "group": f"u{id}", "bias": f"b{id}"}
    return {**own, "activation": activation}


_SKIP = {
    "format": "exactland-problem/1",
    "data": {"inputs": [[0, 1], [1, 0], [2, 3]]},
    "network": {
        "kind": "skip",
        "units": [
            _unit("a", 1, [0, 1], "sigmoid"),
            _unit("b", 1, [0, 1], "sigmoid"),
            _unit("c", 2, ["a", "b"], "sigmoid"),
        ],
        "skips": ["a", "b", "c"],
    },
}

#: What a paper's statements open on, unless the next table says otherwise.
_OF_PAPER = {"NH18": (_CONVOLUTION, 1), "NMH19": (_SKIP, 1)}
_OF_STATEMENT = {
    "NH18:Lem3.3": (_NAMED, 3),
    "NH18:Thm3.5": (_SIGMOID, 1),
    "NH18:LemA.1": (_SIGMOID, 1),
    "NH18:LemD.1": (_DEEP, 2),
}


def example(statement: str) -> Walkthrough:
    """The example of a statement, by its id.

    >>> example("NH18:Thm3.4").problem.network.layers[0].activation.name
    'relu'

    Raises UsageError for a statement without one.
    """
    paper = statement.partition(":")[0]
    own = f"exactland.papers.{paper.lower()}.examples"
    if find_spec(own) is not None:
        try:
            walkthrough: Walkthrough = import_module(own).example(statement)
        except UsageError:
            pass
        else:
            return walkthrough
    found = _OF_STATEMENT.get(statement) or _OF_PAPER.get(paper)
    if found is None:
        raise UsageError(statement, "it has no built-in example", "give a problem file")
    document, k = found
    return Walkthrough(problem_from(document), k)
