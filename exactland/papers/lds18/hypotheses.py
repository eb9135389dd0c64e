"""Hypotheses and errata that several statements of LDS18 share."""

from exactland.proof.statements import Erratum, Hypothesis

DISTINCT = Hypothesis(
    "distinct_coordinate",
    "A1: in one coordinate k the samples differ pairwise, X_ki != X_kj for i != j.",
    "LDS18:Asm1.A1",
)
CONVEX = Hypothesis(
    "convex_loss",
    "A2: l is convex and continuous in its second argument.",
    why="a property of the problem's loss, by its name",
)
WIDE = Hypothesis("wide_last_layer", "A3: d_H >= N.", "proof.instance.wide_last_hidden_layer")
CONTINUOUS = Hypothesis("continuous", "A4: sigma is continuous.", "functions.facts.continuous")
NO_BIASES = Hypothesis(
    "dense_without_biases",
    "The layers are dense, without biases, as from equation (4) on.",
    "proof.instance.without_biases",
    "decides the biases; proof.instance.fully_connected decides the layers",
)
ASSUMPTION_1 = (DISTINCT, CONVEX, WIDE, CONTINUOUS)
ASSUMPTION_2 = Hypothesis(
    "assumption_2",
    "Assumption 2: sigma is analytic and its derivatives of order 0, ..., n - 1 at 0 are nonzero.",
    "conditions.assumption_2.decide_assumption_2",
    "at the order n",
)
SPECIAL = (DISTINCT, CONVEX, ASSUMPTION_2)

NOT_COVERED = Erratum(
    "LDS18:E1",
    "Nothing ties n to the number N of samples, and Assumption 2 with n >= N does not cover the "
    "sigmoid and softplus, as the text says: sigmoid''(0) = 0, softplus'''(0) = 0. Without biases "
    "full rank then really fails.",
    "Sigmoid, x = (-1, 0, 1): s(-w) - 2 s(0) + s(w) = 0 for every w, so rank <= 2 at every width. "
    "Softplus, x = (-2, -1, 1, 2): the coefficients -1, 2, -2, 1 give rank <= 3. tanh, sin, "
    "arctan, erf: x = -a, a.",
)
ENOUGH_DERIVATIVES = "Assume n >= N in Assumption 2."
