"""Random expression trees."""

from __future__ import annotations

from flint import fmpq
from hypothesis import strategies as st

from exactland.functions.expression import (
    PI,
    VARIABLE,
    Call,
    Expression,
    Negation,
    Number,
    Power,
    Product,
    Quotient,
    Sum,
)
from exactland.functions.expression_tree import ARITY


def extend(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    several = st.lists(inner, min_size=2, max_size=3).map(tuple)
    calls = [
        st.builds(Call, st.just(name), st.tuples(*[inner] * arity)) for name, arity in ARITY.items()
    ]
    return st.one_of(
        several.map(Sum),
        several.map(Product),
        st.builds(Quotient, inner, inner),
        st.builds(Power, inner, st.integers(-4, 4)),
        st.builds(Negation, inner),
        *calls,
    )


LITERALS = st.builds(lambda n, d: Number(fmpq(n, 10**d)), st.integers(0, 99), st.integers(0, 2))
LEAVES = st.one_of(LITERALS, st.just(VARIABLE), st.just(PI))
TREES = st.recursive(LEAVES, extend, max_leaves=12)
