"""Claims in Unicode, LaTeX and MathML.

>>> from exactland.claims.text import read_text
>>> claim = read_text("for almost all parameters: rank F_1 <= N")
>>> print(unicode_text(claim))
for almost all parameters: rank F₁ ≤ N
>>> print(latex(claim))
\\text{for almost all parameters} : \\operatorname{rank} F_{1} \\le N
>>> mathml(claim)[:60]
'<math display="block" xmlns="http://www.w3.org/1998/Math/Mat'
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from exactland.checker.formulas import Formula
from exactland.claims.boxes import Box, boxes

#: Names of symbols: Unicode, LaTeX.
NAMES = {
    "alpha": ("α", r"\alpha"), "beta": ("β", r"\beta"), "mu": ("μ", r"\mu"), "nu": ("ν", r"\nu"),
    "tau": ("τ", r"\tau"), "gamma": ("γ", r"\gamma"), "delta": ("δ", r"\delta"),
    "eta": ("η", r"\eta"), "sigma": ("σ", r"\sigma"), "pi": ("π", r"\pi"), "Phi": ("Φ", r"\Phi"),
    "Psi": ("Ψ", r"\Psi"), "dPhi": ("∇Φ", r"\nabla\Phi"), "ddPhi": ("∇²Φ", r"\nabla^{2}\Phi"),
    "partial": ("∂", r"\partial"), "partial Phi": ("∂Φ", r"\partial\Phi"), "l": ("ℓ", r"\ell"),
    "o": ("∘", r"\circ"), "det": ("det", r"\det"), "rank": ("rank", r"\operatorname{rank}"),
    "lim": ("lim", r"\lim"), "patch": ("patch", r"\operatorname{patch}"),
}  # fmt: skip
#: Words that stand before their argument in brackets.
FUNCTIONS = frozenset(
    ("smin", "smax", "least", "largest", "ones", "columns", "patches", "hess", "max", "min")
)
SIGNS = {
    "<=": ("≤", r"\le"), "!=": ("≠", r"\ne"), ">=": ("≥", r"\ge"), "*": ("·", r"\cdot"),
    "..": ("…", r"\ldots"), "-": ("−", "-"), "sum": ("∑", r"\sum"), "||": ("‖", r"\|"),
    "|": ("|", r"|"),
}  # fmt: skip
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def unicode_text(formula: Formula) -> str:
    """A line of Unicode for the sentence, and one below it for each definition."""
    sentence, *definitions = (_unicode(part) for part in boxes(formula))
    return "\n".join([sentence, *(f"  with {text}" for text in definitions)])


def latex(formula: Formula) -> str:
    """The same in LaTeX with amsmath, for a formula of its own."""
    sentence, *definitions = (_latex(part) for part in boxes(formula))
    return " \\\\\n".join([sentence, *(rf"\text{{with }} {text}" for text in definitions)])


def mathml(formula: Formula) -> str:
    """The same in MathML: an element ``math``, with a row of a table for each line."""
    sentence, *definitions = (_mathml(part) for part in boxes(formula))
    lines = [sentence, *(f"<mrow><mtext>with </mtext>{text}</mrow>" for text in definitions)]
    inside = lines[0]
    if len(lines) > 1:
        cells = "".join(f"<mtr><mtd>{line}</mtd></mtr>" for line in lines)
        inside = f'<mtable columnalign="left">{cells}</mtable>'
    return f'<math display="block" xmlns="http://www.w3.org/1998/Math/MathML">{inside}</math>'


# Unicode: one line.


def _joined(parts: tuple[Box, ...], write: Callable[[Box], str]) -> str:
    """The parts of a row with spaces where a reader expects them."""
    text = ""
    for n, part in enumerate(parts):
        piece, before = write(part), parts[n - 1] if n else None
        if before is not None and _spaced(before, part):
            text += " "
        text += piece
    return text


def _spaced(left: Box, right: Box) -> bool:
    if right.kind == "sign" and right.parts[0] in (",", ":"):
        return False
    if left.kind == "sign" and left.parts[0] in ("..", ":") and right.kind != "word":
        return str(left.parts[0]) == ":"
    if right.kind == "sign" and right.parts[0] == "..":
        return False
    if right.kind == "fence":
        return left.kind in ("word", "sign") and str(left.parts[0]) not in FUNCTIONS
    return not (left.kind == "name" and str(left.parts[0]).startswith("partial"))


def _unicode(box: Box) -> str:
    kind, parts = box.kind, box.parts
    if kind == "row":
        return _joined(parts, _unicode)
    if kind == "name":
        return str(NAMES.get(parts[0], (parts[0], ""))[0])
    if kind == "sign":
        return str(SIGNS.get(parts[0], (parts[0], ""))[0])
    if kind in ("word", "number", "function"):
        return str(parts[0]).replace("-", "−") if kind == "number" else str(parts[0])
    if kind in ("sub", "sup"):
        return _raised(_unicode(parts[0]), _unicode(parts[1]), kind)
    if kind == "fraction":
        return "/".join(_operand(part) for part in parts)
    if kind == "root":
        return f"√({_unicode(parts[0])})"
    if kind == "fence":
        left, inside, right = parts
        ends = [SIGNS.get(end, (end, ""))[0] for end in (left, right)]
        return f"{ends[0]}{_unicode(inside)}{ends[1]}"
    lines = (", ".join(map(_unicode, line)) for line in parts)
    return "[" + "; ".join(lines) + "]"


def _operand(box: Box) -> str:
    text = _unicode(box)
    return f"({text})" if " " in text or "/" in text else text


def _raised(base: str, text: str, kind: str) -> str:
    if text.isdigit():
        return base + text.translate(_SUBSCRIPTS if kind == "sub" else _SUPERSCRIPTS)
    if kind == "sup" and text == "T":
        return f"{base}ᵀ"
    short = text.isalnum() or (text[:1] == "(" and text[-1:] == ")")
    return f"{base}{'_' if kind == 'sub' else '^'}{text if short else f'({text})'}"


# LaTeX.

#: What LaTeX would take for a command; names of units and activations are letters, digits, . _ -.
_ESCAPED = str.maketrans({"_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$"})


def _latex(box: Box) -> str:
    kind, parts = box.kind, box.parts
    if kind == "row":
        return " ".join(_merged(parts))
    if kind == "name":
        return str(NAMES.get(parts[0], ("", parts[0]))[1])
    if kind == "sign":
        return str(SIGNS.get(parts[0], ("", parts[0]))[1])
    if kind == "number":
        return str(parts[0])
    if kind == "word":
        return rf"\text{{{str(parts[0]).translate(_ESCAPED)}}}"
    if kind == "function":
        return rf"\operatorname{{{parts[0]}}}"
    if kind in ("sub", "sup"):
        base, raised = _latex(parts[0]), _latex(parts[1])
        whole = base if _takes(parts[0], kind) else f"{{{base}}}"
        return f"{whole}{'_' if kind == 'sub' else '^'}{{{raised}}}"
    if kind == "fraction":
        return rf"\frac{{{_latex(parts[0])}}}{{{_latex(parts[1])}}}"
    if kind == "root":
        return rf"\sqrt{{{_latex(parts[0])}}}"
    if kind == "fence":
        left, right = (SIGNS.get(end, ("", end))[1] for end in (parts[0], parts[2]))
        return rf"\left{left} {_latex(parts[1])} \right{right}"
    lines = r" \\ ".join(" & ".join(map(_latex, line)) for line in parts)
    return rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}"


def _takes(base: Box, kind: str) -> bool:
    """Whether an index or a power can follow without braces: one of each, and only of a letter."""
    if kind == "sup" and base.kind == "sub":
        base = base.parts[0]
    return base.kind in ("name", "sign")


def _merged(parts: tuple[Box, ...]) -> list[str]:
    """The parts of a row in LaTeX; words that follow each other are one text."""
    found: list[str] = []
    words: list[str] = []
    for part in (*parts, None):
        if part is not None and part.kind == "word":
            words.append(str(part.parts[0]).translate(_ESCAPED))
            continue
        if words:
            opens = part is None or part.kind == "sign" or words[-1] in FUNCTIONS
            before, after = " " * bool(found), "" if opens else " "
            found.append(rf"\text{{{before}{' '.join(words)}{after}}}")
            words = []
        if part is not None:
            found.append(_latex(part))
    return found


# MathML.


def _mathml(box: Any) -> str:
    kind, parts = box.kind, box.parts
    if kind == "row":
        return f"<mrow>{''.join(_with_spaces(parts))}</mrow>"
    if kind == "name":
        space = "&#8201;" if parts[0] in ("rank", "det", "lim") else ""
        return f"<mi>{escape(NAMES.get(parts[0], (parts[0], ''))[0])}{space}</mi>"
    if kind == "sign":
        return f"<mo>{escape(SIGNS.get(parts[0], (parts[0], ''))[0])}</mo>"
    if kind == "number":
        return f"<mn>{escape(str(parts[0]))}</mn>"
    if kind == "function":
        return f"<mi>{escape(parts[0])}</mi>"
    if kind == "word":
        return f"<mtext>{escape(str(parts[0]))}</mtext>"
    tags = {"sub": "msub", "sup": "msup", "fraction": "mfrac", "root": "msqrt"}
    if kind in tags:
        return f"<{tags[kind]}>{''.join(map(_mathml, parts))}</{tags[kind]}>"
    if kind == "fence":
        left, inside, right = parts
        ends = [f"<mo>{escape(SIGNS.get(end, (end, ''))[0])}</mo>" for end in (left, right)]
        return f"<mrow>{ends[0]}{_mathml(inside)}{ends[1]}</mrow>"
    lines = "".join(
        f"<mtr>{''.join(f'<mtd>{_mathml(entry)}</mtd>' for entry in line)}</mtr>" for line in parts
    )
    return f"<mrow><mo>[</mo><mtable>{lines}</mtable><mo>]</mo></mrow>"


def _with_spaces(parts: tuple[Box, ...]) -> list[str]:
    """Words have a space to either side, but before a comma or a colon."""
    found = []
    for n, part in enumerate(parts):
        text = _mathml(part)
        if part.kind == "word":
            before = "&#160;" if n else ""
            last = n + 1 == len(parts)
            sign = not last and parts[n + 1].kind == "sign" and parts[n + 1].parts[0] in (":", ",")
            after = "" if last or sign or parts[n + 1].kind == "word" else "&#160;"
            text = f"<mtext>{before}{escape(str(part.parts[0]))}{after}</mtext>"
        found.append(text)
    return found
