"""What a proof has defined so far, under the paper's names, and claims that are read with it.

>>> notes = Notes().defined("Q = [[1, 2], [0, -1]]")
>>> notes = notes.defined("gamma = (2, 1)")
>>> notes.read("0 < Q[1, 2]"), notes.definitions[1]
(['<', 0, ['entry', 'H', 1, 2]], ['gamma', [], ['tuple', 2, 1]])
>>> print(notes.words(notes.read("0 < Q[1, 2]")))
0 < Q[1, 2]
>>> print(words(notes.closed(notes.read("0 < Q[1, 2]"))))
0 < H[1, 2]
  with H = [[1, 2], [0, -1]]
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from exactland.checker.formulas import Formula, Reader, Scope, naming, renamed
from exactland.checker.printer import words
from exactland.checker.signature import bound_name, kind_of
from exactland.claims.text import Env, read_definition, read_sentence

__all__ = ["Notes", "arranged", "canonical_names", "using", "words"]


@dataclass(frozen=True)
class Notes:
    """Definitions one after the other: canonical, and the names that they have in texts."""

    env: Env = field(default_factory=Env)
    definitions: tuple[Any, ...] = ()

    def defined(self, text: str) -> Notes:
        """With one more definition, ``name = body`` or ``name(arguments) = body``."""
        definition, env = read_definition(text, self.env)
        return Notes(env, (*self.definitions, definition))

    def with_formula(self, name: str, sort: str, body: Formula) -> Notes:
        """With one more definition, whose body is a formula of this sort."""
        canonical, env = self.env.bind(naming(sort, body), name, sort)
        return Notes(env, (*self.definitions, [canonical, [], body]))

    def read(self, text: str) -> Formula:
        """A claim about what has been defined."""
        return read_sentence(text, self.env)

    def named(self, name: str) -> str:
        """The canonical name of what a text calls so."""
        return self.env.names[name][0]

    def words(self, body: Formula) -> str:
        """The words of a claim with the names that texts have."""
        return words(renamed(body, {new: old for old, (new, _) in self.env.names.items()}))

    def closed(self, body: Formula) -> Formula:
        """The claim with the definitions that it uses."""
        used = using(self.definitions, [body])
        definitions, (body,) = arranged(used, [body])
        return ["let", definitions, body] if definitions else body

    def names_in(self, body: Formula) -> dict[str, str]:
        """The names that texts have, by those that definitions have in ``closed``."""
        texts = {new: old for old, (new, _) in self.env.names.items()}
        changed = canonical_names(using(self.definitions, [body]))
        return {new: texts[old] for old, new in changed.items() if old in texts}


def using(definitions: Sequence[Any], formulas: Iterable[Formula]) -> list[Any]:
    """The definitions that formulas use, themselves or by others, in their order."""
    scopes = [Scope()]
    for definition in definitions:
        scopes.append(Reader().definition(definition, scopes[-1], "definition"))
    used = set().union(*(_used(formula, scopes[-1]) for formula in formulas))
    found = []
    for definition, scope in reversed([*zip(definitions, scopes, strict=False)]):
        if definition[0] in used:
            found.append(definition)
            reader = Reader()
            reader.definition(definition, scope, "definition")
            used |= reader.used
    return found[::-1]


def _used(formula: Formula, scope: Scope) -> set[str]:
    reader = Reader()
    reader.read(formula, "P", scope, "claim")
    return reader.used


def arranged(
    definitions: Sequence[Any], formulas: Sequence[Formula]
) -> tuple[list[Any], list[Formula]]:
    """Definitions in this order under the names that are canonical then, and formulas with them."""
    changed, result = canonical_names(definitions), []
    for name, arguments, body in definitions:
        result.append([changed[name], arguments, renamed(body, changed)])
    return result, [renamed(formula, changed) for formula in formulas]


def canonical_names(definitions: Iterable[Any]) -> dict[str, str]:
    """The names of definitions, and those that are canonical in this order."""
    changed: dict[str, str] = {}
    counts: dict[str, int] = {}
    for name, *_ in definitions:
        kind = kind_of(name)
        changed[name] = bound_name(kind, counts.get(kind, 0))
        counts[kind] = counts.get(kind, 0) + 1
    return changed
