"""The proof scripts of NH18 by the ids of their statements, in the paper's order."""

from __future__ import annotations

from exactland.errors import UsageError
from exactland.papers.nh18 import (
    assumptions,
    backpropagation,
    definitions,
    filters,
    fit,
    independent_features,
    singular_values,
    widths,
)
from exactland.papers.zero_sets import NH18_LEMMA_A_1
from exactland.proof.script import Script

_MODULES = (
    definitions,
    assumptions,
    filters,
    independent_features,
    fit,
    backpropagation,
    singular_values,
    widths,
)

#: The scripts of NH18 by the ids of their statements.
SCRIPTS: dict[str, Script] = {
    **{script.id: script for module in _MODULES for script in module.SCRIPTS},
    NH18_LEMMA_A_1.id: NH18_LEMMA_A_1,
}


def script(id: str) -> Script:
    """The script of a statement; UsageError for a statement without one."""
    if id not in SCRIPTS:
        raise UsageError(id, "it has no proof script", "those with one: " + ", ".join(SCRIPTS))
    return SCRIPTS[id]
