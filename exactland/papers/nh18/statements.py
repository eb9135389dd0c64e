"""The statements of NH18, in the paper's order, then its appendix, tables and figure.

Setting: convolutional, dense and max-pooling layers over ordered patches, a bias for every neuron,
no function at the output; U_k = M_k(W_k), G_k = F_{k-1} U_k + 1 b_k^T, F_k = sigma_k(G_k) for
k < L and F_L = G_L. Neuron h = (p-1) T_k + t of layer k reads patch p with filter t, and
n_k = T_k P_{k-1}. Phi = ||F_L - Y||^2 / 2.
"""

from exactland.papers.nh18.appendix import STATEMENTS as APPENDIX
from exactland.papers.nh18.features import STATEMENTS as FEATURES
from exactland.papers.nh18.landscape import STATEMENTS as LANDSCAPE
from exactland.papers.nh18.networks import STATEMENTS as NETWORKS
from exactland.papers.nh18.tables import STATEMENTS as TABLES
from exactland.proof.statements import Paper

PAPER = Paper(
    "NH18",
    "Quynh Nguyen and Matthias Hein",
    "Optimization Landscape and Expressivity of Deep CNNs",
    "ICML 2018",
)
STATEMENTS = (*NETWORKS, *FEATURES, *LANDSCAPE, *APPENDIX, *TABLES)
