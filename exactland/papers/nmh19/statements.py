"""The statements of NMH19, a poster, in its order.

Setting: units f_j(x) = sigma_j(b_j + sum_{k -> j} f_k(x) u_{k->j}) in layers; M >= N skip units
feed the outputs directly with weights V of their own, U are all other parameters, Psi(U) is the
N x M matrix of the skip units on the samples, G = Psi(U) V and Phi = phi(G) with phi convex.
"""

from exactland.papers.nmh19.experiments import STATEMENTS as EXPERIMENTS
from exactland.papers.nmh19.results import STATEMENTS as RESULTS
from exactland.proof.statements import Paper

PAPER = Paper(
    "NMH19",
    "Quynh Nguyen, Mahesh Chandra Mukkamala and Matthias Hein",
    "On the Loss Landscape of a Class of Deep Neural Networks with No Bad Local Valleys",
    "ICLR 2019 (poster)",
)
STATEMENTS = (*RESULTS, *EXPERIMENTS)
