"""LDS18, section 4: the proof of Theorem 1."""

from exactland.papers.lds18.hypotheses import (
    ASSUMPTION_1,
    ASSUMPTION_2,
    ENOUGH_DERIVATIVES,
    NO_BIASES,
    NOT_COVERED,
)
from exactland.proof.statements import Erratum, Hypothesis, Statement

_ALL_MAPS = "a statement about all such functions"
_FINITE_INFIMUM = Erratum(
    "LDS18:E17",
    "The proofs of Theorem 2 and Proposition 2 calculate with the infimum as with a number; "
    "nothing excludes that it is -infinity.",
    "l(Y, Z) = the sum of the entries of Z is convex and continuous, and inf E = -infinity.",
)

STATEMENTS = (
    Statement(
        id="LDS18:Asm2",
        number="Assumption 2",
        title="Special activation functions",
        where="Section 4, step 1",
        kind="assumption",
        status="definition",
        hypotheses=(ASSUMPTION_2,),
        conclusion="sigma is analytic, and sigma(0), sigma'(0), ..., sigma^(n-1)(0) are all "
        "nonzero.",
        repaired="n >= N, the number of samples. The sigmoid satisfies it after a shift: "
        "sigma(t + c) with c != 0 rational, at every order.",
        errata=(NOT_COVERED,),
        remarks=(
            "As n is printed it is free; statements below are read with some n >= 1.",
            "At every order: exp, sin + cos, -(t-1)^2 exp(t).",
        ),
    ),
    Statement(
        id="LDS18:Thm2",
        number="Theorem 2",
        title="Theorem 1 for special activations",
        where="Section 4; proof in Section 4.1, equations (14) and (15)",
        kind="theorem",
        status="true",
        hypotheses=(*ASSUMPTION_1, ASSUMPTION_2, NO_BIASES),
        conclusion="E(W) is a weakly global function. The proof shows first, for its own use, that "
        "from every W an arbitrarily small perturbation starts a strictly decreasing path to "
        "inf E.",
        depends_on=("LDS18:Asm1", "LDS18:Asm2", "LDS18:Def1", "LDS18:Def2", "LDS18:Lem3"),
        repaired=ENOUGH_DERIVATIVES + " Needed for the path only: that E is weakly global holds as "
        "stated, by the direct proof of Theorem 1.",
        errata=(
            NOT_COVERED,
            Erratum(
                "LDS18:E15",
                "What the proof calls the first conclusion, the path, is not in the statement, and "
                "equation (15), that inf over W_{H+1} equals inf over all outputs, needs n >= N.",
                "Sigmoid, x = (-1, 0, 1), y = (0, 1, 0), square loss: inf over W is 2/3 at every "
                "width, inf over outputs is 0. Softplus, x = (-2, -1, 1, 2), y = (0, 1, 0, 0): "
                "2/5.",
            ),
            Erratum(
                "LDS18:E9",
                "E is not analytic, l being only convex; continuity is what the proof needs. And "
                "compactness comes from Definition 1, not 2.",
            ),
            Erratum(
                "LDS18:E5b",
                "E(W*) = sup + eps should be min + eps over the set, as in the repaired "
                "Definition 1.",
            ),
            _FINITE_INFIMUM,
        ),
    ),
    Statement(
        id="LDS18:Lem1",
        number="Lemma 1",
        title="Special activations are dense",
        where="Section 4, step 2; proof in Appendix A, equations (16) to (25)",
        kind="lemma",
        status="true",
        hypotheses=(
            Hypothesis("continuous", "f: R -> R is continuous.", "functions.facts.continuous"),
        ),
        conclusion="Some sequence of functions that satisfy Assumption 2 converges to f uniformly "
        "on R.",
        depends_on=("LDS18:Asm2",),
        errata=(
            Erratum(
                "LDS18:E2",
                "Equations (17) to (22): the derivatives of sin + cos at 0 are (-1)^floor(n/2), "
                "not (-1)^n.",
                "n = 1: cos 0 - sin 0 = 1.",
            ),
            Erratum(
                "LDS18:E20",
                "The conclusion of the paper says that almost all analytic activations allow the "
                "strictly decreasing path; shown is that those of Assumption 2 are dense, which "
                "is no statement about almost all.",
                "The rational numbers are dense in R and form a null set.",
            ),
        ),
        remarks=("The proof holds with the right signs: only their absolute value 1 is used.",),
    ),
    Statement(
        id="LDS18:Prop2",
        number="Proposition 2",
        title="Compact limits of weakly global functions",
        where="Section 4, step 3, equation (6); proof in Appendix B, equations (26) to (29)",
        kind="proposition",
        status="false",
        hypotheses=(
            Hypothesis("domain", "S is a subset of R^n.", why=_ALL_MAPS),
            Hypothesis("limit", "f_k -> f uniformly on compact subsets of S.", why=_ALL_MAPS),
            Hypothesis("weakly_global", "Every f_k is weakly global on S.", why=_ALL_MAPS),
        ),
        conclusion="f is weakly global on S.",
        depends_on=("LDS18:Def1", "LDS18:Def2"),
        repaired="Assume that S is locally compact, as R^n is: then all uses of it hold.",
        errata=(
            Erratum(
                "LDS18:E6",
                "The proof takes a compact neighbourhood of X, which S need not have. Also Z "
                "should be the set where f_k, not f, has the value f_k(z').",
                "S: the segments J_m from 0 to exp(i/m), m >= 1, and J_0 from 0 to -1; r the "
                "distance from 0. f = r on every J_m, f = min(r, 2 - 3r) on J_0; f_k is f, but -r "
                "on J_k. A compact subset reaches ever less far into J_m, so f_k -> f compactly; "
                "every f_k is weakly global, and {0} is a strict local minimum of f with "
                "f(0) = 0 > -1 = inf f.",
            ),
            _FINITE_INFIMUM,
        ),
    ),
    Statement(
        id="LDS18:Lem2",
        number="Lemma 2",
        title="Composition keeps uniform convergence",
        where="Section 4, step 3; proof in Appendix C, equations (30) to (33)",
        kind="lemma",
        status="true",
        hypotheses=(
            Hypothesis(
                "continuous",
                "f: S -> R^n with S compact, and g: R^n -> R, are continuous.",
                why=_ALL_MAPS,
            ),
            Hypothesis(
                "limits", "f_k -> f uniformly on S and g_k -> g uniformly on R^n.", why=_ALL_MAPS
            ),
        ),
        conclusion="g_k o f_k -> g o f uniformly on S.",
    ),
    Statement(
        id="LDS18:Lem3",
        number="Lemma 3",
        title="T_H has full rank for almost all weights",
        where="Section 4.1; proof in Appendix D, equations (34) to (36)",
        kind="lemma",
        status="false",
        hypotheses=(*ASSUMPTION_1, ASSUMPTION_2, NO_BIASES),
        conclusion="The (W_1, ..., W_H) with rank T_H < min(d_H, N) form a set of measure zero.",
        depends_on=("LDS18:Asm1", "LDS18:Asm2", "LDS18:Lem5", "LDS18:Lem6", "LDS18:Prop4"),
        repaired=ENOUGH_DERIVATIVES,
        errata=(
            NOT_COVERED,
            Erratum(
                "LDS18:E18",
                'Equation (36) joins Omega_i and the set of equal entries by "and" in both of '
                'its parts, but Phi_i is their union: both need "or".',
                "sigma = exp, x = (0, 1), d_1 = 2, both weights 1: the rows of T_1 are (1, e), so "
                "its rank is 1 and no row has equal entries.",
            ),
        ),
        remarks=(
            "A3, which Assumption 1 contains, is not needed: where d_H < N the rank is d_H.",
            "On an instance conditions.ranks.generic_rank_of proves it by a witness; it and "
            "conditions.identities.vanishing_identity refute it by a relation of the samples.",
            "With biases, that is with a constant input 1, every analytic sigma that is no "
            "polynomial has full rank for almost all weights on distinct samples.",
        ),
    ),
)
