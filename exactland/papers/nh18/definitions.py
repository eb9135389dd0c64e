"""NH18, Definitions 2.1 to 2.3 as scripts: a layer by its patches, and by its matrix U_k."""

from __future__ import annotations

from typing import Any

from exactland.papers.formulas import concludes
from exactland.proof.formula import Notebook, Said
from exactland.proof.script import Script, Steps, Walkthrough

_PATCH = "patch_{k}(i) W_{k}"
#: The argument of sigma_k on patch i by the definition, and all of G_k by the matrix, by the bias.
BY_PATCHES = {
    "neuron": _PATCH + " + ones(N, 1) b_{k}[:, (i - 1) columns(W_{k}) + 1..i columns(W_{k})]",
    "filter": _PATCH + " + ones(N, 1) b_{k}",
    "none": _PATCH,
}
BY_MATRIX = {"neuron": "F_{below} U_{k} + ones(N, 1) b_{k}", "none": "F_{below} U_{k}"}


def as_defined(k: int, bias: str) -> str:
    """Definition 2.1 for a layer k with a bias of each "neuron", of each "filter" or "none".

    >>> as_defined(1, "none")
    'for all parameters: for all i in 1..patches(1): sigma_1(patch_1(i) W_1) = F_1[:, ...]'
    """
    block = f"F_{k}[:, (i - 1) columns(W_{k}) + 1..i columns(W_{k})]"
    value = f"sigma_{k}({BY_PATCHES[bias].format(k=k)})"
    return f"for all parameters: for all i in 1..patches({k}): {value} = {block}"


def convolution(walk: Walkthrough) -> Steps:
    """Definition 2.1, equation (1), and U_k = M_k(W_k)."""
    note, where = Notebook(walk), "Definition 2.1, equation (1)"
    yield note.say(f"layer {walk.k} is convolutional", passage=where)
    bias = _bias(walk)
    if bias in BY_MATRIX:
        matrix = BY_MATRIX[bias].format(k=walk.k, below=walk.k - 1)
        yield note.say(f"for all parameters: G_{walk.k} = {matrix}", passage="M_k, section 2")
    return (yield note.say(as_defined(walk.k, bias), passage=where))


def _bias(walk: Walkthrough) -> str:
    layer: Any = walk.problem.sequential.layer(walk.k)
    return str(getattr(layer, "bias", "none"))


def _is_convolution(walk: Walkthrough, claim: Any) -> bool:
    """The definition with the biases that the layer has."""
    wanted = Notebook(walk).notes.read(as_defined(walk.k, _bias(walk)))
    return isinstance(claim, Said) and claim.body == wanted


def fully_connected(walk: Walkthrough) -> Steps:
    """Definition 2.2."""
    note, k, where = Notebook(walk), walk.k, "Definition 2.2"
    yield note.say(f"layer {k} is dense", passage=where)
    return (yield note.say(_dense(walk), passage=where))


def _dense(walk: Walkthrough) -> str:
    k, bias = walk.k, "" if _bias(walk) == "none" else f" + ones(N, 1) b_{walk.k}"
    return f"for all parameters: F_{k} = sigma_{k}(F_{k - 1} W_{k}{bias})"


def _is_dense(walk: Walkthrough, claim: Any) -> bool:
    return isinstance(claim, Said) and claim.body == Notebook(walk).notes.read(_dense(walk))


def max_pooling(walk: Walkthrough) -> Steps:
    """Definition 2.3, equation (3)."""
    note, k, where = Notebook(walk), walk.k, "Definition 2.3, equation (3)"
    yield note.say(f"layer {k} is max-pooling", passage=where)
    every = f"for all parameters: for all i in 1..N: for all j in 1..patches({k})"
    largest = f"F_{k}[i, j] = largest(patch_{k}(j)[(i,), :])"
    return (yield note.say(f"{every}: {largest}", passage=where))


SCRIPTS = (
    Script("NH18:Def2.1", convolution, _is_convolution),
    Script("NH18:Def2.2", fully_connected, _is_dense),
    Script("NH18:Def2.3", max_pooling, concludes("NH18:Def2.3")),
)
