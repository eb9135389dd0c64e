"""LDS18, sections 1 to 3: the assumptions, weakly global functions and the main results."""

from exactland.papers.lds18.hypotheses import (
    ASSUMPTION_1,
    ASSUMPTION_2,
    NO_BIASES,
)
from exactland.proof.statements import Erratum, Hypothesis, Statement

STATEMENTS = (
    Statement(
        id="LDS18:Fig1",
        number="Figure 1",
        title="A weakly global function and one that is not",
        where="Section 1.2",
        kind="figure",
        status="true",
        hypotheses=(
            Hypothesis(
                "drawn",
                "The piecewise linear functions through (-3,2), (-1,2), (1,0), and through (-3,2), "
                "(-1,2), (0,3), (3,0), with outer slopes -1 and +1.",
                why="functions of one variable are not among the problems of this package yet",
            ),
        ),
        conclusion="The left function is weakly global; the right one is not, for the plateau is "
        "the bottom of a basin. Both have local minima that are neither strict nor global.",
        depends_on=("LDS18:Def1", "LDS18:Def2"),
        errata=(
            Erratum(
                "LDS18:E12",
                "The plateau is the closed interval [-3, -1]; the caption's (-3, -1) is not "
                "compact, and so is no local minimum in the sense of Definition 1.",
            ),
        ),
        remarks=("The left one is weakly global only because its plateau can be left downhill.",),
    ),
    Statement(
        id="LDS18:Asm1",
        number="Assumption 1",
        title="Samples, loss, width and activation",
        where="Section 3.1; the setting in Section 2, equations (1) to (5)",
        kind="assumption",
        status="definition",
        hypotheses=(*ASSUMPTION_1, NO_BIASES),
        conclusion="A1: the samples differ pairwise in one coordinate. A2: l(Y, .) is convex and "
        "continuous. A3: d_H >= N. A4: sigma is continuous.",
        errata=(
            Erratum(
                "LDS18:E11",
                "Equation (2) should have t_{H,k} on the right and 1 <= j <= d_{H+1}; X has d_0 "
                "rows, and y^s lies in R^{d_{H+1}}.",
            ),
            Erratum(
                "LDS18:E13",
                "Abstract and introduction ask for a differentiable loss, A2 does not; A1 means "
                "i != j.",
            ),
        ),
        remarks=(
            "A3 is tight: for d_H = N - 1 a strict bad local minimum can exist.",
            "Leaving out the biases changes nothing for Theorem 1; for Lemma 3 it does.",
        ),
    ),
    Statement(
        id="LDS18:Def1",
        number="Definition 1",
        title="Setwise strict local minimum",
        where="Section 3.2",
        kind="definition",
        status="definition",
        conclusion="A compact X in S is a local minimum (strict local minimum) of f in the sense "
        "of sets if for some eps > 0 all x in X and all y in S outside X with ||x - y|| <= eps "
        "satisfy f(x) <= f(y) (f(x) < f(y)).",
        repaired="X is nonempty, and f(y) is compared with the infimum of f on X, for all y "
        "outside X within eps of X.",
        errata=(
            Erratum(
                "LDS18:E5",
                "Comparing every f(x), x in X, with f(y) cannot be meant, also in setwise global; "
                "and compactness makes Definition 2 blind to unbounded basins.",
                "f(x) = min(|x|, |x - 10|) on X = [-1, 1]: strict, but f(1) = 1 > f(10), although "
                "all local minima of f are global; and [-1, 2] would be none of |x|. The piecewise "
                "linear function through (-3,5), (-2,6), (1,0) with outer slopes 0 and +1 is "
                "weakly global although (-inf, -3] is a bad plateau.",
            ),
        ),
    ),
    Statement(
        id="LDS18:Def2",
        number="Definition 2",
        title="Weakly global function",
        where="Section 3.2",
        kind="definition",
        status="definition",
        conclusion="A continuous f is weakly global if every setwise strict local minimum is a "
        "setwise global minimum.",
        depends_on=("LDS18:Def1",),
        repaired="Every setwise strict local minimum X, as repaired, has inf f on X = inf f.",
    ),
    Statement(
        id="LDS18:Thm1",
        number="Theorem 1",
        title="The empirical loss is weakly global",
        where="Section 3.2; proof in Section 4, equations (6) to (13)",
        kind="theorem",
        status="true",
        hypotheses=(*ASSUMPTION_1, NO_BIASES),
        conclusion="E(W) is a weakly global function.",
        depends_on=(
            "LDS18:Asm1",
            "LDS18:Def1",
            "LDS18:Def2",
            "LDS18:Lem1",
            "LDS18:Lem2",
            "LDS18:Prop2",
            "LDS18:Thm2",
        ),
        errata=(
            Erratum(
                "LDS18:E7",
                "The introduction and the conclusion say that non-strict bad local minima cannot "
                "lie in bad valleys; that is false, and Theorem 1 does not say it.",
                "ReLU, H = 2, d_0 = d_1 = 1, d_2 = N = 2, x = (1,-1), y = (1,2), Assumption 1 "
                "holds. w > 0 gives outputs (g, 0), E >= 4; w < 0 gives (0, g), E >= 1, attained; "
                "w = 0 gives E = 5: for 4 < c <= 5 the half w > 0 holds a bad valley.",
            ),
            Erratum(
                "LDS18:E14",
                "Section 3.2 announces the absence of non-strict local minima; it means strict "
                "ones.",
            ),
        ),
        remarks=(
            "A direct proof needs only d_H >= N, H >= 1 and A4, and gives more: E has no nonempty "
            "compact setwise strict local minimum at all. On such an X, T_H has no left kernel (E "
            "is constant on the unbounded line W_{H+1} + s D with D T_H = 0), so d_H = N and T_H "
            "is invertible; the points (W, G_0 T_H(W)^{-1}) then lie in X, and their boundary "
            "gives the contradiction.",
        ),
    ),
    Statement(
        id="LDS18:Cor1",
        number="Corollary 1",
        title="Non-existence of strict bad local minima",
        where="Section 3.2",
        kind="corollary",
        status="true",
        hypotheses=(*ASSUMPTION_1, NO_BIASES),
        conclusion="E has no strict bad local minimum.",
        depends_on=("LDS18:Thm1",),
    ),
    Statement(
        id="LDS18:Prop1",
        number="Proposition 1",
        title="Non-strict bad local minima exist at any width",
        where="Section 3.3",
        kind="proposition",
        status="true",
        hypotheses=(
            *ASSUMPTION_1,
            ASSUMPTION_2,
            Hypothesis(
                "zero_from_below",
                "For some t != 0 and delta > 0: sigma(t) = 0 and sigma <= 0 on "
                "(t - delta, t + delta).",
                "landscape.local_minimum.bad_local_minimum",
                "finds such a t, or takes it from the user, and decides the whole construction",
            ),
        ),
        conclusion="There are networks of every width with a non-strict bad local minimum: one "
        "input x, one output y, d hidden units, at w_1 = (t/x, ..., t/x), w_2 = sign(y) (1, ..., "
        "1), where E = y^2.",
        depends_on=("LDS18:Asm1", "LDS18:Asm2", "LDS18:Thm1"),
        errata=(
            Erratum(
                "LDS18:E3",
                "The proof says that w_2 . sigma(w_1 x) is never positive near the point: that "
                "holds for y > 0 only.",
                "y < 0: w_2 has negative entries and the product is >= 0; what is never positive "
                "is sign(y) w_2 . sigma(w_1 x).",
            ),
            Erratum(
                "LDS18:E4",
                "The remark on N samples, that N points t_i with sigma(t_i) = 0 a local maximum or "
                "minimum suffice, is false: the t_i must be reached by one weight vector, and the "
                "types must fit the signs.",
                "X = I_2, y = (1,-1), sigma = -(t-1)^2: no local minimum with T = 0. One input, "
                "x = (1, 3), y = (9, -1), sigma = -(t-1)^2 (t-3)^2: the sum of y_i sigma(w x_i) is "
                "72 (w-1)^3 (w+1) and changes sign at w = 1.",
            ),
            Erratum(
                "LDS18:E19",
                "Footnote 1 announces suboptimal local minima in the setting of Yu et al., a "
                "sigmoid layer; the activations of Proposition 1 exclude the sigmoid.",
                "The sigmoid is positive everywhere, so sigma(t) = 0 has no solution. NH18:E6 "
                "gives such minima for it, with biases.",
            ),
        ),
        remarks=(
            "It is non-strict since E = y^2 at (w_1, w_2) for every w_2, and bad since w_1 = 0, "
            "w_2 = y/(d sigma(0)) gives 0.",
            "Activations that satisfy all hypotheses at every order: -(t-1)^2 exp(t), "
            "-(exp(t)-3)^2, sin t + cos t - sqrt 2. Not -(exp(t)-2)^2: its second derivative at 0 "
            "is 0.",
            "Sufficient for N samples: sign(v_j) F_j <= 0 near w_j for every hidden unit j, with "
            "F_j the sum of y_i sigma(<w_j, x_i>).",
        ),
    ),
)
