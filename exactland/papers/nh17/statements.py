"""The statements of NH17, in the paper's order.

Setting: L dense layers, F_0 = X (N x d), G_k = F_{k-1} W_k + 1 b_k^T and F_k = sigma(G_k) for every
k, the output layer included; Phi sums l over the entries of F_L - Y; Delta_k is the derivative of
Phi for G_k. The minimum of Phi is assumed to be attained.
"""

from exactland.papers.nh17.main_result import STATEMENTS as MAIN_RESULT
from exactland.papers.nh17.proof_of_main_result import STATEMENTS as PROOF
from exactland.papers.nh17.separable import STATEMENTS as SEPARABLE
from exactland.papers.nh17.setting import STATEMENTS as SETTING
from exactland.proof.statements import Paper

PAPER = Paper(
    "NH17",
    "Quynh Nguyen and Matthias Hein",
    "The Loss Surface of Deep and Wide Neural Networks",
    "ICML 2017",
)
STATEMENTS = (*SETTING, *MAIN_RESULT, *PROOF, *SEPARABLE)
