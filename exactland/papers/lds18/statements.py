"""The statements of LDS18, in the paper's order.

Setting: H hidden dense layers without biases, columns are samples: T_0 = X (d_0 x N),
T_i = sigma(W_i T_{i-1}), E(W) = l(Y, W_{H+1} T_H).
"""

from exactland.papers.lds18.appendix import STATEMENTS as APPENDIX
from exactland.papers.lds18.main_results import STATEMENTS as MAIN_RESULTS
from exactland.papers.lds18.proof_of_main_result import STATEMENTS as PROOF
from exactland.proof.statements import Paper

PAPER = Paper(
    "LDS18",
    "Dawei Li, Tian Ding and Ruoyu Sun",
    "Over-Parameterized Deep Neural Networks Have No Strict Local Minima For Any Continuous "
    "Activations",
    "2018",
)
STATEMENTS = (*MAIN_RESULTS, *PROOF, *APPENDIX)
