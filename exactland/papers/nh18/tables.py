"""NH18: its two tables and its figure."""

from exactland.proof.statements import Erratum, Hypothesis, Statement

STATEMENTS = (
    Statement(
        id="NH18:Tab1",
        number="Table 1",
        title="Maximal widths of known networks against ImageNet",
        where="Section 1",
        kind="table",
        status="false",
        hypotheses=(
            Hypothesis(
                "architectures",
                "The layers of the eight published networks; N = 1200K.",
                why="the architectures are not part of the paper",
            ),
        ),
        conclusion="The largest width exceeds N for VGG (3000K), Inception V3 and V4 (1300K), and "
        "not for SqueezeNet (1180K), ENet (1000K), GoogLeNet and ResNet (800K) and Xception "
        "(700K).",
        repaired="Xception belongs to the networks that exceed N.",
        errata=(
            Erratum(
                "NH18:E8g",
                "The row of Xception is wrong.",
                "Its second convolution gives 147^2 * 64 = 1,382,976 > N.",
            ),
        ),
        remarks=(
            "The other rows hold: VGG 224^2 * 64 = 3,211,264; Inception 147^2 * 64; SqueezeNet "
            "111^2 * 96 = 1,182,816; ENet 256^2 * 16 = 1,048,576; GoogLeNet and ResNet 112^2 * 64 "
            "= 802,816.",
            "Checked is the width of one layer of each network. That no other is wider is not "
            "checked, and false of Xception: block2_sepconv1 has 147^2 * 128 = 2,765,952.",
        ),
    ),
    Statement(
        id="NH18:Tab2",
        number="Table 2",
        title="Ranks of feature matrices on MNIST",
        where="Section 3",
        kind="table",
        status="not reproduced",
        hypotheses=(
            Hypothesis(
                "training",
                "The network of Figure 1 with T_1 filters, trained on MNIST with small noise.",
                why="an experiment with random training",
            ),
        ),
        conclusion="For T_1 = 10, ..., 100 the matrix F_1 has full rank min(60000, 676 T_1), by a "
        "threshold on floating-point singular values; F_3 has rank 2880, but 2875 and 2856 at "
        "T_1 = 80 and 100; the training error is 0 from T_1 = 30 on.",
        depends_on=("NH18:Fig1", "NH18:Thm3.5"),
        remarks=(
            "n_1 = 26 * 26 * T_1 = 676 T_1 >= 60000 exactly if T_1 >= 89, as the paper says.",
            "The ranks are estimates and not certified ones.",
        ),
    ),
    Statement(
        id="NH18:Fig1",
        number="Figure 1",
        title="A CNN that is wide at layer 1",
        where="Section 4",
        kind="figure",
        status="true",
        hypotheses=(
            Hypothesis(
                "widths",
                "n_0, ..., n_6 = 784, 67600, 16900, 2880, 720, 100, 10.",
                "proof.instance.pyramidal",
                "on a problem with these widths",
            ),
        ),
        conclusion="n_1 = 100 * 26 * 26 = 67600 >= N for N <= 67600, and n_2 >= ... >= n_6.",
        depends_on=("NH18:Def2.1", "NH18:Def2.2", "NH18:Def2.3"),
        remarks=("It has max-pooling layers, so Assumption 4.1 does not hold for it as drawn.",),
    ),
)
