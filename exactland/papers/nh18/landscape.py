"""NH18, section 4: the optimization landscape."""

from exactland.papers.nh18.hypotheses import (
    ARCHITECTURE,
    DISTINCT_PATCHES,
    IN_S_K,
    INJECTIVITY,
    NONZERO_SLOPES,
    REMARK_ON_STRUCTURE,
    REPAIRED_ACTIVATIONS,
    SLOPE,
    STRUCTURE,
)
from exactland.proof.statements import Erratum, Hypothesis, Statement

STATEMENTS = (
    Statement(
        id="NH18:Asm4.1",
        number="Assumption 4.1",
        title="CNN architecture, and the set S_k",
        where="Section 4",
        kind="assumption",
        status="definition",
        hypotheses=ARCHITECTURE,
        conclusion="Every layer is convolutional or dense, the output layer dense; for some hidden "
        "layer k: n_k >= N, sigma_1, ..., sigma_{L-1} satisfy Assumption 3.2, sigma_{k+1}, ..., "
        "sigma_{L-1} are strictly monotone and differentiable, and n_{k+1} >= ... >= n_L. S_k is "
        "the set of parameters for which F_k, U_{k+2}, ..., U_L have full rank.",
        depends_on=("NH18:Def2.1", "NH18:Def2.2", "NH18:Asm3.2"),
        repaired=NONZERO_SLOPES,
        errata=(SLOPE,),
        remarks=(
            "GELU, SiLU and Mish are not monotone, so not allowed above layer k; leaky ReLU is not "
            "differentiable at 0.",
        ),
    ),
    Statement(
        id="NH18:Lem4.2",
        number="Lemma 4.2",
        title="S_k is almost everything",
        where="Section 4; proof in Appendix G",
        kind="lemma",
        status="true",
        hypotheses=(
            STRUCTURE,
            DISTINCT_PATCHES,
            *ARCHITECTURE,
            Hypothesis(
                "analytic", "sigma_1, ..., sigma_k are real analytic.", "functions.facts.analytic"
            ),
        ),
        conclusion="The parameters outside S_k form a set of Lebesgue measure zero.",
        depends_on=("NH18:Asm4.1", "NH18:Lem2.5", "NH18:Thm3.5"),
        errata=(REMARK_ON_STRUCTURE,),
        remarks=(
            "Assumption 2.4 is needed at the layers above k + 1: where a layer fails it, as under "
            "the remark after it, S_k can be empty.",
        ),
    ),
    Statement(
        id="NH18:Lem4.3",
        number="Lemma 4.3",
        title="Gradient and residual bound each other",
        where="Section 4; proof in Appendix H, equations (13) to (16)",
        kind="lemma",
        status="true",
        hypotheses=ARCHITECTURE,
        conclusion="||dPhi/dU_{k+1}||_F lies between s_min(F_k) prod_{l=k+1}^{L-1} (s_min(U_{l+1}) "
        "min|sigma_l'(G_l)|) ||F_L - Y||_F and the same with s_max and max|sigma_l'(G_l)|, where "
        "s_min and s_max are the smallest and largest of the min(rows, columns) singular values.",
        depends_on=("NH18:Asm4.1", "NH18:LemH.1", "NH18:LemH.2", "NH18:LemH.3"),
        errata=(
            Erratum(
                "NH18:E8e",
                "The first line of the proof should read dPhi/dU_{k+1} = F_k^T Delta_{k+1}, not "
                "F_L^T.",
            ),
        ),
        remarks=(
            "It needs n_k >= N and the pyramid: each matrix must be at least as tall as wide.",
        ),
    ),
    Statement(
        id="NH18:Thm4.4",
        number="Theorem 4.4",
        title="Conditions for zero training error",
        where="Section 4",
        kind="theorem",
        status="false",
        hypotheses=(DISTINCT_PATCHES, *ARCHITECTURE, IN_S_K),
        conclusion="Phi = 0 if and only if dPhi/dU_{k+1} = 0.",
        depends_on=("NH18:Asm4.1", "NH18:Lem4.3"),
        repaired=NONZERO_SLOPES,
        errata=(SLOPE,),
        remarks=("That Phi = 0 implies dPhi/dU_{k+1} = 0 holds as stated.",),
    ),
    Statement(
        id="NH18:Thm4.5",
        number="Theorem 4.5",
        title="Loss surface of CNNs",
        where="Section 4; proof in Appendix I, equation (17)",
        kind="theorem",
        status="false",
        hypotheses=(
            STRUCTURE,
            DISTINCT_PATCHES,
            *ARCHITECTURE,
            Hypothesis(
                "dense_above", "Layer k + 1 is dense.", "proof.instance.dense_layer", "at k + 1"
            ),
            Hypothesis(
                "classes",
                "Y_i = Z_j for x_i of class j, with Z (m x m) of rank m.",
                "linalg.rational.rational_rank",
                "applied to the matrix Z of the m different targets",
            ),
        ),
        conclusion="(1) Every critical point in S_k is a global minimum with Phi = 0. (2) There "
        "are infinitely many global minima in S_k with Phi = 0.",
        depends_on=("NH18:Asm4.1", "NH18:Thm3.4", "NH18:Thm4.4"),
        repaired=NONZERO_SLOPES + " For (2): " + REPAIRED_ACTIVATIONS,
        errata=(
            SLOPE,
            INJECTIVITY,
            REMARK_ON_STRUCTURE,
            Erratum(
                "NH18:E5",
                "The open question whether (1) holds with layer k + 1 convolutional has the answer "
                "no for critical points.",
                "k = 1, x and layer 1 as in NH18:E4, layer 2 a 1 x 1 convolution on patches {1}, "
                "{2} with T = 1, W_2 = b_2 = 0, sigma = r1, U_3 = (1,-1)^T, b_3 = 1/2, y = (0, 1): "
                "critical, in S_1, Phi = 1/4; dPhi/dW_2 = 0, dPhi/dU_2 = [[-1,1],[-1,1]]/16.",
            ),
            Erratum(
                "NH18:E6",
                "The conjecture that no suboptimal local minima lie outside S_k is false, at every "
                "width.",
                "L = 2, d = 1, x = (-1,0,1), y = (-1,2,-1), W_1 = 0, b_1 = beta with sigma convex "
                "near beta, every weight of the output 1, its bias -n_1 sigma(beta): a local "
                "minimum with Phi = 3; the global minimum is 0. For sigmoid, softplus, r1.",
            ),
            Erratum(
                "NH18:E8f",
                "Proof of (2): case 3 is k <= L - 3, not k < L - 3; E has m rows, so its entries "
                "are compared for i != j <= m; equation (17) should end in E_{j:}.",
            ),
            Erratum(
                "NH18:E10",
                "The proof of (2) constructs a global minimum in every case and does not argue "
                "that there are infinitely many.",
            ),
        ),
        remarks=("(1) fails by NH18:E4, (2) by NH18:E3; both hold as repaired.",),
    ),
)
