"""For every script and every hypothesis of it an instance on which that hypothesis fails.

``BROKEN`` says at which step the script has to stop there, what it has to show, and what happens
when the hypothesis is dropped. ``NOT_ON_AN_INSTANCE`` lists the hypotheses that no instance
violates, with the reason; ``STANDS`` those without which a script reaches its goal all the same,
since the conclusion does not need them. Beside the hypotheses of a statement and what its steps
check by name there are ``CONDITIONS``: claims that are no more than a condition on the instance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from script_instances import (
    CONSTANT,
    INVERSE,
    LINE,
    PLANE,
    SIGNALS,
    SOFTPLUS,
    TWICE,
    bare,
    convolution,
    dense,
    pooling,
    problem,
    skip,
    three,
    unit,
)

import exactland
from exactland.model.problem import Problem

#: What is said where no step fails without the dropped hypothesis.
NO_PROOF = "No step fails on this instance without what is dropped. That is no proof"
#: What is said where the dropped hypothesis is the conclusion.
CONCLUSION = "It is the conclusion itself that was dropped"
#: The classes of claims that are conditions on the instance and have no name as a hypothesis.
CONDITIONS: tuple[str, ...] = ()


@dataclass(frozen=True)
class Broken:
    """An instance on which a hypothesis fails, and what the script shows there.

    Attributes
    ----------
    made, k : the problem and the layer.
    claim : the class of the claim at which the script stops, and the beginning of its words.
    words : a part of the relation that is shown: the numbers of the instance.
    dropped : a part of what is shown when the hypothesis is dropped; None if it has no name.
    """

    made: Callable[[], Problem]
    claim: tuple[str, str]
    words: str
    dropped: str | None = NO_PROOF
    k: int = 1


TARGETS = [1, 0, 2, 1]
EQUAL = [[0, 1], [1, 2], [0, 1]]
FOUR = [[1, 2, 4, 8], [0, 3, 9, 5], [7, -1, -3, 6]]


def line(*values: Any) -> list[list[Any]]:
    return [[value] for value in values]


def four_cycle() -> Problem:
    """The patches of the four-cycle: U_1 has rank 3 whatever the filter is (NH18:E1)."""
    layer = exactland.Convolution([(0, 1), (2, 1), (2, 3), (0, 3)], 1, activation="sigmoid")
    return problem(FOUR, layer, dense(1), targets=[1, 2, 3])


def equal_patches() -> Problem:
    return problem(TWICE, convolution("sigmoid"), dense(1), targets=[1, 2, 3])


def tied() -> Problem:
    return problem(SIGNALS[:3], convolution("sigmoid", 2, "filter"), dense(1), targets=[1, 2, 3])


def on_a_line(sigma: Any, width: int = 4, bias: str = "neuron") -> Problem:
    return problem(LINE, dense(width, sigma, bias), dense(1), targets=TARGETS)


def pooled_first() -> Problem:
    """Max-pooling takes two of the samples to the same value."""
    return problem(SIGNALS, pooling((0, 1), (1, 2)), dense(4, "sigmoid"), dense(1))


def on_a_plane(sigma: Any, width: int = 3, bias: str = "neuron", inputs: Any = PLANE) -> Problem:
    return problem(inputs, dense(width, sigma, bias), dense(1))


def convolutional() -> Problem:
    layer = exactland.Convolution([(0,), (1,)], 3, activation="sigmoid")
    return problem(PLANE, layer, dense(1))


def at_a_kink() -> Problem:
    """G_1 = 0 at the first sample."""
    one = {"W": [[1]], "b": [0]}
    layers = [dense(1, "relu"), dense(1)]
    return problem(line(0, 1), *layers, targets=[1, 1], parameters=[one, one], loss="squared")


def kink_above() -> Problem:
    one = {"W": [[1]], "b": [0]}
    layers = [dense(1, "tanh"), dense(1, "relu"), dense(1)]
    return problem(line(0), *layers, targets=[1], parameters=[one] * 3, loss="half-squared")


def linear_convolution() -> Problem:
    parameters = [{"W": [[1, 2, 3]], "b": [0] * 6}, {"W": [[1]] * 6, "b": [0]}]
    layer = exactland.Convolution([(0,), (1,)], 3)
    return problem(PLANE, layer, dense(1), parameters=parameters)


def biased() -> Problem:
    return problem(line(1, 2), dense(2, "exp"), dense(1))


def bare_convolution() -> Problem:
    layer = exactland.Convolution([(0,), (1,)], 2, "none", "exp")
    return problem([[1, 2], [2, 1]], layer, dense(1, bias="none"))


def chain() -> Problem:
    """Every unit is a skip unit, so that every path backwards meets one."""
    return skip(
        [
            unit("a", 1, [0, 1], SOFTPLUS),
            unit("b", 2, ["a"], SOFTPLUS),
            unit("c", 3, ["b"], SOFTPLUS),
        ],
        "a b c",
    )


def equal_unit_patches() -> Problem:
    """Unit a reads the first entry, in which the samples 1 and 2 agree."""
    units = [unit("a", 1, [0], "sigmoid"), unit("b", 1, [1], "sigmoid")]
    return skip([*units, unit("c", 2, ["a"], "sigmoid")], "a b c", [[0, 1], [0, 2], [1, 3]])


def two_skips() -> Problem:
    return skip([unit("a", 1, [0, 1], "sigmoid"), unit("b", 1, [1, 0], "sigmoid")], "a b")


def two_families() -> Problem:
    units = [unit("a", 1, [0, 1], "sigmoid"), unit("b", 1, [1, 0], "sigmoid")]
    return skip([*units, unit("c", 1, [0, 1], SOFTPLUS)], "a b c")


#: (script, hypothesis) -> the instance.
BROKEN: dict[tuple[str, str], Broken] = {}
#: The same for the claims of ``CONDITIONS``, by their class.
OF_CONDITIONS: dict[tuple[str, str], tuple[Broken, ...]] = {}
#: (script, hypothesis) -> why no instance violates it.
NOT_ON_AN_INSTANCE: dict[tuple[str, str], str] = {}
#: (script, hypothesis) -> an instance on which it fails, with its layer, and why that is no harm.
STANDS: dict[tuple[str, str], tuple[Callable[[], Problem], int, str]] = {}


def broken(ids: str, name: str, made: Callable[[], Problem], claim: str, start: str, words: str,
           dropped: str | None = NO_PROOF, k: int = 1) -> None:  # fmt: skip
    """An entry of BROKEN for each of the scripts."""
    for id in ids.split():
        BROKEN[id, name] = Broken(made, (claim, start), words, dropped, k)


def condition(ids: str, claim: str, made: Callable[[], Problem], words: str, k: int = 1) -> None:
    """An entry of OF_CONDITIONS for each of the scripts."""
    for id in ids.split():
        entry = Broken(made, (claim, ""), words, None, k)
        OF_CONDITIONS[id, claim] = (*OF_CONDITIONS.get((id, claim), ()), entry)


HOLDS = "HypothesisHolds"

# NH17. Lemmas 4.3 and 4.4 and Corollary 4.5 have one proof.

WITNESS = "NH17:Lem4.3 NH17:Lem4.4 NH17:Cor4.5"
ALL_DENSE, NOT_DENSE = "for all i in 1..L: layer i is dense", "for i = 1: layer i is dense"

broken(WITNESS, "fully_connected", convolutional, "Said", ALL_DENSE, NOT_DENSE,
       "W_1 is 1 x 3, not 2 x 6")  # fmt: skip
broken("NH17:Lem4.1", "fully_connected", convolutional, "Said", ALL_DENSE, NOT_DENSE)
broken("NH17:Lem2.1", "fully_connected", convolutional, "Said", ALL_DENSE, NOT_DENSE,
       "the problem has no loss")  # fmt: skip
broken("NH17:LinearRanks", "fully_connected", linear_convolution, "Said", ALL_DENSE, NOT_DENSE,
       "it holds formally: F_2 = F_0 W_1 W_2", k=2)  # fmt: skip
broken(
    WITNESS,
    "distinct_samples",
    lambda: on_a_plane("tanh", inputs=EQUAL),
    "Said",
    "X has distinct rows",
    "rows 1 and 3 are equal",
    "<a, z_1> and <a, z_3> are not different: both",
)
broken(
    WITNESS,
    "activation",
    lambda: on_a_plane("sin"),
    "Said",
    "sigma_1 is real analytic",
    "sigma_1 increases strictly",
    "the limit is not finite",
)
broken(
    WITNESS,
    "almost_wide_layer",
    lambda: on_a_plane("sigmoid", 2),
    "Said",
    "N - 1 <= n_1",
    "N - 1 is 3 and n_1 is 2",
    "rank beside(F_1, ones(N, 1)) is 3.0",
)
broken(
    WITNESS,
    "biases_of_their_own",
    lambda: on_a_plane("sigmoid", 3, "none"),
    "Said",
    "for all i in 1..L: layer i has a bias of each neuron",
    "for i = 1: layer i has a bias of each neuron",
    "layer 1 has no b",
)
broken(
    "NH17:Lem4.1",
    "analytic",
    lambda: on_a_plane("relu"),
    "Said",
    "sigma_1 is real analytic",
    "it has a kink at 0",
    "the network is not shown to be analytic",
)
broken(
    "NH17:Lem2.1",
    "smooth",
    at_a_kink,
    "Said",
    "at given: 0 <= norm(sigma_1^(1)(G_1))",
    "its slopes are 0 and 1",
    "its slopes are 0 and 1",
)
condition("NH17:Lem3.3", "Said", lambda: on_a_plane("arctan"), 'sigma_1 is "sigmoid"')
condition("NH17:Lem3.3", "Said", pooled_first, "a pooling layer has no activation")
condition("NH17:Lem2.1", "Said", lambda: on_a_plane("tanh"), "the problem has no loss")
condition(
    "NH17:LinearRanks",
    "Said",
    lambda: problem(
        PLANE,
        dense(1, "tanh"),
        dense(1),
        parameters=[{"W": [[1], [2]], "b": [0]}, {"W": [[1]], "b": [0]}],
    ),
    "evaluation does not decide it",
    2,
)

# NH18.

D1 = "NH18:LemD.1"
CNN = "NH18:Thm3.4 NH18:Thm3.5 NH18:Cor3.6"
STRUCTURE = "U_1 (4 x 4) has rank at most 3 for every W_1"

broken(
    "NH18:Asm2.4",
    "convolutional_structure",
    four_cycle,
    "Said",
    "for some parameters: rank U_1 = min(n_0, n_1)",
    "U_1 (4 x 4) has rank at most 3 for all parameters",
    "U_1 (4 x 4) has rank at most 3",
)
broken(
    "NH18:Lem2.5",
    "convolutional_structure",
    four_cycle,
    "Said",
    "for some parameters: rank U_1 = min(n_0, n_1)",
    "U_1 (4 x 4) has rank at most 3 for all parameters",
    "filters with U_1 of full rank",
)
broken(
    f"{CNN} {D1}",
    "convolutional_structure",
    four_cycle,
    "Assumption",
    "NH18:Asm2.4",
    STRUCTURE,
    "Q for layer 1 with M_1(Q) of full rank 4",
)
broken(
    "NH18:Lem2.5",
    "layer_with_weights",
    pooled_first,
    "Said",
    "layer 1 is convolutional",
    "layer 1 is convolutional",
    "max-pooling has no weights",
)
broken(
    "NH18:Asm3.1",
    "distinct_patches",
    equal_patches,
    "Said",
    "for all i in 1..N: for all j in 1..i - 1",
    "for i = 2, j = 1, h = 1, r = 1",
    CONCLUSION,
)
broken(
    f"{CNN} {D1}",
    "distinct_patches",
    equal_patches,
    "Assumption",
    "NH18:Asm3.1",
    "patch 1 of sample 1 equals patch 1 of sample 2: (0, 1)",
    "are not different: both",
)
broken(
    "NH18:Asm3.2",
    "activation",
    lambda: on_a_line("sin"),
    "Said",
    "sigma_1 has finite limits, one of them 0 or sigma_1 decays",
    "abs(sigma) does not: it has period 2 pi",
    "abs(sigma) does not: it has period 2 pi",
)
broken(
    "NH18:Thm3.4",
    "layers",
    pooled_first,
    HOLDS,
    "layers 1 and k are",
    "layer 1 is max-pooling",
    "f_1(x_1)_1 and f_1(x_2)_1 are not different: both 1",
    k=2,
)
broken(
    "NH18:Thm3.5",
    "no_pooling",
    lambda: problem(SIGNALS, convolution("sigmoid"), pooling(), dense(4, "sigmoid"), dense(1)),
    HOLDS,
    "layers 1 to k are",
    "layer 2 is max-pooling",
    "layer 2 is max-pooling",
    k=3,
)
broken(
    "NH18:Cor3.6",
    "first_and_kth_not_pooling",
    lambda: problem(
        SIGNALS, convolution("sigmoid"), pooling((0,), (1,), (2,), (3,)), dense(1), targets=TARGETS
    ),
    HOLDS,
    "Layer 2: layers 1 and k are",
    "layer 2 is max-pooling",
    "Q for layer 2, which is max-pooling",
)
broken(
    "NH18:Thm3.4 NH18:Thm3.5",
    "wide_layer",
    lambda: on_a_line("sigmoid", 3),
    HOLDS,
    "n_k >= N",
    "n_1 = 3 and N = 4",
    "a neuron for each of the N = 4 samples: there are 3",
)
broken(
    "NH18:Cor3.6",
    "theorem_3_4",
    lambda: on_a_line("sigmoid", 3),
    HOLDS,
    "the last hidden layer is wide",
    "n_1 = 3 and N = 4",
    "n_1 = 3 and N = 4",
)
broken(
    "NH18:Thm3.4 NH18:Thm3.5",
    "activations",
    lambda: on_a_line("exp"),
    HOLDS,
    "Layer 1: the activation",
    "it grows faster than rho_3 t + rho_4 at +infinity",
    "with rank F_1 = 4",
)
broken(
    "NH18:Cor3.6",
    "nh18_assumption_3_2",
    lambda: on_a_line("identity"),
    HOLDS,
    "Layer 1: the activation",
    "it tends to -infinity at -infinity",
    "with rank F_1 = 4 (there it is 2)",
)
broken(
    "NH18:Thm3.5",
    "analytic",
    lambda: on_a_line("relu"),
    HOLDS,
    "Layer 1: the activation is",
    "relu: it has a kink at 0",
    "the activation of layer 1 is shown to be analytic",
)
broken(
    "NH18:Thm3.4",
    "own_biases",
    tied,
    HOLDS,
    "every neuron has its own bias",
    "the bias of layer 1 is 'filter'",
    "b has 4 entries, but the layer needs 2",
)
broken(
    "NH18:Thm3.5 NH18:Cor3.6",
    "biases_of_their_own",
    tied,
    HOLDS,
    "every neuron has its own bias",
    "the bias of layer 1 is 'filter'",
    "b has 4 entries, but the layer needs 2",
)
broken(
    D1,
    "biases_of_their_own",
    tied,
    HOLDS,
    "every neuron has its own bias",
    "the bias of layer 1 is 'filter'",
)
broken(
    "NH18:Cor3.6",
    "scalar_output",
    lambda: problem(LINE, dense(4, "sigmoid"), dense(1, "relu"), targets=[-1, 0, 1, 1]),
    HOLDS,
    "f_L(x) = sum_j lambda_j",
    "it applies relu",
)
broken(
    "NH18:Cor3.6",
    "scalar_targets",
    lambda: problem(LINE, dense(4, "sigmoid"), dense(1)),
    HOLDS,
    "there is a y in R^N",
    "the data have no targets",
    "n_1 = 4, N = 4",
)
broken(
    D1,
    "first_layer",
    pooled_first,
    HOLDS,
    "layer 1 is",
    "layer 1 is max-pooling",
    "f_1(x_1)_1 and f_1(x_2)_1 are not different: both 1",
    k=2,
)
broken(
    D1,
    "continuous",
    lambda: on_a_line(INVERSE),
    HOLDS,
    "Layer 1: the activation is continuous",
    "the denominator t is not seen to be positive or negative everywhere",
)
broken(
    D1,
    "non_constant",
    lambda: on_a_line(CONSTANT),
    HOLDS,
    "Layer 1: the activation is not constant",
    "polynomial: it is constant",
    "NH18:E3",
)
broken(
    "NH18:LemH.1",
    "differentiable",
    kink_above,
    "Said",
    "sigma_2 is continuously differentiable",
    "relu: it has a kink at 0",
    "its slopes are 0 and 1",
)
broken(
    "NH18:LemH.1",
    "layer_above",
    lambda: on_a_line("relu"),
    "Said",
    "2 + 1 <= L",
    "L is 2",
    "the problem has no loss",
    k=2,
)
broken(
    "NH18:LemH.2 NH18:LemH.3",
    "tall",
    lambda: on_a_line("sigmoid", 3),
    "Said",
    "N <= n_1",
    "N is 4 and n_1 is 3",
    "s_min(A) > 0: rank F_1 = N",
)
condition("NH18:Lem3.3", "Said", lambda: on_a_line("gelu"), 'sigma_1 is "relu"')
condition(
    "NH18:LemH.1",
    "Said",
    lambda: problem(SIGNALS, convolution("relu"), pooling(), dense(1), targets=TARGETS),
    "layer 2 is convolutional",
)
condition(
    "NH18:LemH.1",
    "Said",
    lambda: problem(LINE, dense(2), dense(1, "tanh"), targets=TARGETS),
    "evaluation does not decide it",
)
condition("NH18:LemH.1", "Said", lambda: problem(LINE, dense(2), dense(1)), "no loss")
for _id, _k, _said in (
    ("NH18:Def2.1", 2, "layer 2 is convolutional"),
    ("NH18:Def2.2", 1, "layer 1 is dense"),
    ("NH18:Def2.3", 3, "layer 3 is max-pooling"),
):
    condition(
        _id,
        "Said",
        lambda: problem(SIGNALS, convolution("relu"), pooling(), dense(1)),
        _said,
        _k,
    )

# NMH19.

SKIPS = "NMH19:Asm1 NMH19:Lem2"
for _id, _dropped in (("NMH19:Asm1", "r1: not analytic"), ("NMH19:Lem2", "shown to be analytic")):
    broken(
        _id,
        "activations",
        lambda: three("r1"),
        "Said",
        "the units are analytic",
        "unit a, r1: not analytic: its second derivative has different limits at 0",
        _dropped,
    )
broken(
    "NMH19:Asm1",
    "enough_skip_units",
    two_skips,
    "Said",
    "N <= skips",
    "where N is 3 and skips is 2",
    "M = 2 and N = 3",
)
broken(
    "NMH19:Lem2",
    "enough_skip_units",
    two_skips,
    "Said",
    "N <= skips",
    "where N is 3 and skips is 2",
    "3 <= rank Psi",
)
broken(
    "NMH19:Asm1",
    "skip_activations",
    chain,
    "Said",
    "N skip units have limit 0 or open softplus paths",
    "3 are softplus, 1 of these with a path",
    "1 of these with a path",
)
broken(
    "NMH19:Lem2",
    "skip_activations",
    two_families,
    "Said",
    'sigma_"c" is bounded',
    "softplus: it tends to infinity",
)
broken(
    "NMH19:Asm1",
    "distinct_patches",
    equal_unit_patches,
    "Said",
    "units of inputs tell samples apart",
    "unit a reads the same inputs in samples 1 and 2",
    "unit a reads the same inputs",
)
broken(
    "NMH19:Lem2",
    "distinct_patches",
    equal_unit_patches,
    "Said",
    "units of inputs tell samples apart",
    "unit a reads the same inputs in samples 1 and 2",
    "unit a: G[1] and G[2] are not shown to be different",
)
broken(
    "NMH19:Lem2",
    "private_biases",
    lambda: three("sigmoid", bias="ba"),
    "Said",
    "each skip unit has its own bias",
    "unit a has none of its own",
)

# LDS18.

RANKS = "LDS18:Lem3 LDS18:Prop3 LDS18:Prop4"
NONZERO = "for all i in 0..{}: sigma_1^(i)(0) != 0"
BARE, FULLY = "for all i in 1..L: layer i has no biases", "for all i in 1..L: layer i is dense"
COLUMN = "for some i in 1..n_0: X[:, (i,)] has distinct rows"
APART = "a coordinate in which the samples differ pairwise (A1)"
broken(
    RANKS,
    "assumption_2",
    lambda: bare(line(-1, 0, 1), [3, 1], "sigmoid"),
    "Said",
    NONZERO.format(2),
    "derivative 2 of sigma at 0 is 0. f(x_1) - 2 f(x_2) + f(x_3) = 0",
    "false: det [i <= 3, j <= 3: z[i, 1]^(j - 1) sigma_1^(j - 1)(0)] != 0",
)
broken(
    "LDS18:Lem4",
    "assumption_2",
    lambda: bare(line(1, 2, 3), [3, 1], "sigmoid"),
    "Said",
    NONZERO.format(2),
    "derivative 2 of sigma at 0 is 0",
    "false: det [i <= N, j <= N: X[i, 1]^(j - 1) sigma_1^(j - 1)(0)] != 0",
)
broken(
    "LDS18:Lem6",
    "assumption_2",
    lambda: bare(line(1, -1), [2, 1], "cos"),
    "Said",
    NONZERO.format(1),
    "derivative 1 of sigma at 0 is 0. f(x_1) - f(x_2) = 0",
    "lambda with different sigma_1(lambda z_j)",
)
broken(
    "LDS18:Asm2",
    "assumption_2",
    lambda: bare(line(1, 2), [2, 1], "tanh"),
    "Said",
    NONZERO.format(1),
    "derivative 0 of sigma at 0 is 0",
    "false: sigma_1 is real analytic and (for all i in 0..N - 1: sigma_1^(i)(0) != 0)",
)
broken(
    f"{RANKS} LDS18:Asm2 LDS18:Lem6",
    "analytic",
    lambda: bare(line(1, 2), [2, 1], "relu"),
    "Said",
    "sigma_1 is real analytic",
    "relu: it has a kink at 0",
    "sigma_1^(i)(0) is 0",
)
broken(
    "LDS18:Moments",
    "analytic",
    lambda: bare(line(1, 2), [2, 1], "relu"),
    "Said",
    "sigma_1 is real analytic",
    "relu: it has a kink at 0",
    "a degree in the Taylor support of sigma with a moment that is not 0",
)
broken(
    RANKS,
    "distinct_coordinate",
    lambda: bare(line(1, 2, 1), [3, 1], "exp"),
    "Said",
    COLUMN,
    "for i = 1: X[:, (i,)] has distinct rows: rows 1 and 3 are equal",
    APART,
)
broken(
    "LDS18:Lem4",
    "distinct",
    lambda: bare(line(1, 2, 1), [3, 1], "exp"),
    "Said",
    COLUMN,
    "for i = 1: X[:, (i,)] has distinct rows: rows 1 and 3 are equal",
    APART,
)
broken(
    "LDS18:Lem6",
    "distinct_samples",
    lambda: bare(line(1, 2, 1), [3, 1], "exp"),
    "Said",
    "X has distinct rows",
    "rows 1 and 3 are equal",
    "<w, x_1> and <w, x_3> are not different",
)
broken(
    "LDS18:Lem3",
    "dense_without_biases",
    biased,
    "Said",
    BARE,
    "for i = 1: layer i has no biases",
)
broken(
    "LDS18:Prop3 LDS18:Prop4 LDS18:Lem6",
    "without_biases",
    biased,
    "Said",
    BARE,
    "for i = 1: layer i has no biases",
)
broken(
    "LDS18:Moments",
    "without_biases",
    biased,
    "Said",
    BARE,
    "for i = 1: layer i has no biases",
    "false: layer 1 is dense and layer 1 has no biases",
)
broken(
    "LDS18:Lem3 LDS18:Prop4 LDS18:Lem6",
    "fully_connected",
    bare_convolution,
    "Said",
    FULLY,
    "for i = 1: layer i is dense",
    "W_1 is 1 x 2, not 2 x 4",
)
broken(
    "LDS18:Prop3",
    "fully_connected",
    bare_convolution,
    "Said",
    FULLY,
    "for i = 1: layer i is dense",
    "false: n_0 = 1 and N <= n_1",
)
broken(
    "LDS18:Moments",
    "fully_connected",
    bare_convolution,
    "Said",
    FULLY,
    "for i = 1: layer i is dense",
    "false: layer 1 is dense and layer 1 has no biases",
)
broken(
    "LDS18:Lem1",
    "continuous",
    lambda: bare(line(1, 2), [2, 1], INVERSE),
    "Said",
    "sigma_1 is continuous",
    "the denominator t is not seen to be positive or negative everywhere",
    "not shown: sigma_1 is a uniform limit",
)
condition(
    "LDS18:Prop3", "Said", lambda: bare([[0, 1], [1, 2]], [2, 1], "exp"), "n_0 = 1, where n_0 is 2"
)
condition("LDS18:Prop3", "Said", lambda: bare(line(1, 2), [1, 1], "exp"), "N <= n_1, where N is 2")

# What cannot fail on an instance.

_LOSS = "l is no part of the conclusion: the lemma is about features"
_TABLE = "the statement is about fixed published architectures, not about the instance"
for _key, _why in {
    ("NH17:Lem3.3", "alpha_positive"): "another alpha is refused when the activation is made",
    ("NH18:Lem3.3", "alpha_positive"): "another alpha is refused when the activation is made",
    ("NH17:Lem4.1", "loss"): _LOSS,
    ("NH17:Lem4.3", "loss"): _LOSS,
    ("NH17:Lem4.4", "loss"): _LOSS,
    ("NH17:Cor4.5", "loss"): _LOSS,
    ("NH18:Def2.1", "patches"): "other patches are refused when the layer is made",
    ("NH18:Tab1", "architectures"): _TABLE,
    ("NH18:Tab2", "training"): "an experiment; the script checks the arithmetic of the table",
    ("NH18:Fig1", "widths"): _TABLE,
    ("NMH19:DefNet", "network"): "other networks are refused when they are made",
    ("NH18:Cor3.6", "wide_layer"): "the hypothesis theorem_3_4 asks the same before",
    ("NH18:Thm3.5", "first_and_kth_not_pooling"): "the hypothesis no_pooling asks more before",
    ("LDS18:Lem3", "convex_loss"): "l is no part of the conclusion: it is about T_H",
    ("LDS18:Prop3", "convex_loss"): "l is no part of the conclusion: it is about sigma(w x^T)",
    ("LDS18:Prop4", "convex_loss"): "l is no part of the conclusion: it is about sigma(W X)",
    ("LDS18:Lem3", "continuous"): "an analytic sigma is continuous, and that is asked",
    ("LDS18:Lem6", "different"): "a and b are the samples: see distinct_samples",
}.items():  # fmt: skip
    NOT_ON_AN_INSTANCE[_key] = _why

# The zeros of a minor: NH17's Lemma 4.2 and NH18's Lemma A.1.

broken(
    "NH17:Lem4.2",
    "analytic",
    lambda: on_a_plane("relu"),
    "Said",
    "sigma_1 is real analytic",
    "it has a kink at 0",
    "the network is not shown to be analytic",
)
broken(
    "NH17:Lem4.2",
    "almost_wide_layer",
    lambda: on_a_line("tanh", 2),
    "Said",
    "N - 1 <= n_1",
    "N - 1 is 3 and n_1 is 2",
    "there is no row or column 4",
)
broken(
    "NH17:Lem4.2",
    "distinct_samples",
    lambda: on_a_plane("tanh", inputs=EQUAL),
    "Said",
    "X has distinct rows",
    "rows 1 and 3 are equal",
    "it is not at 8 points drawn at random",
)
broken(
    "NH17:Lem4.2",
    "not_zero",
    lambda: problem(line(1, -1, 2), dense(4, "identity"), dense(1)),
    "Said",
    "for some parameters: det",
    "it is not at 8 points drawn at random",
    CONCLUSION,
)
broken(
    "NH18:LemA.1",
    "distinct_samples",
    lambda: on_a_plane("tanh", 4, inputs=EQUAL),
    HOLDS,
    "x_i != x_j",
    "samples 1 and 3 are the same",
    "F_1 (3 x 4) has rank at most 2 for all parameters",
)
broken(
    "NH18:LemA.1",
    "not_zero",
    lambda: problem(line(1, -1, 2), dense(4, "sin", "none"), dense(1)),
    "SomewhereNonzero",
    "f, a minor of F_1, is not identically 0",
    "F_1 (3 x 4) has rank at most 2 for all parameters",
    CONCLUSION,
)

# What fails without harm.

STANDS["NH17:Lem4.1", "distinct_samples"] = (
    lambda: on_a_plane("sigmoid", inputs=EQUAL), 1, "only the analyticity of sigma is used",
)  # fmt: skip
STANDS["NH17:Lem4.1", "activation"] = (
    lambda: on_a_plane("sin"), 1, "only the analyticity of sigma is used",
)  # fmt: skip
STANDS["NH18:LemA.1", "analytic"] = (
    lambda: on_a_line("relu"), 1, "F_1 is not analytic; U_1 is, whatever the activation",
)  # fmt: skip
#: Not the same hypothesis as those of BROKEN, or other instances of it.
STANDS["NH18:Thm3.4", "activations"] = (
    lambda: on_a_line("tanh"), 1, "finite limits suffice: the repaired theorem, (A)",
)  # fmt: skip
STANDS["NH18:Thm3.4", "convolutional_structure"] = (
    lambda: problem(
        FOUR, dense(4, "sigmoid"),
        exactland.Convolution([(0, 1), (2, 1), (2, 3), (0, 3)], 1, activation="sigmoid"), dense(1),
    ),
    1, "a layer above layer k is no part of the conclusion",
)  # fmt: skip
STANDS["NMH19:Lem2", "skip_activations"] = (
    chain, 1, "no backward path is needed: the repaired lemma asks for biases of their own",
)  # fmt: skip
STANDS["LDS18:Prop4", "assumption_2"] = (
    lambda: bare(line(1, 2, 3), [2, 1], "sigmoid"), 1, "only n = min(d, N) derivatives are used",
)  # fmt: skip
STANDS["LDS18:Lem3", "wide_last_layer"] = (
    lambda: bare(line(1, 2, 3), [2, 1], "exp"), 1, "the lemma speaks of min(d_H, N)",
)  # fmt: skip
