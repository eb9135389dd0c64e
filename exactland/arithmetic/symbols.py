"""SYMBOLS: SymPy expressions, to look at and to print.

Nothing is decided with them: SymPy's ranks and zero tests are wrong, or do not end, on entries with
exponentials. SymPy takes long to import, so it is imported when the first symbol is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flint import fmpq

from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.rationals import check_call

#: The functions that SymPy calls by another name.
_NAMES = {"abs": "Abs", "min": "Min", "max": "Max"}


class Symbols(Arithmetic):
    """Numbers are SymPy expressions, matrices lists of rows of them.

    >>> SYMBOLS.call("exp", SYMBOLS.symbol("w")) * SYMBOLS.number(fmpq(1, 2))
    exp(w)/2
    """

    name = "symbolic"

    def number(self, value: fmpq) -> Any:
        from sympy import Rational

        return Rational(int(value.p), int(value.q))

    def symbol(self, name: str) -> Any:
        """A real variable of this name."""
        from sympy import Symbol

        return Symbol(name, real=True)

    def pi(self) -> Any:
        from sympy import pi

        return pi

    def call(self, function: str, *arguments: Any) -> Any:
        import sympy

        check_call(function, arguments)
        if function == "sigmoid":
            return 1 / (1 + sympy.exp(-arguments[0]))
        return getattr(sympy, _NAMES.get(function, function))(*arguments)


def sympy_matrix(rows: Sequence[Sequence[Any]]) -> Any:
    """The rows of SYMBOLS as one SymPy ``Matrix``.

    >>> sympy_matrix(SYMBOLS.matrix([[fmpq(1), fmpq(1, 2)]]))
    Matrix([[1, 1/2]])
    """
    from sympy import Matrix

    return Matrix([list(row) for row in rows])


SYMBOLS = Symbols()
