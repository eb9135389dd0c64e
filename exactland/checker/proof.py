"""The kernel: a document is a list of steps, each the conclusion of a rule from earlier steps.

>>> layer = {"kind": "dense", "width": 1, "bias": "neuron", "activation": "identity"}
>>> problem = {"format": "exactland-problem/1", "data": {"inputs": [[0], [1]]},
...     "network": {"kind": "sequential", "layers": [layer]}}
>>> claim = ["distinct-rows", ["X"]]
>>> step = {"claim": claim, "rule": "decide", "uses": [], "with": {"claim": claim, "bits": 0}}
>>> prove_document({"format": FORMAT, "problem": problem, "claim": claim, "definitions": [],
...     "steps": [step]}).words
'X has distinct rows'
"""

from __future__ import annotations

from typing import Any

from .canonical import distinct_indices, fields, listed, text
from .context import CITED, RATIONAL_ONLY, Context, as_text
from .formulas import Reader, Scope, parts, read_claim
from .outcome import Proved, Reject, placed
from .printer import words
from .problem import read_problem
from .rules import RULES
from .rules_papers import PAPER_RULES
from .rules_series import SERIES_RULES
from .work import VALUE, spend

FORMAT = "exactland-certificate/2"
#: Rules of one paper, for problems with rational numbers.
OF_PAPERS = {**PAPER_RULES, **SERIES_RULES}
EVERY_RULE = {**RULES, **OF_PAPERS}


def prove_document(document: dict[str, Any]) -> Proved:
    """What a document proves: its claim, which is that of its last step, in the checker's words.

    The steps may speak of the definitions of the claim, and of further ones of the document.
    """
    fields(document, "document", "format problem claim definitions steps")
    text(document["format"], "format", [FORMAT])
    problem, claim = read_problem(document["problem"], general=True), document["claim"]
    read_claim(claim, symbols=problem.names)
    own, body = parts(claim)
    definitions = [*own, *listed(document["definitions"], "definitions")]
    scope, reader = Scope.of(None, problem.names), Reader()
    for n, definition in enumerate(definitions):
        scope = reader.definition(definition, scope, f"definitions[{n}]")
    context = Context(problem, definitions, scope)
    shown: list[str] = []
    for n, step in enumerate(listed(document["steps"], "steps")):
        shown.append(_checked(context, step, shown, f"steps[{n}]"))
    if not shown or shown[-1] != as_text(body):
        raise Reject("claim", "it is not what the last step shows")
    return Proved(words(claim), tuple(f"{CITED[name]}." for name in sorted(context.cited)))


def _checked(context: Context, step: Any, shown: list[str], place: str) -> str:
    """The claim of a step, which is what its rule concludes from the steps that it uses."""
    spend(10 * VALUE)
    fields(step, place, "claim rule uses with")
    name = text(step["rule"], place + ".rule", list(EVERY_RULE))
    if context.problem.general and name in OF_PAPERS:
        raise Reject(place + ".rule", RATIONAL_ONLY)
    rule = EVERY_RULE[name]
    claim = context.read(step["claim"], place + ".claim")
    used = {shown[i] for i in distinct_indices(step["uses"], place + ".uses", len(shown))}
    with placed(place):
        premises, conclusion = rule(context, step["with"], place + ".with")
    said = as_text(claim)
    if as_text(conclusion) != said:
        raise Reject(place + ".claim", "it is not what the rule concludes")
    if not {as_text(premise) for premise in premises} <= used:
        raise Reject(place + ".uses", "a premise of the rule is not among the steps used")
    return said
