"""The four papers: their statements, each as an object, with what is known of it.

Importing this package loads texts only; nothing is computed.

>>> from exactland.papers import PAPERS, STATEMENTS, statement
>>> [paper.id for paper in PAPERS], len(STATEMENTS)
(['NH17', 'NH18', 'NMH19', 'LDS18'], 73)
>>> statement("LDS18:Cor1").conclusion
'E has no strict bad local minimum.'
"""

from exactland.papers import lds18, nh17, nh18, nmh19
from exactland.papers.lds18 import statements as _lds18
from exactland.papers.nh17 import statements as _nh17
from exactland.papers.nh18 import statements as _nh18
from exactland.papers.nmh19 import statements as _nmh19
from exactland.proof.statements import Paper, Statement, find

__all__ = ["PAPERS", "STATEMENTS", "lds18", "nh17", "nh18", "nmh19", "statement", "statements_of"]

_MODULES = (_nh17, _nh18, _nmh19, _lds18)

#: The papers, in the order of their appearance.
PAPERS: tuple[Paper, ...] = tuple(module.PAPER for module in _MODULES)
#: All statements: by paper, then in the paper's order.
STATEMENTS: tuple[Statement, ...] = tuple(s for module in _MODULES for s in module.STATEMENTS)


def statement(id: str) -> Statement:
    """The statement with this id; UsageError with near matches for an unknown one."""
    return find(STATEMENTS, id)


def statements_of(paper: str) -> tuple[Statement, ...]:
    """The statements of a paper, by its id; UsageError for an unknown one.

    >>> len(statements_of("nh17"))
    20
    """
    from exactland.errors import UsageError

    for known in PAPERS:
        if known.id.casefold() == paper.strip().casefold():
            return tuple(s for s in STATEMENTS if s.paper == known.id)
    raise UsageError(
        "--paper", f"there is no paper {paper[:40]!r}", "use " + ", ".join(p.id for p in PAPERS)
    )
