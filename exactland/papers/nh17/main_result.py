"""NH17, section 3.2: the main result."""

from exactland.papers.nh17.hypotheses import (
    ALMOST_WIDE,
    ASSUMPTIONS_3_2,
    FULL_COLUMN_RANK_ABOVE,
    POSITIVE_SLOPE,
    SLOPE,
)
from exactland.proof.statements import Erratum, Hypothesis, Statement

STATEMENTS = (
    Statement(
        id="NH17:Thm3.4",
        number="Theorem 3.4",
        title="Linearly independent training samples",
        where="Section 3.2",
        kind="theorem",
        status="false",
        hypotheses=(
            *ASSUMPTIONS_3_2,
            Hypothesis(
                "independent_samples",
                "rank [X, 1] = N.",
                "linalg.rational.rational_rank",
                "applied to the inputs with a column of ones",
            ),
            Hypothesis(
                "full_column_rank",
                "rank W_l = n_l for l = 2, ..., L.",
                "conditions.ranks.rank",
                "asked for the weights of each of these layers, with n_l <= n_{l-1}",
            ),
            Hypothesis(
                "critical", "The point is a critical point of Phi.", "model.backward.gradients"
            ),
        ),
        conclusion="The point is a global minimum of Phi.",
        depends_on=("NH17:Asm3.2", "NH17:Lem2.1"),
        repaired=POSITIVE_SLOPE,
        errata=(SLOPE,),
        remarks=("rank [X, 1] = N needs N <= d + 1.",),
    ),
    Statement(
        id="NH17:Lem3.5",
        number="Lemma 3.5",
        title="Linearly independent features at layer k",
        where="Section 3.2",
        kind="lemma",
        status="false",
        hypotheses=(
            *ASSUMPTIONS_3_2,
            Hypothesis(
                "independent_features",
                "rank [F_k, 1] = N for some k in 1, ..., L - 1.",
                "linalg.rational.rational_rank",
                "applied to F_k with a column of ones, where F_k is rational",
            ),
            FULL_COLUMN_RANK_ABOVE,
            Hypothesis(
                "critical_at_k_plus_1",
                "The gradients of Phi for W_{k+1} and b_{k+1} vanish.",
                "model.backward.gradients",
            ),
        ),
        conclusion="The point is a global minimum of Phi.",
        depends_on=("NH17:Asm3.2", "NH17:Lem2.1", "NH17:Thm3.4"),
        repaired=POSITIVE_SLOPE,
        errata=(SLOPE,),
    ),
    Statement(
        id="NH17:Def3.6",
        number="Definition 3.6",
        title="Block Hessian",
        where="Section 3.2",
        kind="definition",
        status="definition",
        conclusion="The Hessian of a C^2 function for a subset S of its variables is the principal "
        "block of its Hessian with the rows and columns of S.",
    ),
    Statement(
        id="NH17:Def3.7",
        number="Definition 3.7",
        title="Non-degenerate critical point",
        where="Section 3.2",
        kind="definition",
        status="definition",
        conclusion="A critical point is non-degenerate on S if the Hessian block of S is "
        "nonsingular there, and non-degenerate if the whole Hessian is.",
        depends_on=("NH17:Def3.6",),
        remarks=(
            "Neither implies the other: the two 4 x 4 examples have determinants 0 and 1, with "
            "blocks of determinants 1 and 0.",
        ),
    ),
    Statement(
        id="NH17:Thm3.8",
        number="Theorem 3.8",
        title="Critical points are global minima above a wide layer",
        where="Section 3.2; proof in Section 4",
        kind="theorem",
        status="true",
        hypotheses=(
            *ASSUMPTIONS_3_2,
            ALMOST_WIDE,
            Hypothesis(
                "critical", "The point is a critical point of Phi.", "model.backward.gradients"
            ),
            Hypothesis(
                "non_degenerate",
                "It is non-degenerate on the parameters of the layers in I, for some subset I of "
                "k + 1, ..., L with k + 1 in I.",
                why="block Hessians are not formed here; a kernel vector of [F_k, 1] refutes it",
            ),
            FULL_COLUMN_RANK_ABOVE,
        ),
        conclusion="The point is a global minimum of Phi.",
        depends_on=(
            "NH17:Asm3.2",
            "NH17:Def3.7",
            "NH17:Lem3.5",
            "NH17:Cor4.5",
            "NH17:Thm4.6",
        ),
        errata=(
            Erratum(
                "NH17:E4",
                "The theorem is nearly empty, which the discussion after it overlooks: it can "
                "apply only with n_k = N - 1, [F_k, 1] invertible, n_{k+1} = ... = n_L = m, "
                "I = {k+1} and l'(F_L - Y) = 0, and then every conclusion is immediate.",
                "For any point with [F_k, 1] z = 0, z != 0, as always for n_k >= N: moving "
                "(W_{k+1}, b_{k+1}) along z (x) e_j leaves G_{k+1} as it is, so the block is "
                "singular.",
            ),
            Erratum(
                "NH17:E12",
                "The conjecture after Theorem 3.10, that no suboptimal local minimum has weights "
                "of low rank above layer k + 1, is false.",
                "k = 1, L = 3, n_1 = n_2 = m = 2, sigma(t) = t/sqrt(1 + t^2), l(a) = a^2, "
                "X = (-1, 0, 1), both columns of Y (-1/4, 1/2, -1/4), W_1 = 0, b_1 = (-3/4, -3/4), "
                "every entry of W_2 and W_3 1, b_2 = (9/20, 9/20), b_3 = (6/5, 6/5): every "
                "gradient is 0, rank W_3 = 1 and Phi = 3/4, a local minimum as in NH17:E11. "
                "Phi < 1/500 at W_1 = (-45/16, 1), b_1 = (-23/8, -9/16), "
                "W_2 = [[-20, 30], [37, 27]]/16, b_2 = (66, 51)/16, "
                "W_3 = [[29, 29], [-35, -35]]/16, b_3 = (-1, -1)/16.",
            ),
        ),
        remarks=(
            "It is true without sigma' > 0, although its proof uses Lemma 3.5: a zero of sigma' at "
            "an entry of G_{k+1} is one of sigma'' too and makes the block singular.",
        ),
    ),
    Statement(
        id="NH17:Cor3.9",
        number="Corollary 3.9",
        title="Non-degenerate local minima are global",
        where="Section 3.2",
        kind="corollary",
        status="vacuous",
        hypotheses=(
            *ASSUMPTIONS_3_2,
            ALMOST_WIDE,
            Hypothesis(
                "non_degenerate_minimum",
                "The point is a local minimum with nonsingular Hessian.",
                why="no such point exists, see the erratum",
            ),
            FULL_COLUMN_RANK_ABOVE,
        ),
        conclusion="The point is a global minimum of Phi.",
        depends_on=("NH17:Thm3.8",),
        errata=(
            Erratum(
                "NH17:E5",
                "No point satisfies the hypotheses.",
                "By the sharp form of Theorem 3.8, l'(F_L - Y) = 0 at such a point; the Hessian is "
                "J^T diag(l'') J there, of rank <= N m, and layer k + 1 alone has N m parameters, "
                "so that of all parameters is singular.",
            ),
        ),
    ),
    Statement(
        id="NH17:Thm3.10",
        number="Theorem 3.10",
        title="A. Morse: almost every linear tilt is non-degenerate",
        where="Section 3.2",
        kind="theorem",
        status="cited",
        hypotheses=(
            Hypothesis(
                "smooth",
                "f is twice continuously differentiable on an open subset of R^d.",
                why="a statement about all such functions",
            ),
        ),
        conclusion="For almost every w in R^d the function x -> f(x) + <w, x> has only "
        "non-degenerate critical points.",
        errata=(
            Erratum(
                "NH17:E6",
                "It does not indicate that degenerate critical points of Phi are rare: Phi is one "
                "function and not a random tilt of one, and a wide layer makes its critical points "
                "degenerate.",
                "Theorem 3.8: for n_k >= N every critical point is degenerate on the layers above.",
            ),
        ),
    ),
)
