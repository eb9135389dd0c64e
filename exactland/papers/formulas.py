"""The papers' statements as formulas: as stated, as repaired, negated; and results beyond them.

The texts are data in ``statements/``, in the language of claims. A statement speaks of every
network of its class, every data set and every point; ``k`` is the layer that it is about. The class
is its first hypothesis, ``networks``: of another network the statement says nothing.

>>> theorem = formulas("NH17:Thm3.4")
>>> print(words(theorem.conclusion))
given is a global minimum of Phi
>>> [name for name, _ in theorem.hypotheses][:2]
['networks', 'distinct_samples']
>>> dict(theorem.repair).keys()
dict_keys(['positive_slope'])
>>> print(words(theorem.negated()))                                    # doctest: +ELLIPSIS
not (if (for all i in 1..L: layer i is dense and ...) and X has distinct rows
    and ... then given is a global minimum of Phi)
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from exactland.checker.formulas import renamed
from exactland.checker.printer import words
from exactland.claims.text import read_text
from exactland.errors import UsageError

Formula = Any
#: Each hypothesis: its name, and what it says.
Named = tuple[tuple[str, Formula], ...]
PAPERS = ("NH17", "NH18", "NMH19", "LDS18")
#: Names that a statement leaves free, with their sorts.
FREE = {"k": "I"}

__all__ = ["Erratum", "StatementFormulas", "errata", "formulas", "words"]


@dataclass(frozen=True)
class StatementFormulas:
    """A statement: hypotheses, of networks first, what a repair adds, and the conclusion.

    ``conclusion`` is None where the statement is no claim about a network; ``about`` says then what
    it is about.
    """

    id: str
    hypotheses: Named
    repair: Named
    conclusion: Formula | None
    about: str = ""

    def as_stated(self) -> Formula:
        """If the hypotheses as printed hold, the conclusion does."""
        return _implication(self.hypotheses, self._claimed())

    def as_repaired(self) -> Formula:
        """The same with what the repair adds."""
        return _implication((*self.hypotheses, *self.repair), self._claimed())

    def negated(self) -> Formula:
        """What a counterexample to the statement as stated shows of its instance."""
        return ["not", self.as_stated()]

    def _claimed(self) -> Formula:
        if self.conclusion is None:
            raise UsageError(self.id, f"it is no claim about a network, but about {self.about}")
        return self.conclusion


@dataclass(frozen=True)
class Erratum:
    """What is claimed of the instance that refutes a statement."""

    id: str
    refutes: str
    claim: Formula


def _implication(hypotheses: Named, conclusion: Formula) -> Formula:
    parts = [formula for _, formula in hypotheses]
    if not parts:
        return conclusion
    return ["implies", ["and", *parts] if len(parts) > 1 else parts[0], conclusion]


@cache
def _document(name: str) -> Mapping[str, Any]:
    text = files("exactland.papers").joinpath(f"statements/{name}.toml").read_text("utf-8")
    return tomllib.loads(text)


def _file_of(id: str) -> str:
    paper = id.partition(":")[0]
    return paper.lower() if paper in PAPERS else "beyond"


def formulas(id: str) -> StatementFormulas:
    """The statement with this id (``NH18:Thm3.4``, ``R2``).

    Raises
    ------
    UsageError : there is no such statement.
    """
    document = _document(_file_of(id))
    entry = document.get(id)
    if not isinstance(entry, dict) or "claim" in entry:
        raise UsageError(id, "no statement has this id", "see exactland statements")
    texts = {"networks": document["networks"], **document["shared"], **entry}
    conclusion = entry.get("conclusion")

    def named(*names: str) -> Named:
        return tuple((name, _read(texts[name])) for name in names)

    # A definition of the class itself supposes nothing.
    of_class = conclusion not in (None, document["networks"])
    return StatementFormulas(
        id,
        named(*["networks"] * of_class, *entry.get("hypotheses", ())),
        named(*entry.get("repair", ())),
        None if conclusion is None else _read(conclusion),
        entry.get("about", ""),
    )


@cache
def _read(text: str) -> Formula:
    return read_text(text, FREE)


def at_layer(formula: Formula, layer: int) -> Formula:
    """The formula with a number for k."""
    return renamed(formula, {"k": layer})


def concludes(id: str) -> Callable[[Any, Any], bool]:
    """Whether a claim is the conclusion of the statement on the instance of a walkthrough."""

    def is_conclusion(walk: Any, claim: Any) -> bool:
        from exactland.proof.formula import Said  # statements are listed without it

        conclusion = at_layer(formulas(id).conclusion, walk.k)
        if not walk.problem.has_all_parameters:
            conclusion = renamed(conclusion, {"given": "p"})
        return isinstance(claim, Said) and claim.body == conclusion

    return is_conclusion


def errata(name: str) -> tuple[Erratum, ...]:
    """The errata of a paper (``NH17``), or the refutations among the results beyond (``R``)."""
    return tuple(
        Erratum(id, entry["refutes"], _read(entry["claim"]))
        for id, entry in _document(_file_of(name)).items()
        if isinstance(entry, dict) and "claim" in entry
    )
