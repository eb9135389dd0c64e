"""NH17, section 4: the proof of the main result."""

from exactland.papers.nh17.hypotheses import ALMOST_WIDE, ASSUMPTIONS_3_2
from exactland.proof.statements import Erratum, Hypothesis, Statement

STATEMENTS = (
    Statement(
        id="NH17:Lem4.1",
        number="Lemma 4.1",
        title="The layers' outputs are analytic in the parameters",
        where="Section 4",
        kind="lemma",
        status="true",
        hypotheses=ASSUMPTIONS_3_2,
        conclusion="For every layer l and input x, f_l(x) is a real analytic function of all "
        "parameters.",
        depends_on=("NH17:Asm3.2",),
        remarks=("Only the analyticity of sigma is used.",),
    ),
    Statement(
        id="NH17:Lem4.2",
        number="Lemma 4.2",
        title="The zero set of an analytic function",
        where="Section 4",
        kind="lemma",
        status="cited",
        hypotheses=(
            Hypothesis(
                "analytic",
                "f is real analytic on R^n; the minors of [F_k, 1] are, as functions of the "
                "parameters, if sigma_1, ..., sigma_k are.",
                "functions.facts.analytic",
            ),
            Hypothesis(
                "not_zero",
                "f is not identically zero.",
                "proof.minors.find_witness",
                "a point where an N x N minor of [F_k, 1] is not 0: it needs n_k >= N - 1 and "
                "distinct samples",
            ),
        ),
        conclusion="The zeros of f form a set of Lebesgue measure zero.",
        remarks=(
            "NH18 restates it as Lemma A.1 and LDS18 as Lemma 5.",
            "The script applies it to a minor of [F_k, 1], as Lemma 4.4 does; the general theorem "
            "is cited.",
        ),
    ),
    Statement(
        id="NH17:Lem4.3",
        number="Lemma 4.3",
        title="Some parameters give rank [F_k, 1] = N",
        where="Section 4, equations (2) and (3)",
        kind="lemma",
        status="true",
        hypotheses=(*ASSUMPTIONS_3_2, ALMOST_WIDE),
        conclusion="There are parameters of the layers 1, ..., k with rank [F_k, 1] = N. With a "
        "direction a that separates the rows z_i of F_{k-1}, the units w_j = -alpha a, "
        "v_j = alpha <z_j, a> + beta (j < N) do it for every large enough alpha.",
        depends_on=("NH17:Asm3.2",),
        errata=(
            Erratum(
                "NH17:E7",
                "A strictly monotone sigma is injective; it is bijective only onto its range.",
                "The sigmoid takes no value outside (0, 1).",
            ),
        ),
        remarks=(
            "The text before it bounds rank F_k by rank W_l + k - l + 1 for linear networks; true, "
            "but min over l of rank W_l + 1 holds as well.",
        ),
    ),
    Statement(
        id="NH17:Lem4.4",
        number="Lemma 4.4",
        title="Deficient features are a null set",
        where="Section 4",
        kind="lemma",
        status="true",
        hypotheses=(*ASSUMPTIONS_3_2, ALMOST_WIDE),
        conclusion="The parameters of the layers 1, ..., k with rank [F_k, 1] < N form a set of "
        "Lebesgue measure zero.",
        depends_on=("NH17:Asm3.2", "NH17:Lem4.1", "NH17:Lem4.2", "NH17:Lem4.3"),
    ),
    Statement(
        id="NH17:Cor4.5",
        number="Corollary 4.5",
        title="Parameters with independent features are dense",
        where="Section 4",
        kind="corollary",
        status="true",
        hypotheses=(*ASSUMPTIONS_3_2, ALMOST_WIDE),
        conclusion="Every ball around every choice of parameters of the layers 1, ..., k contains "
        "one with rank [F_k, 1] = N.",
        depends_on=("NH17:Lem4.4",),
    ),
    Statement(
        id="NH17:Thm4.6",
        number="Theorem 4.6",
        title="Implicit function theorem",
        where="Section 4",
        kind="theorem",
        status="false",
        hypotheses=(
            Hypothesis(
                "smooth",
                "Psi: R^s x R^t -> R^t is continuously differentiable.",
                why="a statement about all such maps",
            ),
            Hypothesis("zero", "Psi(u_0, v_0) = 0.", why="a statement about all such maps"),
            Hypothesis(
                "regular",
                "The Jacobian of Psi for v at (u_0, v_0) is nonsingular.",
                why="a statement about all such maps",
            ),
        ),
        conclusion="On a ball around u_0 there is a unique function alpha with "
        "Psi(u, alpha(u)) = 0, and it is continuously differentiable.",
        repaired="Add alpha(u_0) = v_0, and values of alpha in a suitable ball around v_0: that "
        "alpha is unique.",
        errata=(
            Erratum(
                "NH17:E8",
                "Nothing ties alpha to v_0, so it is not unique.",
                "Psi(u, v) = v^2 - 1 at v_0 = 1: alpha = 1, alpha = -1 and every function with "
                "these two values.",
            ),
        ),
        remarks=("Quoted from a textbook; the proof of Theorem 3.8 uses the repaired form.",),
    ),
)
