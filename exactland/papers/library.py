"""The proof scripts of all papers by the ids of their statements, and ``step``, which opens one."""

from __future__ import annotations

import copyreg
import os
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from exactland.errors import UsageError
from exactland.model.problem import Problem
from exactland.papers import PAPERS, STATEMENTS, statement
from exactland.papers.examples import example
from exactland.proof.replay import nobody
from exactland.proof.script import Script
from exactland.proof.session_state import Library
from exactland.proof.statements import Statement
from exactland.proof.stepper import Session


def _module(paper: str) -> Any:
    """The module of a paper's scripts; None if it has none."""
    name = f"exactland.papers.{paper.lower()}.scripts"
    return None if find_spec(name) is None else import_module(name)


def scripts_of(paper: str) -> dict[str, Script]:
    """The scripts of a paper, by its id: those of its statements, then of remarks in its text.

    >>> "NH18:Thm3.4" in scripts_of("NH18"), "NH17:LinearRanks" in scripts_of("NH17")
    (True, True)
    """
    module = _module(paper)
    return {} if module is None else {**module.SCRIPTS, **_remarks(module)}


def _remarks(module: Any) -> dict[str, Script]:
    remarks: dict[str, Script] = getattr(module, "REMARKS", {})
    return remarks


def find_statement(id: str) -> Statement:
    """The statement with this id; for a remark without a number, what its script says it shows.

    Raises UsageError with near matches for an unknown id.

    >>> find_statement("NH17:LinearRanks").kind
    'proposition'
    """
    paper, _, name = id.strip().partition(":")
    if paper.upper() in {known.id for known in PAPERS}:
        for found in _remarks(_module(paper)).values():
            if found.id.partition(":")[2].casefold() == name.casefold():
                words = (found.steps.__doc__ or found.id).strip().splitlines()[0]
                return Statement(
                    found.id, "remark", words, "the text", "proposition", "true", words
                )
    return statement(id)


def script(id: str) -> Script:
    """The script of a statement, by its id.

    >>> script("NH18:Thm4.4")
    Traceback (most recent call last):
        ...
    exactland.errors.UsageError: NH18:Thm4.4: it has no proof script; NH18 has one of ...

    Raises UsageError for an unknown statement (with those near) and for one without a script.
    """
    found = find_statement(id)
    scripts = scripts_of(found.paper)
    if found.id not in scripts:
        with_one = ", ".join(i.partition(":")[2] for i in scripts) or "no statement"
        raise UsageError(found.id, "it has no proof script", f"{found.paper} has one of {with_one}")
    return scripts[found.id]


def _by_id(known: Script) -> tuple[Any, ...]:
    """How a script is pickled and copied: by its id, if it is the one of the library."""
    if script(known.id) is not known:
        raise TypeError(f"{known.id}: only scripts of the library can be pickled")
    return script, (known.id,)


copyreg.pickle(Script, _by_id)


def script_ids() -> list[str]:
    """The ids of everything with a script, in the papers' order; a paper's remarks come last."""
    numbered = {s.id: n for n, s in enumerate(STATEMENTS)}
    return [
        id
        for paper in PAPERS
        for id in sorted(scripts_of(paper.id), key=lambda id: numbered.get(id, len(numbered)))
    ]


LIBRARY = Library(STATEMENTS, find_statement, script)


def step(
    statement: str,
    problem: Problem | str | os.PathLike[str] | dict[str, Any] | None = None,
    layer: int | None = None,
    *,
    progress: Callable[[str], None] = nobody,
) -> Session:
    """Open a proof on an instance, to be read step by step.

    Parameters
    ----------
    statement : the id of a statement with a proof script, such as "NH18:Thm3.4".
    problem : a Problem, the path of a problem file, or a problem document; None for a small
        built-in example.
    layer : the layer k that the statement speaks of. By default the first with as many neurons as
        there are samples, otherwise 1.
    progress : is told of every step before it is checked, to show what takes long.

    Errors: UsageError for an unknown statement, one without a script, a layer that does not exist;
    InputError for a problem that is not admissible.

    >>> import exactland
    >>> session = exactland.step("NH18:Thm3.4")
    >>> session
    <Session: NH18 Theorem 3.4, Linearly independent features (k = 1), step 0>
    >>> session.goto(99).lines[-1].text.partition(":")[0]
    'The proof is complete on this instance'
    >>> print(session.show("gamma"))
    gamma = (1, 3, 2)  (order of the samples, from 1 (definition of gamma))
    """
    found = script(statement)
    library = replace(LIBRARY, progress=progress)
    if problem is None:
        chosen = example(found.id)
        return Session(library, found.id, chosen.problem, chosen.k if layer is None else layer)
    opened = _opened(problem)
    inputs = () if isinstance(problem, (Problem, dict)) else (os.path.abspath(problem),)
    return Session(library, found.id, opened, _wide(opened) if layer is None else layer, inputs)


def _opened(problem: Problem | str | os.PathLike[str] | dict[str, Any]) -> Problem:
    from exactland.model.problem_file import load_problem, problem_from

    if isinstance(problem, Problem):
        return problem
    return problem_from(problem) if isinstance(problem, dict) else load_problem(os.fspath(problem))


def _wide(problem: Problem) -> int:
    """The first layer with weights and n_k >= N; 1 if there is none."""
    network: Any = problem.network
    for k, layer in enumerate(getattr(network, "layers", ()), start=1):
        if layer.has_parameters() and problem.widths[k] >= problem.data.samples:
            return k
    return 1
