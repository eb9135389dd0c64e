"""NH18, Assumptions 2.4, 3.1 and 3.2 and Lemma 3.3 as scripts."""

from __future__ import annotations

from typing import Any

from exactland.claims.decide import decide
from exactland.model.chosen_parameters import random_parameters
from exactland.papers.formulas import concludes, formulas
from exactland.proof.formula import Notebook
from exactland.proof.script import Fact, Script, Steps, Walkthrough

#: Parts of Assumption 3.2 for a layer.
REGULAR = ("sigma_{i} is continuous", "sigma_{i} is not constant")
ONE_LIMIT_0 = "sigma_{i} has finite limits, one of them 0"
TAME = "sigma_{i} decays to the left and grows at most linearly"


def structure(walk: Walkthrough) -> Steps:
    """Assumption 2.4: filters with U_i of full rank for every layer with weights."""
    note, where, facts = Notebook(walk), "Assumption 2.4", []
    drawn: Any = random_parameters(walk.problem, 0)
    yield note.point("p", drawn, "parameters drawn at random", where)
    for i, layer in enumerate(walk.problem.sequential.layers, 1):
        if layer.has_parameters():
            full = f"rank U_{i} = min(n_{i - 1}, n_{i})"
            if decide(walk.problem, note.notes.closed(note.notes.read(f"at p: {full}"))).holds:
                facts.append((yield note.say(f"at p: {full}", passage=where)))
            some = f"for some parameters: {full}"
            facts.append((yield note.say(some, check="NH18:Asm2.4", passage=where)))
    return (yield note.claim(formulas("NH18:Asm2.4").conclusion, *facts, passage=where))


def distinct_patches(walk: Walkthrough) -> Steps:
    """Assumption 3.1."""
    conclusion = formulas("NH18:Asm3.1").conclusion
    note = Notebook(walk)
    return (yield note.claim(conclusion, check="NH18:Asm3.1", passage="Assumption 3.1"))


def activations(walk: Walkthrough) -> Steps:
    """Assumption 3.2 for layer k."""
    note = Notebook(walk)
    facts = yield from regular(note, walk.k, "Assumption 3.2")
    clauses = f"{ONE_LIMIT_0} or {TAME}".format(i=walk.k)
    check = "functions.facts.nh18_assumption_3_2"
    facts = (*facts, (yield note.say(clauses, check=check, passage="Assumption 3.2")))
    return (yield note.say(assumption_3_2(walk.k), *facts, passage="Assumption 3.2"))


def regular(note: Notebook, i: int, passage: str) -> Any:
    """Continuous, not constant, and one of the two clauses: as facts one by one."""
    facts: list[Fact] = []
    for text in REGULAR:
        facts.append((yield note.say(text.format(i=i), passage=passage)))
    return tuple(facts)


def assumption_3_2(i: int) -> str:
    """Assumption 3.2 for the activation of layer i."""
    return " and ".join([*REGULAR, f"({ONE_LIMIT_0} or {TAME})"]).format(i=i)


#: What Lemma 3.3 says of the three activations that it names.
NAMED = {
    "relu": (TAME,),
    "sigmoid": ("lim sigma_{i} at -infinity = 0", "lim sigma_{i} at +infinity = 1", ONE_LIMIT_0),
    "softplus": (TAME,),
}


def three_activations(walk: Walkthrough) -> Steps:
    """Lemma 3.3 for every hidden layer that has one of the three activations, layer k last."""
    note, where = Notebook(walk), "Lemma 3.3, Appendix C"
    for i in _with_named(walk):
        name = _name(walk, i)
        said = f'sigma_{i} is "{name if name in NAMED else "relu"}"'
        yield note.say(said, passage=where)
        parts = list((yield from regular(note, i, where)))
        for text in NAMED[name]:
            parts.append((yield note.say(text.format(i=i), passage=where)))
        whole = yield note.say(assumption_3_2(i), *parts, passage=where)
    return whole


def _with_named(walk: Walkthrough) -> list[int]:
    """The layers below the last with one of the three activations, then layer k."""
    depth = walk.problem.sequential.depth
    others = (i for i in range(1, depth) if i != walk.k and _name(walk, i) in NAMED)
    return [*others, walk.k]


def _name(walk: Walkthrough, i: int) -> str:
    activation = getattr(walk.problem.sequential.layer(i), "activation", None)
    return "" if activation is None else str(activation.name)


SCRIPTS = tuple(
    Script(id, steps, concludes(id))
    for id, steps in (
        ("NH18:Asm2.4", structure),
        ("NH18:Asm3.1", distinct_patches),
        ("NH18:Asm3.2", activations),
        ("NH18:Lem3.3", three_activations),
    )
)
