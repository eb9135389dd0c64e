"""NH18, appendices A, D and H: the lemmas of the proofs."""

from exactland.papers.nh18.hypotheses import (
    DISTINCT_PATCHES,
    INJECTIVITY,
    STRUCTURE,
)
from exactland.proof.statements import Hypothesis, Statement

_TALL = Hypothesis(
    "tall", "A is m x n with m >= n.", "proof.instance.wide_layer", "asked for A = F_k^T"
)

STATEMENTS = (
    Statement(
        id="NH18:LemA.1",
        number="Lemma A.1",
        title="The zero set of an analytic function",
        where="Appendix A",
        kind="lemma",
        status="cited",
        hypotheses=(
            Hypothesis(
                "analytic",
                "f is real analytic on R^n; the minors of F_k are, as functions of the "
                "parameters, if sigma_1, ..., sigma_k are, and those of U_k always.",
                "functions.facts.analytic",
            ),
            Hypothesis(
                "not_zero",
                "f is not identically zero.",
                "proof.minors.find_witness",
                "a point where a minor of F_k, or of U_k, is not 0",
            ),
        ),
        conclusion="The zeros of f form a set of Lebesgue measure zero.",
        depends_on=("NH17:Lem4.2",),
        remarks=(
            "The script applies it to a minor of F_k, as Theorem 3.5 does, or, where F_k has fewer "
            "than N columns or is not analytic, to one of U_k, as Lemma 2.5 does; the general "
            "theorem is cited.",
        ),
    ),
    Statement(
        id="NH18:LemD.1",
        number="Lemma D.1",
        title="Different patches at every layer",
        where="Appendix D, equations (7) and (8)",
        kind="lemma",
        status="false",
        hypotheses=(
            STRUCTURE,
            DISTINCT_PATCHES,
            Hypothesis(
                "first_layer",
                "Layer 1 is convolutional or dense; the others may be max-pooling too.",
                "papers.nh18.constructions.first_layer_not_pooling",
            ),
            Hypothesis(
                "continuous", "sigma_1, ..., sigma_L are continuous.", "functions.facts.continuous"
            ),
            Hypothesis("non_constant", "None of them is constant.", "functions.facts.non_constant"),
        ),
        conclusion="For every layer k there are parameters of the layers 1, ..., k with "
        "f_k^p(x_i) != f_k^q(x_j) for all patches p, q and all i != j, and with every U_l of full "
        "rank, max-pooling layers excepted.",
        depends_on=(
            "NH18:Def2.1",
            "NH18:Def2.2",
            "NH18:Def2.3",
            "NH18:Asm2.4",
            "NH18:Lem2.5",
            "NH18:Asm3.1",
        ),
        repaired="Assume of each sigma_l that it is differentiable at some point with a nonzero "
        "derivative there.",
        errata=(INJECTIVITY,),
        remarks=(
            "The condition on layer 1 is needed: max-pooling takes the inputs (0, 1) and (-1, 1) "
            "to the same value.",
        ),
    ),
    Statement(
        id="NH18:LemH.1",
        number="Lemma H.1",
        title="Backpropagation to U_l",
        where="Appendix H",
        kind="lemma",
        status="true",
        hypotheses=(
            Hypothesis(
                "differentiable",
                "sigma_{k+1}, ..., sigma_{L-1} are differentiable.",
                "functions.facts.continuously_differentiable",
            ),
        ),
        conclusion="Delta_L = F_L - Y, Delta_l = (Delta_{l+1} U_{l+1}^T) o sigma_l'(G_l) for "
        "k + 1 <= l <= L - 1, and dPhi/dU_l = F_{l-1}^T Delta_l for k + 1 <= l <= L.",
        depends_on=("NH17:Lem2.1", "NH18:Def2.1"),
        remarks=(
            "dPhi/dU_l is not the gradient for the filters; that is dPhi/dW_l, by the chain rule "
            "along M_l.",
        ),
    ),
    Statement(
        id="NH18:LemH.2",
        number="Lemma H.2",
        title="Singular values bound ||Ax||",
        where="Appendix H",
        kind="lemma",
        status="true",
        hypotheses=(_TALL,),
        conclusion="s_max(A) ||x|| >= ||A x|| >= s_min(A) ||x|| for every x in R^n.",
        remarks=("The lower bound fails for m < n: then A x = 0 for some x != 0.",),
    ),
    Statement(
        id="NH18:LemH.3",
        number="Lemma H.3",
        title="Singular values bound ||AB||_F",
        where="Appendix H",
        kind="lemma",
        status="true",
        hypotheses=(_TALL,),
        conclusion="s_max(A) ||B||_F >= ||A B||_F >= s_min(A) ||B||_F for every n x p matrix B.",
    ),
)
