"""NMH19: the network class, the assumptions and Theorem 1."""

from exactland.proof.statements import Erratum, Hypothesis, Statement

_ACTIVATIONS = Hypothesis(
    "activations",
    "Assumption 1.1: every activation is strictly increasing and analytic.",
    "functions.facts.nmh19_assumption_1_1",
)
_SKIP_UNITS = Hypothesis(
    "enough_skip_units", "There are M >= N skip units.", "proof.instance.enough_skip_units"
)
_SKIP_ACTIVATIONS = Hypothesis(
    "skip_activations",
    "Assumption 1.2: N of the skip units have all a bounded activation with limit 0 at -infinity, "
    "or all softplus and a backward path to the first layer that meets no skip unit and no unit "
    "that shares weights with another skip unit.",
    "functions.facts.nmh19_assumption_1_2",
    "decides the activation; SkipNetwork.backward_path finds the path",
)
_PATCHES = Hypothesis(
    "distinct_patches",
    "Assumption 1.3: the input patches of different samples differ.",
    "NMH19:Asm1.3",
)
_ASSUMPTION_1 = (_ACTIVATIONS, _SKIP_UNITS, _SKIP_ACTIVATIONS, _PATCHES)
_CONVEX = Hypothesis(
    "convex",
    "phi is convex: square loss, cross-entropy.",
    why="a property of the problem's loss, by its name",
)

_OWN_BIASES = Erratum(
    "NMH19:E1",
    "The N skip units need biases of their own and at least one input, which no assumption grants: "
    "units may share parameters, and may be connected to any subset below.",
    "Lemma 2: two skip units (N = 2) with the same inputs, shared weights and a shared bias have "
    "equal columns in Psi. Or a unit with no inputs at all, which is constant: x = (-1, 0, 1), "
    "one skip unit that reads x and two that read nothing: rank Psi <= 2 always.",
)
_VALLEY = Erratum(
    "NMH19:E2",
    "Where Lemma 2 fails, bad valleys exist.",
    "Two skip units with the same input, shared weights and bias, sigmoid, x = (0, 1), "
    "y = (1, -2), Phi = ||Psi V - Y||^2: in {Phi < 5} the points with v_1 + v_2 > 0 form valleys "
    "where Phi >= 4, and the others reach values near 1; v_1 + v_2 = 0 gives Phi = 5.",
)
_REPAIR = (
    "Assume that each of the N skip units has a bias that no other unit uses, and at least one "
    "input, as every unit below; the condition on paths for softplus is then not needed."
)

STATEMENTS = (
    Statement(
        id="NMH19:DefNet",
        number="Network class",
        title="Deep networks with skip connections to the output",
        where="Our proposed deep neural nets",
        kind="definition",
        status="definition",
        hypotheses=(
            Hypothesis(
                "network",
                "A unit reads units of lower layers; units of one layer with equally many inputs "
                "may share weights.",
                "model.skip.SkipNetwork",
                "refuses other networks when the network is made",
            ),
        ),
        conclusion="f_j(x) = sigma_j(b_j + sum over k -> j of f_k(x) u_{k->j}); N hidden units "
        "are connected directly to the outputs, with independent weights.",
        repaired="Say non-empty subset, and whether units that share weights share the bias: see "
        "Assumption 1.",
        errata=(
            Erratum(
                "NMH19:E3",
                "Any subset of the units below includes the empty one, and then f_j is constant.",
                "See NMH19:E1.",
            ),
        ),
    ),
    Statement(
        id="NMH19:DefValley",
        number="Local valley",
        title="Local valleys and bad ones",
        where="Overview",
        kind="definition",
        status="definition",
        conclusion="A local valley is a connected component of a strict sublevel set {Phi < c}; it "
        "is bad if Phi does not come arbitrarily close to its infimum there.",
        remarks=(
            "Without bad valleys Phi is weakly global in the sense of LDS18, Definition 2; the "
            "converse is false.",
        ),
    ),
    Statement(
        id="NMH19:Asm1",
        number="Assumptions 1",
        title="Activations, skip units and samples",
        where="Main Results",
        kind="assumption",
        status="definition",
        hypotheses=_ASSUMPTION_1,
        conclusion="(1) All activations are strictly increasing and analytic. (2) N <= M skip "
        "units have all a bounded activation with limit 0 at -infinity, or all softplus and a "
        "backward path as described. (3) The input patches of different samples are distinct.",
        depends_on=("NMH19:DefNet",),
        repaired=_REPAIR,
        errata=(_OWN_BIASES,),
        remarks=(
            "proof.instance.private_biases decides the added condition on an instance.",
            "(3) is read of every unit that reads inputs only. For whole samples it would not do: "
            "X = (0,0), (0,1) with two skip units that read the first coordinate.",
        ),
    ),
    Statement(
        id="NMH19:Lem2",
        number="Lemma 2",
        title="Psi has full rank for almost all U",
        where="Proof Sketch",
        kind="lemma",
        status="false",
        hypotheses=_ASSUMPTION_1,
        conclusion="The U for which Psi(U) has rank less than N form a set of Lebesgue measure "
        "zero.",
        depends_on=("NMH19:Asm1", "NMH19:DefNet", "NH17:Lem4.2"),
        repaired=_REPAIR,
        errata=(_OWN_BIASES,),
        remarks=(
            "On an instance conditions.ranks.generic_rank_of proves it by one witness, and refutes "
            "it if a relation holds between the samples.",
            "Without any bias it fails too: see LDS18:Lem3.",
        ),
    ),
    Statement(
        id="NMH19:Thm1.1",
        number="Theorem 1(1)",
        title="Uncountably many solutions with zero training error",
        where="Main Results",
        kind="theorem",
        status="false",
        hypotheses=(*_ASSUMPTION_1, _CONVEX),
        conclusion="There are uncountably many (U, V) with zero training error.",
        depends_on=("NMH19:Lem2",),
        repaired=_REPAIR,
        errata=(_OWN_BIASES,),
        remarks=(
            "Square loss: Psi(U) V = Y is solvable for almost every U. Cross-entropy: no sample is "
            "misclassified, and the infimum 0 of Phi is not attained.",
        ),
    ),
    Statement(
        id="NMH19:Thm1.2",
        number="Theorem 1(2)",
        title="No bad local valleys",
        where="Main Results; Proof Sketch, step 2",
        kind="theorem",
        status="false",
        hypotheses=(*_ASSUMPTION_1, _CONVEX),
        conclusion="The loss landscape of Phi has no bad local valley.",
        depends_on=("NMH19:DefValley", "NMH19:Lem2"),
        repaired=_REPAIR,
        errata=(
            _OWN_BIASES,
            _VALLEY,
            Erratum(
                "NMH19:E4",
                "Step (f) bounds Phi on the segment strictly by (1 - lambda) alpha + lambda eps; "
                "at lambda = 0 and for eps not below Phi(U, V) use max(Phi(U, V), eps) < alpha.",
            ),
        ),
    ),
    Statement(
        id="NMH19:Thm1.3",
        number="Theorem 1(3)",
        title="No suboptimal strict local minimum",
        where="Main Results; Proof Sketch, step 3",
        kind="theorem",
        status="true",
        hypotheses=(*_ASSUMPTION_1, _CONVEX),
        conclusion="Phi has no suboptimal strict local minimum.",
        depends_on=("NMH19:Thm1.2",),
        errata=(
            Erratum(
                "NMH19:E5",
                "It is derived from Theorem 1(2), which is false as stated; it holds for another "
                "reason.",
            ),
        ),
        remarks=(
            "Direct argument: for M >= N and continuous activations no local minimum is strict. If "
            "Psi(U) z = 0 with z != 0, moving V along z e^T leaves Phi as it is; else M = N, "
            "Psi(U) is invertible, and V(U') = Psi(U')^{-1} Psi(U) V does so for U' near U.",
        ),
    ),
    Statement(
        id="NMH19:Thm1.4",
        number="Theorem 1(4)",
        title="No local maxima",
        where="Main Results; Proof Sketch, step 4",
        kind="theorem",
        status="false",
        hypotheses=(
            *_ASSUMPTION_1,
            Hypothesis(
                "loss",
                "phi is the square loss or cross-entropy.",
                why="a property of the problem's loss, by its name",
            ),
        ),
        conclusion="Phi has no local maximum.",
        depends_on=("NMH19:Asm1",),
        repaired="For cross-entropy, assume at least two outputs, d_y >= 2.",
        errata=(
            Erratum(
                "NMH19:E6",
                "With one output the cross-entropy of a softmax is constant.",
                "d_y = 1: Phi = 0 everywhere, so every point is a local maximum.",
            ),
            Erratum(
                "NMH19:E7",
                "The sketch treats the square loss only, and writes I_m for the identity of size "
                "d_y.",
            ),
        ),
        remarks=(
            "The Hessian for vec(V) is positive semidefinite with trace d_y ||Psi||_F^2 for the "
            "square loss (with its factor 1/2), and the sum over i, j of ||psi_i||^2 "
            "p_ij (1 - p_ij) for cross-entropy: positive, since some skip units are.",
        ),
    ),
)
