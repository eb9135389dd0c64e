"""Claims in Unicode, LaTeX and MathML: well-formed for every formula, and as a reader expects."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
from formula_generator import Formulas

from exactland.claims.styles import latex, mathml, unicode_text
from exactland.claims.text import read_text


def require_balanced(text: str) -> None:
    """Braces, \\left and \\right, environments."""
    depth = 0
    for brace in re.findall(r"(?<!\\)[{}]", text):
        depth += 1 if brace == "{" else -1
        assert depth >= 0
    assert depth == 0
    assert len(re.findall(r"\\left\b", text)) == len(re.findall(r"\\right\b", text))
    assert text.count(r"\begin") == text.count(r"\end")
    # Two indices or powers of one thing are an error in LaTeX.
    assert not re.search(r"\^\{[^{}]*\}\^|_\{[^{}]*\}_", text), text


def test_every_formula_has_every_style() -> None:
    for seed in range(800):
        formula = Formulas(seed).claim(4)
        require_balanced(latex(formula))
        ElementTree.fromstring(mathml(formula))
        assert "  " not in unicode_text(formula).replace("\n  with", "")


@pytest.mark.parametrize(
    ("text", "unicode", "written"),
    [
        (
            "for almost all parameters: rank F_1 <= N",
            "for almost all parameters: rank F₁ ≤ N",
            r"\text{for almost all parameters} : \operatorname{rank} F_{1} \le N",
        ),
        (
            "at given: dPhi/dW_2 = F_1^T dPhi/dG_2",
            "at given: ∂Φ/∂W₂ = F₁ᵀ ∂Φ/∂G₂",
            r"\text{at given} : \frac{\partial\Phi}{\partial W_{2}} = F_{1}^{T} "
            r"\frac{\partial\Phi}{\partial G_{2}}",
        ),
        ("X[1, 2] != -1/2", "X_(1, 2) ≠ −1/2", r"X_{1 , 2} \ne \frac{-1}{2}"),
    ],
)
def test_styles(text: str, unicode: str, written: str) -> None:
    formula = read_text(text)
    assert unicode_text(formula) == unicode
    assert latex(formula) == written


def test_names_of_a_file_are_escaped() -> None:
    formula = read_text('at given: F_"h_1" = 0')
    assert r"h\_1" in latex(formula)
    ElementTree.fromstring(mathml(formula))
