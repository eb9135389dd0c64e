"""The proofs of LDS18 as scripts, checked line by line, by the ids of their statements."""

from __future__ import annotations

from flint import fmpq

from exactland.errors import UsageError
from exactland.functions import facts
from exactland.functions.derivatives_at_zero import assumption_2
from exactland.papers.formulas import at_layer, concludes, formulas
from exactland.papers.lds18.constructions import (
    activation_of,
    distinct_products,
    equal_neurons,
    products_with,
    separating_scale,
    smallest_derivative,
    with_layer,
)
from exactland.papers.lds18.full_rank import (
    last_hidden_layer,
    moments,
    one_hidden_layer,
    one_input,
)
from exactland.papers.lds18.steps import (
    ANALYTIC,
    analytic_layers,
    distinct_inputs,
    setting,
    special,
)
from exactland.proof.formula import Notebook, by_rule, witnessed
from exactland.proof.script import Definition, Script, Steps, Walkthrough


def special_activation(walk: Walkthrough) -> Steps:
    """Assumption 2 with n = N for the activation of layer k."""
    note, k, order = Notebook(walk), walk.k, walk.problem.data.samples
    activation = activation_of(walk, k)
    said = f"sigma_{k} is real analytic"
    smooth = yield note.say(said, check=ANALYTIC, passage="Assumption 2")
    known = assumption_2(activation, order).derivatives
    values = tuple(d.enclosure if d.exact is None else d.exact for d in known)
    yield Definition("sigma^(j)(0)", values, f"derivatives at 0, j < {order}", "Assumption 2")
    passage = "Assumption 2, with n = N"
    nonzero = yield from special(note, k, order, passage, "LDS18:E1")
    goal = f"{said} and (for all i in 0..N - 1: sigma_{k}^(i)(0) != 0)"
    return (yield note.say(goal, smooth, nonzero, passage=passage))


def dense_class(walk: Walkthrough) -> Steps:
    """Lemma 1: functions that satisfy Assumption 2 with n = N converge to sigma_k uniformly.

    That derivative n of sin + cos at 0 is (-1)^floor(n/2), and that so at most n real c are
    excluded, holds on every instance: it is part of the rule's argument.
    """
    note, k, order = Notebook(walk), walk.k, walk.problem.data.samples
    activation = activation_of(walk, k)
    said = f"sigma_{k} is continuous"
    check = "functions.facts.continuous"
    start, uses = "continuous", [(yield note.say(said, check=check, passage="Lemma 1"))]
    if facts.analytic(activation).holds is True:
        start = "analytic"
        uses.append((yield note.say(f"sigma_{k} is real analytic", passage="Lemma 1")))
        delta = smallest_derivative(activation, order) or fmpq(1)
        words = "at most every nonzero |sigma^(n)(0)|; 0 < c < delta"
        yield note.let(f"delta = {delta}", words, "equation (19)", value=delta)
        known = assumption_2(activation, order).derivatives
        for n in (d.order for d in known if d.is_zero is False):
            said = f"delta <= abs(sigma_{k}^({n})(0))"
            uses.append((yield note.say(said, passage="equations (18) to (22)")))
    given = {"layer": k, "order": ["N"], "from": start}
    name = "real analytic" if start == "analytic" else "continuous"
    premises = [note.notes.read(text) for text in (f"sigma_{k} is {name}", "1 <= N")]
    goal = at_layer(formulas("LDS18:Lem1").conclusion, k)
    rule = by_rule("dense-class", given, premises)
    passage = "Lemma 1, the conclusion"
    return (yield note.claim(goal, *uses, by=rule, passage=passage, erratum="LDS18:E2"))


def weighted_vandermonde(walk: Walkthrough) -> Steps:
    """Lemma 4 for the first layer and the coordinates of A1, with n = N."""
    note, order = Notebook(walk), walk.problem.data.samples
    activation_of(walk, 1)
    nonzero = yield from special(note, 1, order, "Assumption 2", "")
    apart, coordinate = yield from distinct_inputs(note, "Lemma 4, x_i != x_j")
    column = f"X[j, {coordinate + 1}]"
    said = f"det [j <= N, h <= N: {column}^(h - 1) sigma_1^(h - 1)(0)] != 0"
    one = yield note.say(said, nonzero, apart, passage="Lemma 4", erratum="LDS18:E10a")
    entry = "X[j, i]^(h - 1) sigma_1^(h - 1)(0)"
    goal = (
        "for all i in 1..n_0: if X[:, (i,)] has distinct rows then "
        f"det [j <= N, h <= N: {entry}] != 0"
    )
    return (yield note.say(goal, one, passage="Lemma 4, in every coordinate"))


def different_values(walk: Walkthrough) -> Steps:
    """Lemma 6 for the samples: sigma(<w, x_i>) = sigma(<w, x_j>) on a null set only."""
    note = Notebook(walk)
    yield from setting(note)
    check = "proof.instance.distinct_samples"
    yield note.say("X has distinct rows", check=check, passage="Lemma 6, a != b")
    analytic = yield from analytic_layers(note, 1)
    slope = yield from special(note, 1, 2, "Lemma 6, sigma'(0) != 0", "LDS18:E16")
    weight = distinct_products(walk)
    rows = ", ".join(f"[{w}]" for w in weight)
    yield note.let(f"w = [{rows}]", "<w, x_i> differ for different samples", "Lemma 6, w^0")
    apart = yield note.say("X w has distinct rows", passage="Lemma 6, w^0")
    scale = separating_scale(walk, 1, products_with(walk, weight))
    passage = "Lemma 6, lambda -> 0"
    yield Definition("lambda", scale, "small enough: sigma'(0) != 0", passage)
    bare = tuple([None] * walk.problem.sequential.depth)
    layer = equal_neurons(walk, tuple(scale * w for w in weight))
    yield note.point("p", with_layer(bare, 1, layer), "every neuron has the weight lambda w")
    passage = "Lemma 6, at lambda w^0"
    values = yield note.say("at p: F_1 has rows apart", apart, slope, *analytic, passage=passage)
    goal = "for almost all parameters: F_1 has rows apart"
    return (yield note.say(goal, values, by=witnessed, passage="Lemma 6, the conclusion"))


#: The scripts of LDS18 by the ids of their statements.
SCRIPTS = {
    id: Script(id, steps, concludes(id))
    for id, steps in (
        ("LDS18:Asm2", special_activation),
        ("LDS18:Lem1", dense_class),
        ("LDS18:Lem3", last_hidden_layer),
        ("LDS18:Lem4", weighted_vandermonde),
        ("LDS18:Lem6", different_values),
        ("LDS18:Prop3", one_input),
        ("LDS18:Prop4", one_hidden_layer),
    )
}
#: A remark without a number: the sharp form of Propositions 3 and 4.
REMARKS = {"LDS18:Moments": Script("LDS18:Moments", moments, concludes("LDS18:Prop4"))}


def script(id: str) -> Script:
    """The script of a statement or a remark; UsageError for one without.

    >>> from exactland.papers.lds18.examples import example
    >>> from exactland.proof.script import Driver
    >>> driver = Driver(script("LDS18:Prop3"), example("LDS18:Prop3")).run()
    >>> driver.finished, driver.entries[-1].claim.words()
    (True, 'for almost all parameters: det F_1[:, 1..N] != 0')
    """
    found = SCRIPTS.get(id) or REMARKS.get(id)
    if found is None:
        known = ", ".join([*SCRIPTS, *REMARKS])
        raise UsageError(id, "it has no proof script", f"those with one: {known}")
    return found
