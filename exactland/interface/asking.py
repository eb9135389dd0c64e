"""What the commands that ask share: the request, the problem, the progress, where the file goes."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from exactland.conditions.finding import Finding
from exactland.conditions.ranks import generic_rank_of, matrix_rank, rank
from exactland.errors import UsageError
from exactland.model.chosen_parameters import random_parameters
from exactland.model.family import Family, load_any
from exactland.model.matrix_file import load_matrix
from exactland.model.problem import Problem
from exactland.model.problem_file import load_problem, parameters_document
from exactland.outputs import CERTIFICATE, Output

EXIT_CODES = {"proved": 0, "refuted": 1, "undecided": 2}


@dataclass(frozen=True)
class Asked:
    """Of which matrix a rank is asked: one of a problem's, or that of a file."""

    problem: str | None
    matrix: str | None
    layer: int | None
    what: str
    random_seed: int | None

    def __post_init__(self) -> None:
        if (self.problem is None) == (self.matrix is None):
            reason = "neither is given" if self.problem is None else "both are given"
            raise UsageError("PROBLEM or --matrix FILE", reason, "give one of them")
        if self.matrix is not None:
            for name, given in (
                ("--layer", self.layer is not None),
                ("--what", self.what != "features"),
                ("--random", self.random_seed is not None),
            ):
                if given:
                    raise UsageError(name, "a matrix has no layers or parameters", "leave it out")

    @property
    def file(self) -> str:
        return str(self.matrix if self.problem is None else self.problem)

    def rank(self, seed: int, ceiling: int, tell: Callable[[str], None]) -> Finding:
        """The answer: of the file's matrix, or of one of the problem's."""
        if self.matrix is not None:
            return matrix_rank(load_matrix(self.matrix), seed=seed)
        problem = open_problem(self.file, self.random_seed)
        ask = generic_rank_of if self.what.startswith("generic-") else rank
        what: Any = self.what.removeprefix("generic-")
        return ask(problem, self.layer, what, seed=seed, ceiling=ceiling, progress=tell)


@dataclass(frozen=True)
class Request:
    """What `certify` is asked."""

    problem: str
    claim: str
    layer: int | None
    what: str
    at: str | None
    order: str | None
    random_seed: int | None
    seed: int
    ceiling: int
    asked: Asked
    better: str | None = None


def open_problem(path: str, random_seed: int | None) -> Problem:
    """The problem of a file, with random parameters if a seed is given."""
    problem = load_problem(path)
    if random_seed is None:
        return problem
    return problem.with_parameters(random_parameters(problem, random_seed))


def open_any(path: str, random_seed: int | None) -> Problem | Family:
    """The problem, or the family of problems, of a file, with random parameters for a seed."""
    found = load_any(path)
    if random_seed is None:
        return found
    if isinstance(found, Family):
        chosen = random_parameters(found.form, random_seed)
        return found.with_parameters(parameters_document(chosen))
    return found.with_parameters(random_parameters(found, random_seed))


def is_formula(claim: str) -> bool:
    """Whether the claim is a text of the language of claims: names have no spaces."""
    return " " in claim.strip()


#: How people write the kinds of statements in full, and how ids do.
_KINDS = {
    "theorem": "thm",
    "lemma": "lem",
    "corollary": "cor",
    "definition": "def",
    "proposition": "prop",
    "assumption": "asm",
    "table": "tab",
    "figure": "fig",
}


def require_named(claim: str) -> None:
    """UsageError for a claim that is empty, or nearly the id of a statement, with the ids meant.

    >>> require_named("Theorem 3.4")
    Traceback (most recent call last):
        ...
    exactland.errors.UsageError: --claim: 'Theorem 3.4' is no id; write NH17:Thm3.4 or NH18:Thm3.4
    """
    if not claim.strip():
        example = 'a statement, such as NH18:Thm3.4, or words, such as "at given: rank F_1 = N"'
        raise UsageError("--claim", "it is empty", f"give {example}")
    said = re.sub("[a-z]+", lambda match: _KINDS.get(match[0], match[0]), claim.casefold())
    meant = [id for id in _ids() if _bare(said) in (_bare(id), _bare(id.partition(":")[2]))]
    if meant and claim.casefold() not in {id.casefold() for id in meant}:
        raise UsageError("--claim", f"{claim!r} is no id", f"write {' or '.join(meant)}")


def _bare(id: str) -> str:
    """An id without what people leave out."""
    return re.sub(r"[\s:,]", "", id.casefold())


def _ids() -> list[str]:
    """The ids of all statements, also of remarks with a script."""
    from exactland.papers import STATEMENTS
    from exactland.papers.library import script_ids

    return list(dict.fromkeys([*(known.id for known in STATEMENTS), *script_ids()]))


def default_name(request: Request) -> str:
    claim = request.claim.removeprefix("assumption:").replace(":", "-")
    name = "claim" if is_formula(request.claim) else claim
    return f"{Path(request.problem).stem}.{name}.certificate.json"


def output_of(request: Request, path: str | None, force: bool, as_json: bool) -> Output:
    """Where the certificate goes; raises what hinders that before the work is done."""
    output = Output(path or default_name(request), CERTIFICATE, force, (request.problem,))
    output.check()
    if as_json and output.is_standard_output:
        raise UsageError("--json", "standard output is asked for twice", "leave out one, or -o -")
    return output


def speaker(output: Output) -> Callable[[str], None]:
    """Prints a line to standard output, or to standard error where the former has the file."""
    return partial(click.echo, err=output.is_standard_output)


def written_line(output: Output) -> str:
    """Where the certificate is, and how to check it."""
    if output.is_standard_output:
        return "certificate: standard output"
    return f"certificate: {output.name}  (check it: exactland check {output.name})"


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """A line on standard error that says what is being done, on a terminal only."""
    if not sys.stderr.isatty():
        yield _ignore
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield status.update


def _ignore(line: str) -> None:
    """Nobody watches."""
