"""A paper's statement as an object, and the graph of what rests on what.

Three readings of a statement are kept apart:

* *as stated*: the printed hypotheses and the printed conclusion, and nothing else;
* *as repaired*: the same after the smallest change that makes it true;
* *on this instance*: what a check establishes for one network, one data set and, where given, one
  choice of parameters. It says nothing about other instances.

A :class:`Statement` records the first two; each of its hypotheses names the check that decides it
on an instance.

>>> from exactland.papers import statement
>>> theorem = statement("NH18:Thm3.4")
>>> theorem.paper, theorem.number, theorem.kind, theorem.status
('NH18', 'Theorem 3.4', 'theorem', 'false')
>>> [h.name for h in theorem.hypotheses if h.check == "NH18:Asm3.1"]
['distinct_patches']
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from exactland.errors import InputError, UsageError

Kind = Literal[
    "definition", "assumption", "lemma", "theorem", "corollary", "proposition",
    "table", "figure", "experiment",
]  # fmt: skip
Status = Literal["true", "false", "vacuous", "cited", "definition", "not reproduced"]

#: The three readings, in the words that pages and commands use.
READINGS: dict[str, str] = {
    "as stated": "the printed hypotheses and the printed conclusion, and nothing else",
    "as repaired": "the same after the smallest change that makes it true",
    "on this instance": "what a check establishes for one network, one data set and, where given, "
    "one choice of parameters; it says nothing about other instances",
}

#: What a status says of the statement as stated.
STATUS_WORDS: dict[Status, str] = {
    "true": "true",
    "false": "false",
    "vacuous": "vacuous: nothing satisfies its hypotheses",
    "cited": "cited from elsewhere and not proved in the paper",
    "definition": "fixes what is spoken of and claims nothing",
    "not reproduced": "reports an experiment, which is not reproduced here",
}


@dataclass(frozen=True)
class Hypothesis:
    """One hypothesis of a statement.

    Attributes
    ----------
    name : a short identifier, unique within the statement.
    text : the hypothesis.
    check : what decides it on an instance: the id of an assumption (``NH18:Asm3.1``) or a function
        below ``exactland`` (``functions.facts.analytic``); None if nothing here does.
    why : for a check that is None, why; otherwise how the check is to be used, where that is not
        plain.
    """

    name: str
    text: str
    check: str | None = None
    why: str = ""


@dataclass(frozen=True)
class Erratum:
    """An error in a paper.

    Attributes
    ----------
    id : ``NH18:E4``; unique over all papers.
    text : what is wrong, in a line.
    counterexample : the instance that shows it; empty for a slip that a glance at the text shows.
    """

    id: str
    text: str
    counterexample: str = ""


@dataclass(frozen=True)
class Statement:
    """A numbered statement of a paper.

    Attributes
    ----------
    id : ``NH18:Thm3.4``: the paper, a colon, the kind in short and the number.
    number, title : as in the paper (``Theorem 3.4``, ``Linearly independent features``); where the
        paper gives none, what it is about.
    where : section or appendix, and equation numbers. The texts at hand show no pages.
    kind : what the paper calls it.
    hypotheses, conclusion : the printed ones, in other words, with the paper's symbols.
    depends_on : ids of the statements that its wording or its printed proof uses; a fact that a
        later paper restates depends on its first occurrence in these papers.
    status : of the statement as stated.
    repaired : the smallest change that makes it true (or says what it was meant to say); None if
        none is needed or none is of use.
    errata : the errors in it, in its proof and in the text around it.
    remarks : what else is known: sharpness, special cases, answers to open questions.
    """

    id: str
    number: str
    title: str
    where: str
    kind: Kind
    status: Status
    conclusion: str
    hypotheses: tuple[Hypothesis, ...] = ()
    depends_on: tuple[str, ...] = ()
    repaired: str | None = None
    errata: tuple[Erratum, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def paper(self) -> str:
        """The paper's id, such as ``NH18``."""
        return self.id.partition(":")[0]


@dataclass(frozen=True)
class Paper:
    """A paper: its id, authors, title, and where and when it appeared."""

    id: str
    authors: str
    title: str
    venue: str


def find(statements: Iterable[Statement], id: str) -> Statement:
    """The statement with this id, in upper or lower case.

    >>> from exactland.papers import STATEMENTS
    >>> find(STATEMENTS, "nh17:lem2.1").id
    'NH17:Lem2.1'
    >>> find(STATEMENTS, "NH18:Thm3.3")
    Traceback (most recent call last):
        ...
    exactland.errors.UsageError: statement: no statement has the id 'NH18:Thm3.3'; did you mean ...

    Raises UsageError, with the ids that are near, for an unknown id.
    """
    by_id = {statement.id.casefold(): statement for statement in statements}
    wanted = id.strip().casefold()
    if wanted in by_id:
        return by_id[wanted]
    near = difflib.get_close_matches(wanted, by_id, n=3, cutoff=0.5)
    remedy = (
        "did you mean " + " or ".join(by_id[key].id for key in near) + "?"
        if near
        else "`exactland statements` lists them"
    )
    shown = id if len(id) <= 60 else id[:57] + "..."
    raise UsageError("statement", f"no statement has the id {shown!r}", remedy)


def dependents(statements: Iterable[Statement], id: str) -> tuple[str, ...]:
    """The ids of the statements that depend directly on ``id``, in the papers' order.

    >>> from exactland.papers import STATEMENTS
    >>> dependents(STATEMENTS, "NH17:Lem4.3")
    ('NH17:Lem4.4',)
    """
    return tuple(statement.id for statement in statements if id in statement.depends_on)


def dependency_graph(statements: Sequence[Statement]) -> Any:
    """The networkx.DiGraph with an edge from each statement to every statement it depends on.

    Nodes are ids in the papers' order.

    >>> from exactland.papers import STATEMENTS
    >>> sorted(dependency_graph(STATEMENTS).successors("NH17:Cor4.5"))
    ['NH17:Lem4.4']

    Raises InputError for an id that occurs twice, a dependency that does not exist, and a circle.
    """
    import networkx

    graph = networkx.DiGraph()
    for statement in statements:
        if statement.id in graph:
            raise InputError(statement.id, "two statements have this id", "rename one of them")
        graph.add_node(statement.id)
    for statement in statements:
        for needed in statement.depends_on:
            if needed not in graph:
                raise InputError(
                    statement.id, f"it depends on {needed!r}, which is no statement", "mend the id"
                )
            graph.add_edge(statement.id, needed)
    if not networkx.is_directed_acyclic_graph(graph):
        circle = [edge[0] for edge in networkx.find_cycle(graph)]
        raise InputError(circle[0], f"it depends on itself by way of {', '.join(circle)}")
    return graph


def find_check(name: str) -> Callable[..., Any]:
    """The function that the ``check`` of a hypothesis names.

    An assumption's id gives a function of a problem; anything else is a function below
    ``exactland``, called as its own page says.

    >>> find_check("functions.facts.analytic")("sigmoid").holds
    True

    Raises InputError if there is no such check.
    """
    if ":" in name:
        from exactland.conditions.assumptions import ASSUMPTIONS, assumption

        if name in ASSUMPTIONS:
            return lambda problem: assumption(problem, name)
        raise InputError("check", f"{name!r} is no assumption that is decided", "mend the id")
    module, _, function = name.rpartition(".")
    try:
        found = getattr(import_module(f"exactland.{module}"), function)
    except (ImportError, AttributeError) as missing:
        raise InputError(
            "check", f"there is no {name!r} in exactland", "mend the name"
        ) from missing
    if not callable(found):
        raise InputError("check", f"{name!r} is no function", "name a function")
    checked: Callable[..., Any] = found
    return checked
