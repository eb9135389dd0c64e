"""NMH19: the experiments of the poster."""

from exactland.proof.statements import Erratum, Hypothesis, Statement

_TRAINING = Hypothesis(
    "training",
    "Networks trained on MNIST or CIFAR-10 by stochastic gradient descent.",
    why="an experiment with random training",
)

STATEMENTS = (
    Statement(
        id="NMH19:Exp1",
        number="Experiments 1 and 2",
        title="Random U against training all parameters",
        where="Overview; Experiments, its two tables",
        kind="experiment",
        status="not reproduced",
        hypotheses=(_TRAINING,),
        conclusion="With skip connections from N units, training all parameters (SGD) and, on "
        "CIFAR-10, training V only at random U (rand) reach 100 % training accuracy; rand "
        "generalises worse by 10 to 30 points of test accuracy.",
        depends_on=("NMH19:DefNet", "NMH19:Thm1.1"),
        errata=(
            Erratum(
                "NMH19:E8",
                "The differences of the printed table do not lie between 10 and 30 points.",
                "SGD minus rand, sigmoid and softplus: VGG11 9.70, 16.08; VGG13 8.74, 20.52; VGG16 "
                "9.04, 20.45; Densenet121 29.40, 31.37.",
            ),
        ),
        remarks=("The table for MNIST has no row for rand and shows no training accuracy.",),
    ),
    Statement(
        id="NMH19:Exp2",
        number="2D visualization",
        title="Pictures of the loss with and without skip connections",
        where="2D Visualization of Loss Landscape",
        kind="experiment",
        status="not reproduced",
        hypotheses=(_TRAINING,),
        conclusion="On two-dimensional sections of the loss, skip connections to the output smooth "
        "the landscape and remove the bad valleys that are seen without them.",
        depends_on=("NMH19:DefValley", "NMH19:DefNet"),
        remarks=("A section may hide a path that leaves it, or a valley beside it.",),
    ),
    Statement(
        id="NMH19:Exp3",
        number="Deep and thin networks",
        title="150 layers of width 10",
        where="Effects on training deep and thin networks",
        kind="experiment",
        status="not reproduced",
        hypotheses=(_TRAINING,),
        conclusion="A fully connected network of 150 layers of width 10 on 1000 samples of "
        "CIFAR-10 can be trained with skip connections to the output, and not without.",
        depends_on=("NMH19:DefNet",),
    ),
)
