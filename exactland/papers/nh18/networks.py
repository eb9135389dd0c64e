"""NH18, section 2: the layers and the linear maps M_k."""

from exactland.papers.nh18.hypotheses import REMARK_ON_STRUCTURE, STRUCTURE
from exactland.proof.statements import Erratum, Hypothesis, Statement

STATEMENTS = (
    Statement(
        id="NH18:Def2.1",
        number="Definition 2.1",
        title="Convolutional layer",
        where="Section 2, equation (1)",
        kind="definition",
        status="definition",
        hypotheses=(
            Hypothesis(
                "patches",
                "The patches of a layer have equal size, cover the layer, and no two of them are "
                "the same set of neurons.",
                "proof.instance.patches_as_defined",
            ),
        ),
        conclusion="f_k(x)_h = sigma_k(<w_k^t, f_{k-1}^p(x)> + (b_k)_h) with h = (p-1) T_k + t, "
        "for every patch p and filter t; n_k = T_k P_{k-1}.",
        remarks=(
            "A patch is an ordered list of neurons: the paper says subset, but the inner product "
            "and M_k need the order.",
            "Padding, grouped and depthwise convolutions, skips and parallel branches are outside "
            "the definition.",
        ),
    ),
    Statement(
        id="NH18:Def2.2",
        number="Definition 2.2",
        title="Fully connected layer",
        where="Section 2, equation (2)",
        kind="definition",
        status="definition",
        conclusion="f_k(x) = sigma_k(W_k^T f_{k-1}(x) + b_k); a convolutional layer with one "
        "patch, the whole layer below.",
        depends_on=("NH18:Def2.1",),
    ),
    Statement(
        id="NH18:Def2.3",
        number="Definition 2.3",
        title="Max-pooling layer",
        where="Section 2, equation (3)",
        kind="definition",
        status="definition",
        conclusion="f_k(x)_p is the largest entry of the patch f_{k-1}^p(x); n_k = P_{k-1}.",
    ),
    Statement(
        id="NH18:Asm2.4",
        number="Assumption 2.4",
        title="Convolutional structure",
        where="Section 2",
        kind="assumption",
        status="definition",
        hypotheses=(STRUCTURE,),
        conclusion="For every convolutional layer k some W_k gives U_k = M_k(W_k) full rank "
        "min(n_{k-1}, n_k).",
        depends_on=("NH18:Def2.1",),
        repaired="The assumption itself needs no change; the condition after it does: T_k >= "
        "l_{k-1} and coverage suffice for rank n_{k-1}, and a bipartite matching of size "
        "min(n_{k-1}, n_k) between neurons is necessary.",
        errata=(REMARK_ON_STRUCTURE,),
        remarks=(
            "1-D contiguous convolutions without padding never failed it in 6227 systems with "
            "stride <= length; dilated and circular ones can.",
            "2-D convolutions without padding, stride 1, C channels, C + 1 filters: the kernel has "
            "dimension max(0, P1 - C(l1 - 1)) max(0, P2 - C(l2 - 1)).",
        ),
    ),
    Statement(
        id="NH18:Lem2.5",
        number="Lemma 2.5",
        title="Full rank for almost all filters",
        where="Section 2; proof in Appendix B",
        kind="lemma",
        status="true",
        hypotheses=(STRUCTURE,),
        conclusion="For every convolutional layer k, the W_k for which U_k does not have full rank "
        "form a set of Lebesgue measure zero.",
        depends_on=("NH18:Asm2.4", "NH18:LemA.1"),
        errata=(
            Erratum(
                "NH18:E11",
                "The text before it derives it from the matrices of full rank being dense. A "
                "dense set need not have a null complement, and all matrices are not those of "
                "the form M_k(W_k). The proof in Appendix B uses neither.",
                "An interval of length 1/4^n around the n-th rational number, n = 1, 2, ...: "
                "the union is open and dense in R, its length is at most 1/3. The matrices "
                "M(W) of NH18:E1 all have low rank, however dense those of full rank are.",
            ),
        ),
        remarks=(
            "One W_k with a nonzero maximal minor shows it for a layer. With entries drawn from B "
            "integers the minor vanishes with probability at most min(n_{k-1}, n_k)/B.",
        ),
    ),
)
