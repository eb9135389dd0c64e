"""Hypotheses and errata that several statements of NH18 share."""

from exactland.proof.statements import Erratum, Hypothesis

STRUCTURE = Hypothesis(
    "convolutional_structure",
    "Assumption 2.4, assumed throughout the paper: every convolutional layer has filters W_k with "
    "M_k(W_k) of full rank.",
    "NH18:Asm2.4",
)
DISTINCT_PATCHES = Hypothesis(
    "distinct_patches",
    "Assumption 3.1: x_i^p != x_j^q for samples i != j and all patches p, q.",
    "NH18:Asm3.1",
)
WIDE = Hypothesis("wide_layer", "n_k = T_k P_{k-1} >= N.", "proof.instance.wide_layer")
ACTIVATIONS = Hypothesis(
    "activations",
    "sigma_1, ..., sigma_k satisfy Assumption 3.2.",
    "functions.facts.nh18_assumption_3_2",
)
ARCHITECTURE = (
    Hypothesis(
        "no_pooling",
        "Assumption 4.1: every layer is convolutional or dense.",
        "proof.instance.no_pooling",
    ),
    Hypothesis(
        "linear_output",
        "Assumption 4.1: the output layer is dense, without a function.",
        "proof.instance.linear_output",
    ),
    Hypothesis(WIDE.name, "Assumption 4.1(1): n_k >= N.", WIDE.check),
    Hypothesis(
        "activations",
        "Assumption 4.1(2): sigma_1, ..., sigma_{L-1} satisfy Assumption 3.2.",
        "functions.facts.nh18_assumption_3_2",
    ),
    Hypothesis(
        "monotone",
        "Assumption 4.1(3): sigma_{k+1}, ..., sigma_{L-1} are strictly monotone and "
        "differentiable.",
        "functions.facts.strictly_increasing",
        "decides increasing ones; for a decreasing sigma, ask for -sigma",
    ),
    Hypothesis(
        "pyramidal",
        "Assumption 4.1(4): n_{k+1} >= ... >= n_L.",
        "proof.instance.pyramidal",
    ),
)
IN_S_K = Hypothesis(
    "in_S_k",
    "The point lies in S_k: F_k and U_{k+2}, ..., U_L have full rank (U_{k+1} need not).",
    "conditions.ranks.rank",
    "asked for the features of layer k and the weights of layers k + 2, ..., L",
)

REMARK_ON_STRUCTURE = Erratum(
    "NH18:E1",
    "That every neuron lies in a patch and no two patches are equal does not give Assumption 2.4, "
    "not even for 2-D convolutions.",
    "n = 4, T = 1, patches (1,2), (3,2), (3,4), (1,4): U (-1,1,-1,1)^T = 0 for every W. The 2 x 2 "
    "filter with T = 2 on a 3 x 3 image: U is 9 x 8 of rank 7.",
)
INJECTIVITY = Erratum(
    "NH18:E3",
    "A continuous and non-constant function need not be injective on any interval.",
    "The Cantor function c, continued by 0 and 1, satisfies Assumption 3.2. On x = 0, 1, ..., 8 "
    "with d = n_1 = 1 two of the values c(w x + b) agree for every (w, b), so that two rows of F_2 "
    "are equal whatever n_2 is.",
)
SLOPE = Erratum(
    "NH18:E4",
    "Strictly increasing and differentiable does not give sigma' != 0, which the proof uses.",
    "k = 1, sigma_1 = r1 = 1/2 + t/(2(1+|t|)), sigma_2 = 1/2 + t^3/(2(1+|t|^3)), x = 0, 1, "
    "W_1 = (1, 1), b_1 = (-1, 0), W_2 = b_2 = 0, U_3 = 1, b_3 = 0, y = (0, 1): rank F_1 = 2 and "
    "all gradients are 0, but Phi = 1/4.",
)
REPAIRED_ACTIVATIONS = (
    "Assume of each sigma_l, l < k, that it is differentiable at some point with a nonzero "
    "derivative there, and read rho_2 > 0 in Assumption 3.2."
)
NONZERO_SLOPES = "Assume sigma_l'(t) != 0 for all t and l = k + 1, ..., L - 1."
