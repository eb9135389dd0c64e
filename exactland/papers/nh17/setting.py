"""NH17, sections 2 and 3: backpropagation, earlier work and the assumptions."""

from exactland.papers.nh17.hypotheses import (
    ASSUMPTIONS_3_2,
    POSITIVE_SLOPE,
    SLOPE,
)
from exactland.proof.statements import Erratum, Hypothesis, Statement

STATEMENTS = (
    Statement(
        id="NH17:Lem2.1",
        number="Lemma 2.1",
        title="Backpropagation",
        where="Section 2",
        kind="lemma",
        status="true",
        hypotheses=(
            Hypothesis(
                "smooth",
                "sigma and l are continuously differentiable.",
                "functions.facts.continuously_differentiable",
                "asked of sigma_1, ..., sigma_L at the entries of G_1, ..., G_L",
            ),
        ),
        conclusion="Delta_L = l'(F_L - Y) o sigma'(G_L) and Delta_k = (Delta_{k+1} W_{k+1}^T) o "
        "sigma'(G_k) for k < L, where o is the entrywise product; the gradients are "
        "dPhi/dW_k = F_{k-1}^T Delta_k and dPhi/db_k = Delta_k^T 1 for every k, with F_0 = X.",
    ),
    Statement(
        id="NH17:Thm3.1",
        number="Theorem 3.1",
        title="Gori and Tesi 1992",
        where="Section 3.1",
        kind="theorem",
        status="cited",
        hypotheses=(
            Hypothesis(
                "squared_loss", "l(a) = a^2.", why="a property of the problem's loss, by its name"
            ),
            Hypothesis(
                "positive_slope",
                "sigma is continuously differentiable with positive derivative.",
                "functions.facts.positive_derivative",
            ),
            Hypothesis(
                "tails",
                "sigma has the bounds d_ < sigma < d^, and at both ends the quotients of sigma' "
                "and, with the fitting sign, of sigma'' by the distance of sigma to its bound have "
                "positive limits.",
                why="these limits are not computed here",
            ),
            Hypothesis(
                "full_column_rank",
                "rank W_l = n_l for l = 2, ..., L.",
                "conditions.ranks.rank",
                "asked for the weights of each of these layers, with n_l <= n_{l-1}",
            ),
            Hypothesis(
                "injective_on_delta",
                "[X, 1]^T Delta_1 = 0 implies Delta_1 = 0.",
                why="a condition on all critical points; rank [X, 1] = N implies it",
            ),
            Hypothesis(
                "critical", "The point is a critical point of Phi.", "model.backward.gradients"
            ),
        ),
        conclusion="The point is a global minimum of Phi.",
        depends_on=("NH17:Lem2.1",),
        errata=(
            Erratum(
                "NH17:E2",
                "The hypotheses speak of sigma'' although sigma is only continuously "
                "differentiable.",
            ),
            Erratum(
                "NH17:E11",
                "What section 3.1 says of Yu and Chen, that every local minimum of a network with "
                "one hidden layer of n_1 = N - 1 units is global, is false.",
                "sigma(t) = t/sqrt(1 + t^2) in both layers, l(a) = a^2, X = (-1, 0, 1), "
                "Y = (-1/4, 1/2, -1/4), n_1 = 2, W_1 = 0, b_1 = (-3/4, -3/4), W_2 = (1, 1)^T, "
                "b_2 = 6/5: every gradient is 0 and Phi = 3/8, a local minimum, for nearby every "
                "term of Phi is convex in G_2, with slopes 1/2, -1, 1/2 at 0, and G_2 is convex "
                "as a function of x. Phi < 2/25 at W_1 = (3, 3), b_1 = (1/2, -1/2), "
                "W_2 = (1, -1)^T, b_2 = -1/2.",
            ),
        ),
    ),
    Statement(
        id="NH17:Asm3.2",
        number="Assumptions 3.2",
        title="Samples, activation and loss",
        where="Section 3.2",
        kind="assumption",
        status="definition",
        hypotheses=ASSUMPTIONS_3_2,
        conclusion="(1) The samples are pairwise different. (2) sigma is analytic on R, strictly "
        "increasing, and (a) bounded, or (b) |sigma(t)| <= rho_1 exp(rho_2 t) for t < 0 and "
        "|sigma(t)| <= rho_3 t + rho_4 for t >= 0, with positive constants. (3) l is twice "
        "continuously differentiable and every zero of l' is a global minimum of l.",
        repaired=POSITIVE_SLOPE,
        errata=(
            SLOPE,
            Erratum(
                "NH17:E3",
                "The Blake-Zisserman loss does not approximate a^2 for small a: it is a constant "
                "plus a^2/(1 + delta) there, up to higher orders.",
                "delta = 1: l(a) = -log 2 + a^2/2 + O(a^4).",
            ),
        ),
        remarks=(
            "Squared, pseudo-Huber (delta != 0), Blake-Zisserman, corrupted Gaussian and Cauchy "
            "losses satisfy (3): l'(a)/a > 0 for a != 0. Corrupted Gaussian is quadratic for "
            "alpha = 0 and 1.",
        ),
    ),
    Statement(
        id="NH17:Lem3.3",
        number="Lemma 3.3",
        title="Sigmoid, tanh and softplus are covered",
        where="Section 3.2",
        kind="lemma",
        status="true",
        hypotheses=(
            Hypothesis(
                "alpha_positive",
                "alpha > 0 for softplus log(1 + exp(alpha t))/alpha.",
                "functions.activations.activation",
                "refuses another alpha",
            ),
        ),
        conclusion="The sigmoid 1/(1 + exp(-t)), tanh and softplus satisfy Assumption 3.2(2): the "
        "first two are bounded, softplus has rho = (1/alpha, alpha, 1, log(2)/alpha).",
        depends_on=("NH17:Asm3.2",),
        remarks=("All three have sigma' > 0, so the repaired statements hold for them.",),
    ),
)
