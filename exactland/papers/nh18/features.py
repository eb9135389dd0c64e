"""NH18, section 3: linearly independent features."""

from exactland.papers.nh18.hypotheses import (
    ACTIVATIONS,
    DISTINCT_PATCHES,
    INJECTIVITY,
    REPAIRED_ACTIVATIONS,
    STRUCTURE,
    WIDE,
)
from exactland.proof.statements import Erratum, Hypothesis, Statement

STATEMENTS = (
    Statement(
        id="NH18:Asm3.1",
        number="Assumption 3.1",
        title="Training data",
        where="Section 3",
        kind="assumption",
        status="definition",
        hypotheses=(DISTINCT_PATCHES,),
        conclusion="Patches of different training samples differ: x_i^p != x_j^q for all patches "
        "p, q and all i != j.",
        remarks=("Two equal samples violate it; patches of one sample may be equal.",),
    ),
    Statement(
        id="NH18:Asm3.2",
        number="Assumption 3.2",
        title="Activation function",
        where="Section 3",
        kind="assumption",
        status="definition",
        hypotheses=(
            Hypothesis(
                "activation",
                "sigma is continuous, not constant, and satisfies clause 1 or clause 2.",
                "functions.facts.nh18_assumption_3_2",
            ),
        ),
        conclusion="Clause 1: sigma has finite limits mu_- and mu_+ at -infinity and +infinity, "
        "and mu_- mu_+ = 0. Clause 2: |sigma(t)| <= rho_1 exp(rho_2 t) for t < 0 and "
        "|sigma(t)| <= rho_3 t + rho_4 for t >= 0.",
        repaired="Read rho_2 > 0; and see Theorem 3.4 for what is missing at the layers below k.",
        errata=(
            Erratum(
                "NH18:E9",
                "The rho_i are only said to lie in R_+; with rho_2 = 0 clause 2 would admit "
                "functions for which Theorem 3.4 fails.",
                "cos: |cos t| <= 1, and it is an exponential polynomial. NH17 says positive.",
            ),
        ),
        remarks=(
            "Clause 1: sigmoid, ReLU6, hard sigmoid, 1/(1+t^2), exp(-t^2). Clause 2: ReLU, "
            "softplus, GELU, SiLU, Mish. Neither: tanh, arctan, softsign, leaky ReLU, ELU, "
            "log-sigmoid, the identity, polynomials, sin, exp.",
        ),
    ),
    Statement(
        id="NH18:Lem3.3",
        number="Lemma 3.3",
        title="ReLU, sigmoid and softplus are covered",
        where="Section 3; proof in Appendix C",
        kind="lemma",
        status="true",
        hypotheses=(
            Hypothesis(
                "alpha_positive",
                "alpha > 0 for softplus ln(1 + exp(alpha t))/alpha.",
                "functions.activations.activation",
                "refuses another alpha",
            ),
        ),
        conclusion="ReLU satisfies clause 2 of Assumption 3.2 with rho = (1, 1, 1, 1), the sigmoid "
        "clause 1 with limits 0 and 1, softplus clause 2 with rho = (1/alpha, alpha, 1, "
        "log(2)/alpha).",
        depends_on=("NH18:Asm3.2",),
    ),
    Statement(
        id="NH18:Thm3.4",
        number="Theorem 3.4",
        title="Linearly independent features",
        where="Section 3; proof in Appendix D, equations (9) to (12)",
        kind="theorem",
        status="false",
        hypotheses=(
            STRUCTURE,
            DISTINCT_PATCHES,
            Hypothesis(
                "layers",
                "Layer 1 and layer k, 1 <= k <= L - 1, are convolutional or dense; the others may "
                "be max-pooling too.",
                "proof.instance.first_and_kth_not_pooling",
            ),
            WIDE,
            ACTIVATIONS,
            Hypothesis(
                "own_biases",
                "Every neuron has a bias of its own (b_k in R^{n_k}).",
                "proof.instance.biases_of_their_own",
            ),
        ),
        conclusion="There are parameters of the layers 1, ..., k such that the feature vectors "
        "f_k(x_1), ..., f_k(x_N) are linearly independent, rank F_k = N; they can be chosen with "
        "U_l = M_l(W_l) of full rank for every l <= k that is not max-pooling.",
        depends_on=(
            "NH18:Def2.1",
            "NH18:Def2.2",
            "NH18:Def2.3",
            "NH18:Asm2.4",
            "NH18:Lem2.5",
            "NH18:Asm3.1",
            "NH18:Asm3.2",
            "NH18:LemD.1",
        ),
        repaired=REPAIRED_ACTIVATIONS + " At k = 1 only the latter is needed.",
        errata=(
            INJECTIVITY,
            Erratum(
                "NH18:E2",
                "Biases of every neuron are essential: with biases tied across patches, as "
                "convolutions have them in practice, the theorem fails for every activation.",
                "Constant images x_i = c_i (1, ..., 1) satisfy Assumption 3.1 and give "
                "rank F_1 <= T_1; smallest: N = 2, P_0 = 2, T_1 = 1. True again with T_k >= N.",
            ),
            Erratum(
                "NH18:E8a",
                "Case mu_+ = 0 of the proof: the entries with i < j do not vanish in the limit, "
                "only those with i > j; and case mu_- = 0: eta_ij can be 0.",
                "sigma = 1/2 - t/(2(1+|t|)), x = 1, 2, 3, beta = 0: the limit is "
                "[[1/2, 1, 1], [0, 1/2, 1], [0, 0, 1/2]].",
            ),
            Erratum(
                "NH18:E8b",
                "The proof defines (b_k)_j by sample j, which does not exist for j > N.",
            ),
            Erratum(
                "NH18:E8c",
                "The count l_{k-1} T_k + l_k T_{k+1} of parameters after the theorem omits the "
                "n_k + n_{k+1} biases.",
            ),
        ),
        remarks=(
            "(A) Finite limits suffice, mu_- mu_+ = 0 is not needed: tanh, arctan and softsign are "
            "covered. (B) At k = 1 the conclusion holds for all data and architectures exactly if "
            "sigma is not an exponential polynomial: see functions.facts.nh18_theorem_3_4.",
            "Explicit alpha_0: ReLU beta/delta; sigmoid with beta = 0 ln(3^N - 1)/delta, where "
            "delta is the smallest |<a^t, z_j^p - z_i^p>| over i > j.",
        ),
    ),
    Statement(
        id="NH18:Thm3.5",
        number="Theorem 3.5",
        title="Independent features for almost all parameters",
        where="Section 3; proof in Appendix E",
        kind="theorem",
        status="true",
        hypotheses=(
            STRUCTURE,
            DISTINCT_PATCHES,
            Hypothesis(
                "no_pooling",
                "The layers 1, ..., k, with 1 <= k <= L - 1, are convolutional or dense.",
                "proof.instance.no_pooling",
            ),
            WIDE,
            Hypothesis(
                "analytic", "sigma_1, ..., sigma_k are real analytic.", "functions.facts.analytic"
            ),
            ACTIVATIONS,
        ),
        conclusion="The parameters of the layers 1, ..., k for which f_k(x_1), ..., f_k(x_N) are "
        "linearly dependent form a set of Lebesgue measure zero.",
        depends_on=("NH18:Thm3.4", "NH18:LemA.1"),
        errata=(
            Erratum(
                "NH18:E7",
                "The open question whether it holds for ReLU has the answer no.",
                "Where b_h < -max over i, p of <w, x_i^p> for all h, F_1 = 0: an open set of "
                "infinite measure.",
            ),
        ),
        remarks=(
            "It needs no repair: a non-constant analytic function has a nonzero derivative "
            "somewhere (with rho_2 > 0 in Assumption 3.2).",
            "One exact witness with the same analytic activations proves it for an instance.",
        ),
    ),
    Statement(
        id="NH18:Cor3.6",
        number="Corollary 3.6",
        title="Universal finite sample expressivity",
        where="Section 3; proof in Appendix F",
        kind="corollary",
        status="false",
        hypotheses=(
            STRUCTURE,
            DISTINCT_PATCHES,
            Hypothesis(
                "theorem_3_4",
                "The conditions of Theorem 3.4 hold at the last hidden layer k = L - 1.",
                "proof.instance.wide_last_hidden_layer",
                "decides its width; see Theorem 3.4 for the other conditions",
            ),
            Hypothesis(
                "scalar_output",
                "f_L(x) = sum_j lambda_j f_{(L-1)j}(x).",
                "papers.nh18.fit.scalar_output",
            ),
        ),
        conclusion="For every y in R^N there are lambda and parameters of the layers below with "
        "f_L(x_i) = y_i for all i: lambda = F^T (F F^T)^{-1} y with F = F_{L-1} of rank N.",
        depends_on=("NH18:Thm3.4",),
        repaired=REPAIRED_ACTIVATIONS,
        errata=(
            INJECTIVITY,
            Erratum(
                "NH18:E8d",
                "2N + N l_0/P_0 is less than 3N if l_0 < P_0; for l_0 = P_0 it equals 3N.",
            ),
        ),
        remarks=("On the erratum's data no y with pairwise different entries can be fitted.",),
    ),
)
