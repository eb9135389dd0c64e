"""How flint's balls, matrices and polynomials are pickled and copied, which it does not say itself.

What holds them (findings, facts, sessions) can then be sent to another process. A ball arrives as
it was: the same midpoint, the same radius.

>>> import copy
>>> from flint import arb, fmpq_mat
>>> third = copy.deepcopy(arb(1) / 3)
>>> third.rad().man_exp() == (arb(1) / 3).rad().man_exp(), copy.copy(fmpq_mat([[1, 2]]))
(True, [1, 2])
"""

from __future__ import annotations

import copyreg
from typing import Any

from flint import arb, arb_mat, fmpq_mat, fmpq_poly, fmpz_mat, fmpz_poly, nmod_mat

#: A finite number as mantissa and exponent; otherwise its name.
Exact = tuple[int, int] | str


def _exact(number: arb) -> Exact:
    if number.is_finite():
        mantissa, exponent = number.man_exp()
        return int(mantissa), int(exponent)
    if number.is_nan():
        return "nan"
    return "inf" if number.sgn() == 1 else "-inf"


def _number(parts: Exact) -> Any:
    special = {"nan": arb.nan, "inf": arb.pos_inf, "-inf": arb.neg_inf}
    return special[parts]() if isinstance(parts, str) else arb(parts)


def ball(middle: Exact, radius: Exact) -> arb:
    """The ball with this midpoint and radius."""
    if isinstance(radius, str):
        return arb(_number(middle), _number(radius))
    mantissa, exponent = radius
    # flint rounds a radius up, also one that it could keep: what is a little less gets there.
    found = arb(_number(middle), ((mantissa << 64) - 1, exponent - 64) if mantissa else 0)
    if _exact(found.rad()) == radius:
        return found
    return arb(_number(middle), radius)


def _parts(value: arb) -> Any:
    return ball, (_exact(value.mid()), _exact(value.rad()))


def _table(matrix: Any) -> Any:
    """A matrix by its type, its size and its entries."""
    return type(matrix), (matrix.nrows(), matrix.ncols(), list(matrix.entries()))


def _residues(matrix: nmod_mat) -> Any:
    entries = [int(entry) for entry in matrix.entries()]
    return nmod_mat, (matrix.nrows(), matrix.ncols(), entries, int(matrix.modulus()))


def _coefficients(polynomial: Any) -> Any:
    return type(polynomial), (list(polynomial.coeffs()),)


copyreg.pickle(arb, _parts)
for _kind in (arb_mat, fmpq_mat, fmpz_mat):
    copyreg.pickle(_kind, _table)
copyreg.pickle(nmod_mat, _residues)
copyreg.pickle(fmpq_poly, _coefficients)
copyreg.pickle(fmpz_poly, _coefficients)
