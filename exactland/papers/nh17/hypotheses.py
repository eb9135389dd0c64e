"""Hypotheses that several statements of NH17 share."""

from exactland.proof.statements import Erratum, Hypothesis

DISTINCT_SAMPLES = Hypothesis(
    "distinct_samples",
    "Assumption 3.2(1): x_i != x_j for i != j.",
    "proof.instance.distinct_samples",
)
ACTIVATION = Hypothesis(
    "activation",
    "Assumption 3.2(2): sigma is analytic on R, strictly increasing, and bounded or of exponential "
    "decay to the left and at most linear growth to the right.",
    "functions.facts.nh17_assumption_3_2",
)
LOSS = Hypothesis(
    "loss",
    "Assumption 3.2(3): l is twice continuously differentiable, and every zero of l' is a global "
    "minimum of l.",
    why="l is a function and not data; the paper's examples are treated under Assumption 3.2",
)
ASSUMPTIONS_3_2 = (DISTINCT_SAMPLES, ACTIVATION, LOSS)
ALMOST_WIDE = Hypothesis(
    "almost_wide_layer",
    "n_k >= N - 1 for some k in 1, ..., L - 1.",
    "proof.instance.almost_wide_layer",
)
FULL_COLUMN_RANK_ABOVE = Hypothesis(
    "full_column_rank",
    "rank W_l = n_l for l = k + 2, ..., L.",
    "conditions.ranks.rank",
    "asked for the weights of each of these layers, with n_l <= n_{l-1}",
)

SLOPE = Erratum(
    "NH17:E1",
    "Strictly increasing and analytic does not give sigma' > 0, which the proofs use: the "
    "derivative may vanish at single points, and there Delta_k loses the residual.",
    "Theorem 3.4: sigma = tanh^3, l(a) = a^2, X = (0, 1), Y = (1/8, -1/8), L = 2, n_1 = m = 1, "
    "W_1 = b_1 = b_2 = 0, W_2 = 1: rank [X, 1] = 2 and every gradient is 0, but Phi = 1/32, and "
    "Phi = 0 elsewhere. Lemma 3.5 (k = 1): the same with W_1 = 1, W_2 = 0.",
)
POSITIVE_SLOPE = "Add sigma'(t) > 0 for every t."
