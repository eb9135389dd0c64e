"""The hypotheses of a statement on an instance: which hold, which fail, which are not decided."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from exactland.errors import ExactlandError
from exactland.functions.properties import Fact
from exactland.model.skip import SkipNetwork
from exactland.proof.replay import Stage, check_of
from exactland.proof.script import Walkthrough
from exactland.proof.statements import Hypothesis, Statement, find_check

Verdict = Literal["holds", "fails", "not decided"]
_VERDICTS: dict[bool | None, Verdict] = {True: "holds", False: "fails", None: "not decided"}
_FINDINGS: dict[str, Verdict] = {"proved": "holds", "refuted": "fails"}

#: How a statement says at which layer a check is to be asked.
_FOR_SOME_K = "for some k in 1, ..., L - 1"
_AT_LAYER = re.compile(r"with k = (\d+)|at k \+ 1")


@dataclass(frozen=True)
class HypothesisVerdict:
    """A hypothesis, what its check says on the instance, and why."""

    hypothesis: Hypothesis
    verdict: Verdict
    reason: str


def hypotheses_of(statement: Statement, stages: Iterable[Stage]) -> tuple[Hypothesis, ...]:
    """The hypotheses of the statement, and those that only the steps of its script ask for.

    The latter have the name of their check: what a proof needs and the statement leaves out.
    """
    found = list(statement.hypotheses)
    known = {hypothesis.check for hypothesis in found}
    for stage in stages:
        steps = [stage.step.claim] if stage.step is not None else []
        for claim in (*stage.dropped, *steps):
            check = check_of(claim)
            # A check without a place, such as "softplus", is a case of another hypothesis.
            if check is not None and check not in known and ("." in check or ":" in check):
                known.add(check)
                name = check.rpartition("." if "." in check else ":")[2]
                text = getattr(claim, "text", "") or claim.words()
                found.append(Hypothesis(name, text, check))
    return tuple(found)


def verdicts(
    hypotheses: Iterable[Hypothesis], walkthrough: Walkthrough
) -> tuple[HypothesisVerdict, ...]:
    """Each hypothesis, decided on the instance where a check can.

    >>> from exactland.model.problem_file import load_problem
    >>> from exactland.papers import statement
    >>> walkthrough = Walkthrough(load_problem("examples/tied-biases.json"))
    >>> found = verdicts(statement("NH18:Thm3.4").hypotheses, walkthrough)
    >>> [(v.hypothesis.name, v.reason) for v in found if v.verdict != "holds"]
    [('own_biases', "the bias of layer 1 is 'filter'")]
    """
    return tuple(_verdict(hypothesis, walkthrough) for hypothesis in hypotheses)


def _verdict(hypothesis: Hypothesis, walkthrough: Walkthrough) -> HypothesisVerdict:
    check = hypothesis.check
    if check is None:
        return HypothesisVerdict(hypothesis, "not decided", hypothesis.why or "nothing decides it")
    try:
        if ":" in check:
            finding = find_check(check)(walkthrough.problem)
            verdict = _FINDINGS.get(finding.verdict, "not decided")
            return _whole(HypothesisVerdict(hypothesis, verdict, finding.reason))
        if check.startswith("functions.facts."):
            return _activations(hypothesis, find_check(check), walkthrough)
        if _is_about_problems(check):
            fact = _instance(find_check(check), walkthrough, hypothesis)
            return _whole(HypothesisVerdict(hypothesis, _VERDICTS[fact.holds], fact.reason))
    except ExactlandError as error:
        return HypothesisVerdict(hypothesis, "not decided", str(error))
    reason = f"not asked here: see {check}"
    if hypothesis.why:
        reason += f" ({hypothesis.why})"
    return HypothesisVerdict(hypothesis, "not decided", reason)


def _is_about_problems(check: str) -> bool:
    """Whether the check is a function of a problem, and perhaps of a layer k."""
    if check.startswith("proof.instance."):
        return True
    code = getattr(find_check(check), "__code__", None)
    return code is not None and code.co_varnames[:1] == ("problem",) and check.startswith("papers.")


def _instance(check: Any, walkthrough: Walkthrough, hypothesis: Hypothesis) -> Fact:
    """A condition on the problem, and on the layer if it takes one: k, or the one ``why`` names."""
    names = check.__code__.co_varnames[: check.__code__.co_argcount]
    k = walkthrough.k
    named = _AT_LAYER.fullmatch(hypothesis.why)
    if named is not None:
        k = int(named[1]) if named[1] else k + 1
    fact: Fact = check(walkthrough.problem, *((k,) if "k" in names else ()))
    if fact.holds is True or _FOR_SOME_K not in hypothesis.text:
        return fact
    # Read at layer k; but the hypothesis fails only if it does at every layer.
    others = range(1, walkthrough.problem.sequential.depth)
    facts = {j: check(walkthrough.problem, j) for j in others if j != k}
    held = [j for j, other in facts.items() if other.holds is True]
    if held:
        return Fact(True, f"at layer {held[0]}, not at layer {k}: {facts[held[0]].reason}")
    return fact


def _whole(found: HypothesisVerdict) -> HypothesisVerdict:
    """A check that decides another question or a part, as ``why`` says, leaves it undecided."""
    why = found.hypothesis.why
    if not why or _AT_LAYER.fullmatch(why):
        return found
    return HypothesisVerdict(found.hypothesis, "not decided", f"{found.reason}; the check: {why}")


def _activations(hypothesis: Hypothesis, check: Any, walkthrough: Walkthrough) -> HypothesisVerdict:
    """A fact about activations, of all that it is asked of: one that fails decides."""
    found: dict[Verdict, list[str]] = {}
    network = walkthrough.problem.network
    # A hypothesis on "sigma" means the hidden layers, and layer k where a statement is about one.
    about_k = "sigma_k" in hypothesis.text or hypothesis.text.startswith("f: ")
    output = None
    if not isinstance(network, SkipNetwork) and not about_k:
        output = f"layer {network.depth}"
    for where, activation in _asked(hypothesis, walkthrough):
        fact = check(activation)
        reason = f"{where}, {activation.name}: {fact.reason}"
        verdict = _VERDICTS[fact.holds]
        if verdict == "fails" and where == output:
            verdict, reason = "not decided", f"{reason} (it is the last layer, not a hidden one)"
        found.setdefault(verdict, []).append(reason)
    for said in ("fails", "not decided"):
        if said in found:
            # A hypothesis on some of the units does not fail by one of them: _whole sees to it.
            return _whole(HypothesisVerdict(hypothesis, said, found[said][0]))
    reasons = found.get("holds", [])
    if not reasons:
        return HypothesisVerdict(hypothesis, "not decided", "no layer here has an activation")
    shown = reasons if len(reasons) <= 3 else [*reasons[:2], f"and {len(reasons) - 2} more"]
    return _whole(HypothesisVerdict(hypothesis, "holds", "; ".join(shown)))


def _asked(hypothesis: Hypothesis, walkthrough: Walkthrough) -> list[tuple[str, Any]]:
    """The activations that a hypothesis speaks of, each with its place.

    Those of the layers 1, ..., k if it names sigma_k, otherwise of all hidden layers and of layer
    k; those of all units of a skip network.
    """
    network = walkthrough.problem.network
    if isinstance(network, SkipNetwork):
        return [(f"unit {unit.id}", unit.activation) for unit in network.units]
    last = walkthrough.k
    if "sigma_k" not in hypothesis.text:
        last = max(last, network.depth - 1)
    layers = enumerate(network.layers[:last], start=1)
    with_one = ((k, getattr(layer, "activation", None)) for k, layer in layers)
    return [(f"layer {k}", activation) for k, activation in with_one if activation is not None]
