"""What NumPy and SymPy hand over as a number, and is none."""

from __future__ import annotations

import numpy as np
import pytest
import sympy

from exactland.arithmetic.exact import exact, exact_rows
from exactland.errors import InputError


@pytest.mark.parametrize(
    "value",
    [
        np.timedelta64(3, "D"),
        np.timedelta64("NaT"),
        np.bool_(True),
        sympy.true,
        sympy.Symbol("x"),
        sympy.sqrt(2),
        sympy.Float("0.5"),
        sympy.oo,
        np.float16(0.5),
        "1\n",
        "1_0",
        "\u0663",
        "1/-2",
    ],
)
def test_refused_with_an_input_error(value: object) -> None:
    with pytest.raises(InputError):
        exact(value)


def test_large_numpy_integers_keep_their_value() -> None:
    assert exact_rows(np.array([[2**64 - 1]], dtype=np.uint64))[0][0] == 2**64 - 1
    assert exact_rows(np.array([[-(2**63)]], dtype=np.int64))[0][0] == -(2**63)
    assert exact_rows(np.array([[200, 100]], dtype=np.uint8))[0] == (200, 100)
    assert exact(sympy.Integer(2) ** 200) == 2**200


def test_parity_of_min_and_max_of_even_arguments() -> None:
    from exactland.functions.expression import parse
    from exactland.functions.properties import parity

    assert parity(parse("min(t**2,1)")) == "even"
    assert parity(parse("max(abs(t),cos(t))")) == "even"
    assert parity(parse("max(t,-t)")) is None
    assert parity(parse("min(t,t**3)")) is None
