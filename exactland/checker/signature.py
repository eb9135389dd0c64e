"""The signature: one table of all heads, with the phrase and the meaning of each.

It is the only definition of the language of claims: the reader (``formulas``), the printer
(``printer``), the evaluators, the documentation and the package's text reader follow it.

>>> TABLE["rank"].phrase, TABLE["rank"].takes
('rank {0.40}', 'M')
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

#: How tightly phrases bind: propositions first, then terms.
QUANTIFIED, IMPLIES, OR, AND, NOT, RELATION = range(6)
SUM, PRODUCT, PREFIX, POSTFIX, INDEXED, ATOM = 10, 20, 30, 40, 45, 50


class Head(NamedTuple):
    """An entry of the table.

    Sorts: ``P`` proposition, ``R`` real number, ``I`` integer, which is a real number too, ``M``
    matrix, ``E`` number or matrix, ``A`` any of these, ``K`` a layer or the unit of a skip network,
    ``Q`` point, ``S`` tuple of integers, ``D`` what a quantifier ranges over, ``B`` a matrix of
    parameters (W, b, U, V) or G; ``i`` and ``x`` bind an integer or a real variable in the last
    argument; longer words are literals. A star repeats the last sort, a plus at least twice.

    In the phrase ``{n}`` is argument n, ``{n.l}`` the same in brackets where it binds less than l,
    and ``{*}`` all arguments with commas. A head whose arguments repeat and that has no ``{`` in
    its phrase stands between them.
    """

    makes: str
    takes: str
    phrase: str
    binds: int
    meaning: str


#: Arithmetic and comparisons.
ARITHMETIC: dict[str, Head] = {
    "+": Head("E", "E+", " + ", SUM, "the sum"),
    "-": Head("E", "E E", "{0.20} - {1.20}", SUM, "the difference"),
    "*": Head("E", "E+", " ", PRODUCT, "the product of numbers and matrices, in this order"),
    "/": Head("R", "R R", "{0.30} / {1.30}", PRODUCT, "the quotient, where the divisor is not 0"),
    "neg": Head("E", "E", "-{0.30}", PREFIX, "the negative"),
    "^": Head("R", "R I", "{0.45}^{1.50}", POSTFIX, "the power; the exponent is not negative"),
    "abs": Head("R", "R", "abs({0})", ATOM, "the absolute value"),
    "max": Head("R", "R R", "max({0}, {1})", ATOM, "the larger number"),
    "min": Head("R", "R R", "min({0}, {1})", ATOM, "the smaller number"),
    "call": Head("R", "function R", "{0}({1})", ATOM, "a function of the grammar of expressions"),
    "pi": Head("R", "", "pi", ATOM, "the number pi"),
    "<": Head("P", "R R", "{0.10} < {1.10}", RELATION, "the first number is less"),
    "<=": Head("P", "R R", "{0.10} <= {1.10}", RELATION, "the first number is not larger"),
    "=": Head("P", "E E", "{0.10} = {1.10}", RELATION, "the same number, or the same matrix"),
    "!=": Head("P", "R R", "{0.10} != {1.10}", RELATION, "the numbers differ"),
}

#: Everything else.
HEADS: dict[str, Head] = {
    "not": Head("P", "P", "not {0.5}", NOT, "the proposition is false"),
    "and": Head("P", "P+", " and ", AND, "all of them hold"),
    "or": Head("P", "P+", " or ", OR, "at least one of them holds"),
    "implies": Head(
        "P", "P P", "if {0.2} then {1.1}", IMPLIES, "the first is false or the second holds"
    ),
    "all": Head(
        "P",
        "i I I P",
        "for all {0} in {1.10}..{2.10}: {3}",
        QUANTIFIED,
        "for each of these integers; if there is none, it holds",
    ),
    "some": Head(
        "P",
        "i I I P",
        "for some {0} in {1.10}..{2.10}: {3}",
        QUANTIFIED,
        "for at least one of these integers",
    ),
    "real": Head("P", "x P", "for all real {0}: {1}", QUANTIFIED, "for each real number"),
    "from": Head(
        "P",
        "R x P",
        "for all {1} >= {0.10}: {2}",
        QUANTIFIED,
        "for each real number from this one on",
    ),
    "in": Head(
        "P",
        "R R x P",
        "for all {2} in [{0.10}, {1.10}]: {3}",
        QUANTIFIED,
        "for each real number of the closed interval",
    ),
    "forall": Head("P", "D P", "for all {0}: {1}", QUANTIFIED, "for each choice of them"),
    "almost-all": Head(
        "P",
        "D P",
        "for almost all {0}: {1}",
        QUANTIFIED,
        "for all choices but a set of Lebesgue measure 0",
    ),
    "every-ball": Head(
        "P",
        "D P",
        "in every ball of {0}: {1}",
        QUANTIFIED,
        "every ball, around every choice, has a choice for which it holds",
    ),
    "exists": Head("P", "D P", "for some {0}: {1}", QUANTIFIED, "for at least one choice"),
    "box": Head(
        "P",
        "R Q P",
        "for all points within {0.10} of {1}: {2}",
        QUANTIFIED,
        "wherever no parameter differs by more than this",
    ),
    "exists-in": Head(
        "P", "R Q P", "for some point within {0.10} of {1}: {2}", QUANTIFIED, "at one such point"
    ),
    "exists-one-in": Head(
        "P",
        "R Q P",
        "for exactly one point within {0.10} of {1}: {2}",
        QUANTIFIED,
        "at one such point and at no other",
    ),
    "every-width": Head(
        "P",
        "I P",
        "at every width of layer {0.50}: {1}",
        QUANTIFIED,
        "whatever the number of filters of this layer",
    ),
    "at": Head(
        "A",
        "Q A",
        "at {0}: {1}",
        QUANTIFIED,
        "at this point; a number or a matrix is the one there",
    ),
    "is": Head(
        "P", "Q kind", "{0} is a {1} of Phi", RELATION, "what kind of point of the loss it is"
    ),
    "descends": Head(
        "P",
        "Q R",
        "{0} descends below {1.10}",
        RELATION,
        "some path from there ends below this, and Phi never rises on it above where it starts",
    ),
    "analytic": Head(
        "P", "E", "{0.10} is analytic", RELATION, "a real analytic function of all parameters"
    ),
    "zero": Head("P", "M", "{0.10} = 0", RELATION, "every entry is 0"),
    "distinct-rows": Head("P", "M", "{0.10} has distinct rows", RELATION, "no two rows are equal"),
    "apart": Head("P", "M", "{0.10} has rows apart", RELATION, "numbers in different rows differ"),
    "definite": Head(
        "P",
        "M",
        "{0.10} is positive definite",
        RELATION,
        "x^T A x > 0 for every x != 0, whether A is symmetric or not",
    ),
    "has": Head("P", "fact", "", RELATION, "a named fact"),
    "sum": Head(
        "R",
        "i I I R",
        "sum over {0} in {1.10}..{2.10} of {3.20}",
        SUM,
        "the sum over these integers",
    ),
    "sigma": Head(
        "E", "K E", "sigma_{0.50}({1})", ATOM, "the activation of this layer, of each entry"
    ),
    "dsigma": Head(
        "E", "K I E", "sigma_{0.50}^({1})({2})", ATOM, "its derivative of this order, of each entry"
    ),
    "limit": Head("R", "K side", "lim sigma_{0.50} at {1}", PREFIX, "its limit, a finite one"),
    "loss": Head(
        "E",
        "I E",
        "l^({0})({1})",
        ATOM,
        "the loss of one residual, or its derivative of this order, of each entry",
    ),
    "entry": Head("R", "M I I", "{0.45}[{1}, {2}]", INDEXED, "the entry in this row and column"),
    "least": Head("R", "M", "least({0})", ATOM, "the smallest entry"),
    "largest": Head("R", "M", "largest({0})", ATOM, "the largest entry"),
    "det": Head("R", "M", "det {0.40}", PREFIX, "the determinant"),
    "rank": Head("I", "M", "rank {0.40}", PREFIX, "the rank"),
    "norm": Head("R", "M", "norm({0})", ATOM, "the Frobenius norm"),
    "smin": Head(
        "R", "M", "smin({0})", ATOM, "the smallest of the min(rows, columns) singular values"
    ),
    "smax": Head("R", "M", "smax({0})", ATOM, "the largest singular value"),
    "columns": Head("I", "M", "columns({0})", ATOM, "the number of columns"),
    "N": Head("I", "", "N", ATOM, "the number of samples"),
    "L": Head("I", "", "L", ATOM, "the number of layers"),
    "n": Head("I", "I", "n_{0.50}", ATOM, "the number of neurons of a layer; n_0 of an input"),
    "patches": Head("I", "I", "patches({0})", ATOM, "the number of patches that a layer reads"),
    "skips": Head("I", "", "skips", ATOM, "the number of skip units"),
    "Phi": Head("R", "", "Phi", ATOM, "the loss of the problem"),
    "X": Head("M", "", "X", ATOM, "the inputs, a row a sample"),
    "Y": Head("M", "", "Y", ATOM, "the targets, a row a sample"),
    "F": Head("M", "K", "F_{0.50}", ATOM, "the values of a layer or unit, a row a sample; F_0 = X"),
    "G": Head("M", "K", "G_{0.50}", ATOM, "the same before the activation"),
    "U": Head("M", "I", "U_{0.50}", ATOM, "the layer matrix M_k(W_k)"),
    "W": Head("M", "K", "W_{0.50}", ATOM, "the weights, a column a filter"),
    "b": Head("M", "K", "b_{0.50}", ATOM, "the biases as the layer has them, one row"),
    "M": Head("M", "I M", "M_{0.50}({1})", ATOM, "the layer matrix for these filters"),
    "patch": Head(
        "M", "I I", "patch_{0.50}({1})", ATOM, "the columns of F_(k-1) in this patch of layer k"
    ),
    "Psi": Head("M", "", "Psi", ATOM, "the values of the skip units, a row a sample"),
    "V": Head("M", "", "V", ATOM, "the weights from the skip units to the outputs"),
    "grad": Head("M", "B", "dPhi/d{0.50}", ATOM, "the derivatives of Phi, an entry for each entry"),
    "dPhi": Head("M", "", "dPhi", ATOM, "the derivatives of Phi for all parameters, in one column"),
    "ddPhi": Head("M", "", "ddPhi", ATOM, "the second derivatives of Phi for all parameters"),
    "hess": Head(
        "M", "B*", "hess({*})", ATOM, "the second derivatives of Phi for these, in this order"
    ),
    "matrix": Head("M", "row*", "", ATOM, "the matrix of these rows"),
    "table": Head(
        "M",
        "i I i I R",
        "[{0} <= {1.10}, {2} <= {3.10}: {4}]",
        ATOM,
        "the matrix with this entry in row i, column j",
    ),
    "T": Head("M", "M", "{0.45}^T", POSTFIX, "the transpose"),
    "o": Head("M", "M M", "{0.30} o {1.30}", PRODUCT, "the entrywise product"),
    "part": Head(
        "M", "M S S", "{0.45}[{1}, {2}]", INDEXED, "these rows and columns, in this order"
    ),
    "beside": Head("M", "M*", "beside({*})", ATOM, "the matrices side by side"),
    "ones": Head("M", "I I", "ones({0}, {1})", ATOM, "the matrix of ones of this size"),
    "I": Head("M", "I", "I_{0.50}", ATOM, "the identity matrix"),
}

#: Points, tuples, domains and layers by name: parts of formulas that are not claims or terms.
PARTS: dict[str, Head] = {
    "but": Head(
        "Q",
        "Q set*",
        "{0.40} but ({*})",
        POSTFIX,
        "the same point with these parameters",
    ),
    "move": Head(
        "Q",
        "Q R Q",
        "{0.10} + {1.30} {2.40}",
        SUM,
        "the sum with a multiple, both points read as vectors",
    ),
    "tuple": Head("S", "I*", "", ATOM, "these integers"),
    "every": Head("S", "", ":", ATOM, "every row or column"),
    "to": Head("S", "I I", "{0.10}..{1.10}", ATOM, "the integers from one to another"),
    "layers": Head(
        "D", "I I", "parameters of layers {0.10}..{1.10}", ATOM, "W and b of these layers"
    ),
    "unit": Head("K", "name", "{0}", ATOM, "the unit of a skip network, or its weights"),
}
#: What a quantifier ranges over, apart from the parameters of some layers.
DOMAINS = (
    "parameters",
    "data",
    "targets",
    "symbols",
    "V",
    "data and parameters",
    "symbols and parameters",
)
#: Kinds of points, sides of limits, and points that need no definition.
KINDS = (
    "global minimum",
    "local minimum",
    "strict local minimum",
    "local maximum",
    "strict saddle",
    "critical point",
)
SIDES = ("-infinity", "+infinity")
POINTS = ("given", "here", "zero")
#: Functions of one number in the grammar of expressions, beside abs.
CALLS = (
    "exp", "log", "sqrt", "sin", "cos", "sinh", "cosh", "tanh", "atan", "erf", "sigmoid",
)  # fmt: skip

TABLE: Mapping[str, Head] = {**ARITHMETIC, **HEADS, **PARTS}

#: The sorts in words.
WORDS = {
    "P": "a proposition", "R": "a number", "I": "an integer", "M": "a matrix",
    "E": "a number or a matrix", "A": "a proposition, a number or a matrix", "Q": "a point",
    "K": "a layer or a unit", "S": "a tuple of integers", "D": "what a quantifier ranges over",
    "B": "a matrix of parameters", "definition": "a number, a matrix, a point or a tuple",
}  # fmt: skip
#: Names in quotes: units of skip networks, activations, losses.
NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}", re.ASCII)


class Fact(NamedTuple):
    """A named fact, ``["has", name, argument, ...]``: what is better said than spelled."""

    takes: str
    phrase: str
    meaning: str


#: No fact takes a point, and none speaks of Phi at one: those are formulas.
FACTS: dict[str, Fact] = {
    "continuous": Fact("K", "sigma_{0.50} is continuous", "at every real number"),
    "differentiable": Fact("K", "sigma_{0.50} is differentiable", "at every real number"),
    "smooth": Fact("K", "sigma_{0.50} is continuously differentiable", "on all of R"),
    "analytic": Fact("K", "sigma_{0.50} is real analytic", "on all of R"),
    "increasing": Fact("K", "sigma_{0.50} increases strictly", "s < t gives sigma(s) < sigma(t)"),
    "monotone": Fact(
        "K", "sigma_{0.50} is strictly monotone", "it or its negative increases strictly"
    ),
    "positive-slope": Fact("K", "sigma_{0.50} has positive slope", "sigma'(t) > 0 for every t"),
    "nonzero-slope": Fact("K", "sigma_{0.50} has nonzero slope", "sigma'(t) != 0 for every t"),
    "some-slope": Fact(
        "K", "sigma_{0.50} has a slope somewhere", "sigma'(t) exists at some t and is not 0"
    ),
    "not-constant": Fact("K", "sigma_{0.50} is not constant", "it takes two different values"),
    "bounded": Fact("K", "sigma_{0.50} is bounded", "some number exceeds all |sigma(t)|"),
    "linear-growth": Fact(
        "K",
        "sigma_{0.50} decays to the left and grows at most linearly",
        "|sigma(t)| <= r_1 exp(r_2 t) for t < 0 and <= r_3 t + r_4 for t >= 0, positive r_i",
    ),
    "one-sided-limit": Fact(
        "K", "sigma_{0.50} has finite limits, one of them 0", "at -infinity and at +infinity"
    ),
    "uniform-limit": Fact(
        "K I",
        "sigma_{0.50} is a uniform limit of analytic functions whose derivatives of orders below "
        "{1.50} at 0 are not 0",
        "uniform on R, and analytic on R; the orders begin with 0",
    ),
    "affine": Fact("K", "sigma_{0.50} is affine", "sigma(t) = a t + c"),
    "is-identity": Fact("K", "sigma_{0.50} is the identity", "the layer has no activation"),
    "named": Fact(
        "K name",
        "sigma_{0.50} is {1}",
        "the problem gives it under this name of the table, whatever its numbers",
    ),
    "dense": Fact("I", "layer {0.50} is dense", "each neuron reads the whole layer below"),
    "convolutional": Fact(
        "I",
        "layer {0.50} is convolutional",
        "a convolution over patches, in one group; a dense layer is one with one patch",
    ),
    "pooling": Fact(
        "I", "layer {0.50} is max-pooling", "the largest entry of each patch, without padding"
    ),
    "own-biases": Fact(
        "I", "layer {0.50} has a bias of each neuron", "and no two neurons share one"
    ),
    "no-biases": Fact("I", "layer {0.50} has no biases", ""),
    "covers": Fact(
        "I",
        "the patches of layer {0.50} cover the layer below",
        "every neuron is in one, no two patches are the same set",
    ),
    "well-formed": Fact("", "the units form a directed acyclic graph", "NMH19's networks"),
    "skip-analytic": Fact(
        "", "the units are analytic and increase strictly", "NMH19, Assumption 1.1"
    ),
    "skip-limits": Fact(
        "",
        "N skip units have limit 0 or open softplus paths",
        "NMH19, Assumption 1.2: N of them are bounded with limit 0 at -infinity, or N are softplus "
        "and have a way back to an input that meets no other skip unit and no weights of one",
    ),
    "skip-inputs": Fact(
        "",
        "units of inputs tell samples apart",
        "NMH19, Assumption 1.3: what such a unit reads differs from sample to sample",
    ),
    "skip-biases": Fact("", "each skip unit has its own bias", "no other unit has it"),
    "loss-named": Fact(
        "name", "l is {0}", "the problem gives it under this name, whatever its numbers"
    ),
    "convex-loss": Fact("", "l is convex", "and continuous, as a function of the outputs"),
    "smooth-loss": Fact(
        "", "l is twice continuously differentiable", "as a function of the residual"
    ),
    "stationary-loss": Fact("", "every zero of l' is a global minimum of l", ""),
    "one-sided-loss": Fact(
        "", "l is one-sided", "NH17, Assumption 5.2: l_1 for the own class, l_2 for others"
    ),
    "separable": Fact(
        "I",
        "the classes are linearly separable at layer {0.50}",
        "each class from all others, by a hyperplane for the rows of F_k",
    ),
    "weakly-global": Fact(
        "",
        "Phi is weakly global",
        "every strict local minimum, setwise and compact, has the value inf Phi",
    ),
}

#: Names that a formula binds, by kind: integers, real numbers, points, tuples, numbers given by
#: a definition, matrices written out, and other matrices. None is a word of the language.
NAMES: dict[str, tuple[str, ...]] = {
    "i": ("i", "j", "h", "r", "s", "i6"),
    "x": ("alpha", "beta", "mu", "nu", "tau", "alpha6"),
    "Q": ("p", "q", "p3"),
    "S": ("gamma", "delta", "eta", "gamma4"),
    "R": ("c", "e", "w", "c4"),
    "matrix": ("H", "R", "S", "H4"),
    "M": ("A", "B", "C", "A4"),
}


def bound_name(kind: str, n: int) -> str:
    """The name of binder number n, from 0, of this kind.

    >>> [bound_name("Q", n) for n in range(5)]
    ['p', 'q', 'p3', 'p4', 'p5']
    """
    names = NAMES[kind]
    return names[n] if n < len(names) else f"{names[0]}{n + 1}"


def kind_of(name: str) -> str:
    """The kind of a canonical name.

    >>> kind_of("q"), kind_of("H4"), kind_of("A12")
    ('Q', 'matrix', 'M')
    """
    letters = name.rstrip("0123456789")
    return next(kind for kind, names in NAMES.items() if letters in names)


def reserved() -> frozenset[str]:
    """The words of all phrases: no symbol of a problem and no bound name is one of them."""
    phrases = [head.phrase for head in TABLE.values()] + [fact.phrase for fact in FACTS.values()]
    found = {word for phrase in phrases for word in re.findall("[A-Za-z]+", phrase)}
    return frozenset(
        found | {w for text in (*DOMAINS, *KINDS, *POINTS, *SIDES) for w in text.split()}
    )
