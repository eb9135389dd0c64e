"""LDS18, appendix D: the lemmas for Lemma 3."""

from exactland.papers.lds18.hypotheses import (
    ASSUMPTION_2,
    ENOUGH_DERIVATIVES,
    NOT_COVERED,
    SPECIAL,
)
from exactland.proof.statements import Erratum, Hypothesis, Statement

_MOMENTS = (
    "Sharp: det sigma(w_i x_j) is not identically zero if and only if the rows (x_j^k), k in the "
    "Taylor support of sigma at 0, have rank N."
)

STATEMENTS = (
    Statement(
        id="LDS18:Lem4",
        number="Lemma 4",
        title="A weighted Vandermonde matrix",
        where="Appendix D",
        kind="lemma",
        status="true",
        hypotheses=(
            ASSUMPTION_2,
            Hypothesis(
                "distinct",
                "x_1, ..., x_n are pairwise different, with the n of Assumption 2.",
                "LDS18:Asm1.A1",
                "on inputs of dimension 1",
            ),
        ),
        conclusion="The n x n matrix with entries x_j^k sigma^(k)(0), k = 0, ..., n - 1, is "
        "nonsingular: its determinant is that of Vandermonde times the product of the "
        "sigma^(k)(0).",
        depends_on=("LDS18:Asm2",),
        errata=(
            Erratum(
                "LDS18:E10a",
                "The proof writes sigma^{j-1}(0), a power, for the derivative sigma^(j-1)(0).",
            ),
        ),
    ),
    Statement(
        id="LDS18:Lem5",
        number="Lemma 5",
        title="The zero set of an analytic function",
        where="Appendix D",
        kind="lemma",
        status="cited",
        hypotheses=(
            Hypothesis(
                "analytic",
                "f is real analytic on R^n.",
                why="a statement about all such functions; minors of T_H are, for analytic sigma",
            ),
            Hypothesis(
                "not_zero",
                "f is not identically zero.",
                why="one point where f is not 0 shows it: for a minor, conditions.ranks.rank",
            ),
        ),
        conclusion="The zeros of f form a set of measure zero.",
        depends_on=("NH17:Lem4.2",),
    ),
    Statement(
        id="LDS18:Lem6",
        number="Lemma 6",
        title="Different directions give different values",
        where="Appendix D",
        kind="lemma",
        status="false",
        hypotheses=(
            ASSUMPTION_2,
            Hypothesis("different", "a != b in R^n.", why="a and b are samples: see A1"),
        ),
        conclusion="The w with sigma(a^T w) = sigma(b^T w) form a set of measure zero.",
        depends_on=("LDS18:Asm2", "LDS18:Lem5"),
        repaired="Assume n >= 2 in Assumption 2, that is sigma'(0) != 0.",
        errata=(
            Erratum(
                "LDS18:E16",
                "The proof uses sigma'(0) != 0, which Assumption 2 grants for n >= 2 only.",
                "n = 1, sigma = cos, a = 1, b = -1: cos(w) = cos(-w) for every w.",
            ),
        ),
    ),
    Statement(
        id="LDS18:Prop3",
        number="Proposition 3",
        title="Full rank: one input, N hidden neurons",
        where="Appendix D",
        kind="proposition",
        status="false",
        hypotheses=SPECIAL,
        conclusion="With one input neuron, x in R^N and N hidden neurons, the w in R^N with "
        "det(sigma(w x^T)) = 0 form a set of measure zero.",
        depends_on=("LDS18:Asm1", "LDS18:Asm2", "LDS18:Lem4", "LDS18:Lem5"),
        repaired=ENOUGH_DERIVATIVES,
        errata=(
            NOT_COVERED,
            Erratum(
                "LDS18:E10b",
                "The proof should set f(w) = det(sigma(w x^T)), not det(w x^T), and the null set "
                "of the induction is that of det = 0, not det != 0; x lies in R^N; G_k is a "
                "derivative with respect to w_1, not w.",
            ),
        ),
        remarks=(
            _MOMENTS,
            "Defect of the generic rank for distinct one-dimensional samples with P pairs +-x, "
            "Z = 1 if 0 is one: sigmoid max(0, P+Z-1), softplus max(0, P-1), tanh P+Z, cos P, "
            "exp 0.",
        ),
    ),
    Statement(
        id="LDS18:Prop4",
        number="Proposition 4",
        title="Full rank: one hidden layer",
        where="Appendix D",
        kind="proposition",
        status="false",
        hypotheses=SPECIAL,
        conclusion="For X (m x N), W (d x m) and Y = sigma(W X), the W with rank Y < min(d, N) "
        "form a set of measure zero.",
        depends_on=("LDS18:Asm1", "LDS18:Asm2", "LDS18:Lem5", "LDS18:Prop3"),
        repaired=ENOUGH_DERIVATIVES,
        errata=(NOT_COVERED,),
    ),
)
