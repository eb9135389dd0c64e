"""NH17, section 5: linearly separable features."""

from exactland.proof.statements import Erratum, Hypothesis, Statement

_NO_LINEAR_PROGRAM = "no hyperplanes are searched here; given ones are checked by exact arithmetic"

STATEMENTS = (
    Statement(
        id="NH17:Def5.1",
        number="Definition 5.1",
        title="Linearly separable vectors",
        where="Section 5",
        kind="definition",
        status="definition",
        conclusion="Vectors x_1, ..., x_N of classes C_1, ..., C_m are linearly separable if for "
        "every j some a_j, b_j have a_j^T x_i + b_j > 0 for x_i in C_j and < 0 for all others: "
        "one class against the rest.",
    ),
    Statement(
        id="NH17:Asm5.2",
        number="Assumptions 5.2",
        title="Activation and one-sided losses",
        where="Section 5, equation (4)",
        kind="assumption",
        status="definition",
        hypotheses=(
            Hypothesis(
                "increasing",
                "sigma is continuously differentiable and strictly increasing.",
                "functions.facts.smooth_and_increasing",
            ),
            Hypothesis(
                "one_sided_losses",
                "l_1, l_2 >= 0 are continuously differentiable; l_1 and l_1' vanish exactly on "
                "a >= 0 and l_1' < 0 for a < 0; l_2 and l_2' vanish exactly on a <= 0 and l_2' > 0 "
                "for a > 0.",
                why="l_1 and l_2 are functions and not data; the squared hinge satisfies it",
            ),
        ),
        conclusion="Phi sums l_1(f_Lj(x_i) - y_ij) over x_i in C_j and l_2 of the same over the "
        "others, with such l_1, l_2 and sigma; its minimum is attained.",
        repaired="Add sigma'(t) > 0 for every t.",
        errata=(
            Erratum(
                "NH17:E9",
                "The proof of Theorem 5.3 divides by sigma', which may vanish.",
                "sigma(t) = t^3 is strictly increasing with sigma'(0) = 0.",
            ),
        ),
    ),
    Statement(
        id="NH17:Thm5.3",
        number="Theorem 5.3",
        title="Critical points with separable features are global minima",
        where="Section 5, equations (4) to (7)",
        kind="theorem",
        status="false",
        hypotheses=(
            Hypothesis(
                "activation",
                "Assumption 5.2(1): sigma is continuously differentiable and strictly increasing.",
                "functions.facts.smooth_and_increasing",
            ),
            Hypothesis(
                "losses",
                "Assumption 5.2(2, 3) on l_1 and l_2.",
                why="functions and not data; the squared hinge satisfies it",
            ),
            Hypothesis(
                "critical", "The point is a critical point of Phi.", "model.backward.gradients"
            ),
            Hypothesis(
                "separable",
                "(1) the rows of F_k are linearly separable; (2) the same with k = 0: the training "
                "inputs are.",
                why=_NO_LINEAR_PROGRAM,
            ),
            Hypothesis(
                "full_column_rank",
                "W_l has full column rank for l = k + 2, ..., L.",
                "conditions.ranks.rank",
                "asked for the weights of each of these layers, with n_l <= n_{l-1}",
            ),
        ),
        conclusion="The point is a global minimum of Phi; Phi = 0 there.",
        depends_on=("NH17:Asm5.2", "NH17:Def5.1", "NH17:Lem2.1"),
        repaired="Add sigma' > 0 and one of: k = L - 1; n_{k+2} = 1 and W_l != 0 above; sigma "
        "affine; k = L - 2 and for each output j some row of W_L is a nonzero multiple of e_j; "
        "k = L - 2, m = 2 and some row of W_L has entries of opposite sign.",
        errata=(
            Erratum(
                "NH17:E10",
                "The induction picks i_{L-1} = p, the number of a nonzero column, but that column "
                "depends on i_{L-1} itself; both parts are false, and not only for sigma with "
                "zeros of sigma'.",
                "CE1 (L = 3, m = 1): sigma = t + t^3, X = (0,-1), (0,1), (1,-1), (1,1), labels "
                "-1, +1, -1, +1, squared hinge, W_1 = [[1,-1],[0,0]], b_1 = (0,1), "
                "W_2 = [[8,-17],[-17,8]]/50, b_2 = (17/25, 17/25), W_3 = (1,1)^T, b_3 = -2: all "
                "gradients are 0, Phi = 4, the minimum is 0. CE2, CE3 (L = 2, m = 2): Phi = 22 and "
                "32/3, minima 0.",
            ),
        ),
        remarks=(
            "For every non-affine sigma of Assumption 5.2 it "
            "fails with the squared hinge at (L, m) = (2, 2) and (3, 1).",
            "CE1 to CE3 are saddles: they refute the theorem, and not the belief that no bad local "
            "minima exist under its hypotheses.",
            "Part (2) is the case k = 0 of part (1).",
        ),
    ),
)
