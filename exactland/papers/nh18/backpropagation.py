"""NH18, Lemma H.1 as a script: backpropagation to U_l at the layers above layer k."""

from __future__ import annotations

from typing import Any

from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import ExactlandError
from exactland.functions.properties import Fact as Known
from exactland.model.forward import forward_passes
from exactland.model.problem import Problem
from exactland.papers.nh18.constructions import given_parameters
from exactland.proof.formula import Notebook, Said
from exactland.proof.script import Script, Steps, Walkthrough

#: The recursion: the derivatives for G_L, for the layers between, and for U_l.
OUTPUT = ("dPhi/dG_{i}", "l^(1)(F_{i} - Y)")
DOWN = ("dPhi/dG_{i}", "(dPhi/dG_{above} U_{above}^T) o sigma_{i}^(1)(G_{i})")
WEIGHTS = ("dPhi/dU_{i}", "F_{below}^T dPhi/dG_{i}")


def backpropagation(walk: Walkthrough) -> Steps:
    """Lemma H.1 at the layers k+1, ..., L: the derivatives of Phi by the recursion.

    The derivatives on the left are computed without it: the checker takes them from Taylor series
    along each entry. Where numbers are irrational, the sides are shown to agree up to 2^-100.
    """
    note, where, k = Notebook(walk), "Lemma H.1", walk.k
    depth = walk.problem.sequential.depth
    check = "papers.nh18.backpropagation.layer_above"
    yield note.say(f"{k} + 1 <= L", check=check, passage=where)
    for i in range(k + 1, depth + 1):
        yield note.say(f"layer {i} is convolutional", passage=where)
    check = "functions.facts.continuously_differentiable"
    for i in range(k + 1, depth):
        smooth = f"sigma_{i} is continuously differentiable"
        yield note.say(smooth, check=check, passage=where)
    yield note.say(f"sigma_{depth} is the identity", passage=where)
    point = note.here(given_parameters(walk.problem))
    if point is not None:
        yield point
    facts = []
    for part in _parts(walk):
        facts.append((yield note.say(f"at {note.place}: {part}", passage=where)))
    return (yield note.say(_whole(walk, note), *facts, passage=where))


def _parts(walk: Walkthrough) -> list[str]:
    """The recursion layer by layer, from the last one down."""
    k, depth = walk.k, walk.problem.sequential.depth
    agree = _agreement(walk)
    between = [agree(DOWN, i) for i in range(depth - 1, k, -1)]
    return [agree(OUTPUT, depth), *between, *(agree(WEIGHTS, i) for i in range(depth, k, -1))]


def _agreement(walk: Walkthrough) -> Any:
    """How two sides are said to agree: exactly where all is rational."""

    def exactly(sides: tuple[str, str], i: int) -> str:
        left, right = (side.format(i=i, above=i + 1, below=i - 1) for side in sides)
        return f"{left} = {right}"

    def nearly(sides: tuple[str, str], i: int) -> str:
        left, right = (side.format(i=i, above=i + 1, below=i - 1) for side in sides)
        return f"norm({left} - {right}) <= 1 / 2^100"

    try:
        forward_passes(walk.problem, RATIONALS, given_parameters(walk.problem))
    except ExactlandError:
        return nearly
    return exactly


def _whole(walk: Walkthrough, note: Notebook) -> str:
    return f"at {note.place}: {' and '.join(_parts(walk))}"


def _is_goal(walk: Walkthrough, claim: Any) -> bool:
    """The recursion at every layer above k."""
    note = Notebook(walk)
    note.here(given_parameters(walk.problem))
    return isinstance(claim, Said) and claim.body == note.notes.read(_whole(walk, note))


def layer_above(problem: Problem, k: int) -> Known:
    """There is a layer above layer k (Lemma H.1 speaks of l = k + 1, ..., L)."""
    depth = problem.sequential.depth
    return Known(k < depth, f"k = {k} and L = {depth}")


SCRIPTS = (Script("NH18:LemH.1", backpropagation, _is_goal),)
