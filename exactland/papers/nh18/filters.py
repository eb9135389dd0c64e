"""NH18, Lemma 2.5 as a script: U_k of full rank for one filter bank, so for almost every one."""

from __future__ import annotations

from typing import Any

from exactland.conditions.ranks import generic_rank_of
from exactland.papers.formulas import concludes, formulas
from exactland.proof.formula import Notebook, exhibited, witnessed
from exactland.proof.script import Script, StepFailed, Steps, Walkthrough


def almost_every_filter(walk: Walkthrough) -> Steps:
    """Lemma 2.5 by the chain of Appendix B: entries of U_k are linear in W_k, so minors are
    polynomials; one of them is not 0 somewhere, hence almost everywhere."""
    note, k, where = Notebook(walk), walk.k, "Appendix B"
    check = "papers.nh18.constructions.layer_with_weights"
    yield note.say(f"layer {k} is convolutional", check=check, passage="Lemma 2.5")
    full = f"rank U_{k} = min(n_{k - 1}, n_{k})"
    found: Any = generic_rank_of(walk.problem, k, "weights")
    uses = []
    if found.verdict == "proved":
        yield note.point("p", found.evidence.parameters, "filters of full rank", "Assumption 2.4")
        uses.append((yield note.say(f"at p: {full}", passage="Assumption 2.4")))
    some = f"for some parameters: {full}"
    by = exhibited if uses else None
    yield note.say(some, *uses, by=by, check="NH18:Asm2.4", passage="Assumption 2.4")
    if not uses:
        raise StepFailed(f"filters with U_{k} of full rank")
    minor = _minor(k, found.evidence.lower)
    smooth = yield note.say(f"{minor} is analytic", passage=where)
    here = yield note.say(f"at p: {minor} != 0", passage=where)
    almost = f"for almost all parameters: {minor} != 0"
    yield note.say(almost, smooth, here, by=witnessed, passage="Lemma A.1")
    almost = f"for almost all parameters: {full}"
    of_k = yield note.say(almost, *uses, passage="Lemma 2.5 at this layer")
    return (yield note.claim(formulas("NH18:Lem2.5").conclusion, of_k, passage="Lemma 2.5"))


def _minor(k: int, lower: Any) -> str:
    """The minor of U_k that a lower bound of the rank is about."""
    rows, columns = (
        f"({', '.join(str(i + 1) for i in indices)}{',' if len(indices) == 1 else ''})"
        for indices in (lower.rows, lower.columns)
    )
    return f"det U_{k}[{rows}, {columns}]"


SCRIPTS = (Script("NH18:Lem2.5", almost_every_filter, concludes("NH18:Lem2.5")),)
