"""The named activations: definition, value, derivative, core (docs/certificate-v1.md, section 4).

>>> from exactland.arithmetic.rationals import RATIONALS
>>> relu = activation("relu")
>>> relu.value(fmpq(-1, 2), RATIONALS), relu.derivative(fmpq(3), RATIONALS)
(0, 1)
>>> activation({"name": "swish"}).spec, activation({"expr": "t * exp( -t )"}).spec
('silu', {'expr': 't*exp(-t)'})
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flint import fmpq

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.base import Arithmetic
from exactland.arithmetic.exact import exact
from exactland.arithmetic.formal import FORMAL, Core
from exactland.arithmetic.formal_values import Formal
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import (
    ExactlandError,
    InputError,
    NotDifferentiableError,
    NotExactError,
)
from exactland.functions.accuracy import accurate
from exactland.functions.activation_table import ALIASES, DEFAULTS, NAMED, Named
from exactland.functions.expression import Expression, differentiate, evaluate, parse
from exactland.functions.properties import (
    Fact,
    analytic,
    defined_everywhere,
    parity,
    total,
    written_polynomial,
)
from exactland.functions.recognition import core_of, recognised
from exactland.functions.taylor import taylor

#: What ``activation`` takes: a name, a mapping, or an Activation.
Spec = Any


@dataclass(frozen=True)
class Activation:
    """An activation function sigma. Made by ``activation``; equal if name and parameters are.

    ``name`` is the name in the table, or "expr"; ``parameters`` are its numbers in the order of the
    table (for a polynomial c_0, c_1, ...); ``text`` is the expression of an "expr", else "".
    """

    name: str
    parameters: tuple[fmpq, ...] = ()
    text: str = ""

    def __post_init__(self) -> None:
        if self.name != "expr" and self.name not in NAMED:
            raise InputError("activation", f'there is no "{self.name}"', "use activation(...)")

    def __reduce__(self) -> tuple[Any, ...]:
        """By what defines it: what is known besides is found again."""
        return Activation, (self.name, self.parameters, self.text)

    @property
    def spec(self) -> Any:
        """The canonical JSON form: a name, or an object with the name and all parameters.

        >>> activation({"name": "leaky_relu", "slope": "0.25"}).spec
        {'name': 'leaky-relu', 'slope': '1/4'}
        """
        if self.name == "expr":
            return {"expr": self.text}
        keys = self._named.parameters
        numbers = [written(value) for value in self.parameters]
        if keys == ("coefficients",):
            return {"name": self.name, "coefficients": numbers}
        return {"name": self.name, **dict(zip(keys, numbers, strict=True))} if keys else self.name

    def __str__(self) -> str:
        """The expression, or the name with its parameters; the words of a claim use it.

        >>> print(activation({"name": "softplus", "alpha": "1/2"}), activation("relu"))
        softplus(alpha=1/2) relu
        """
        spec = self.spec
        if isinstance(spec, str):
            return spec
        if "expr" in spec:
            return self.text
        if "coefficients" in spec:
            return f"{self.name}(coefficients=[{','.join(map(str, self.parameters))}])"
        pairs = zip(self._named.parameters, self.parameters, strict=True)
        return f"{self.name}({','.join(f'{key}={value}' for key, value in pairs)})"

    @cached_property
    def _named(self) -> Named:
        return NAMED[self.name]

    @cached_property
    def known_as(self) -> Activation:
        """The entry of the table that an expression is shown to be equal to; otherwise itself.

        >>> print(activation({"expr": "exp(t)/(1+exp(t))"}).known_as)
        sigmoid
        """
        if self.name != "expr" or self._undefined:
            return self
        found = recognised(parse(self.text))
        return self if found is None else Activation(*found)

    @cached_property
    def definition(self) -> Expression | None:
        """sigma as an expression, that of the table for all its spellings; None: dyadic-softplus.

        >>> print(activation({"name": "softplus", "alpha": "3/2"}).definition)
        log(1+exp((3/2)*t))/(3/2)
        """
        known = self.known_as
        return parse(known.text) if known.name == "expr" else known._named.define(known.parameters)

    @cached_property
    def core(self) -> Core:
        """sigma as p(t) + c h(t) for formal evaluation (section 8)."""
        if self.known_as is not self:
            return self.known_as.core
        if self.name == "expr":
            found = None if self._undefined else core_of(parse(self.text), f"expr:{self.text}")
            return found or _core_of_expression(parse(self.text), self.text)
        if self.parameters and self.name not in ("power", "polynomial"):
            label = f"{self.name}({','.join(map(str, self.parameters))})"
        else:
            label = self.name
        return self._named.core(self.parameters, label)

    @cached_property
    def is_analytic(self) -> Fact:
        """Whether sigma is analytic on R (NH18 Theorem 3.5): shown by the rules of section 4.

        >>> activation("gelu").is_analytic.holds, activation("softsign").is_analytic.holds
        (True, False)
        """
        if self.known_as is not self:
            return self.known_as.is_analytic
        if self.definition is None:
            shown = Fact(None, "it has no expression")
        else:
            shown = analytic(self.definition)
        if shown.holds is None and self.name != "expr":
            refuted = self._named.not_analytic(self.parameters)
            return Fact(False, refuted) if refuted else shown
        return shown

    def value(self, t: Any, arithmetic: Arithmetic) -> Any:
        """sigma(t), in a form that stays accurate for large abs(t).

        ``t`` is a number of ``arithmetic``, for ENCLOSURES possibly a whole array.
        Errors: NotExactError where the value is not rational over Q; InputError where an
        expression is not defined; LimitError where an exact value would be too large.

        >>> from exactland.arithmetic.balls import Balls
        >>> activation("sigmoid").value(Balls(64).number(fmpq(-1000)), Balls(64)) > 0
        True
        """
        if self.known_as is not self:
            return self.known_as.value(t, arithmetic)
        if isinstance(arithmetic, Balls):
            return accurate(self._value, t, arithmetic.bits)
        with _working(arithmetic):
            if arithmetic.name == "formal":
                return self._formal_value(t)
            if arithmetic.name == "symbolic":
                return self._symbolic(self.definition, t, arithmetic)
            return _like(t, self._value(t, arithmetic), arithmetic)

    def derivative(self, t: Any, arithmetic: Arithmetic) -> Any:
        """sigma'(t). A ball around a kink gives an enclosure of the slopes on both sides.

        Errors: NotDifferentiableError at a kink, such as that of ReLU at 0; otherwise as for
        ``value``.

        >>> activation({"expr": "abs(t)**3"}).derivative(fmpq(0), RATIONALS)
        0
        """
        if self.known_as is not self:
            return self.known_as.derivative(t, arithmetic)
        try:
            if isinstance(arithmetic, Balls):
                return accurate(self._by_formula, t, arithmetic.bits)
            return self._by_formula(t, arithmetic)
        except NotDifferentiableError:
            if self.definition is None or arithmetic.name not in ("rational", "ball", "formal"):
                raise
            # The formula has no value at a kink of a part, which may be none of the whole.
            return taylor(self.definition, t, 2, arithmetic)[1]

    def _by_formula(self, t: Any, arithmetic: Arithmetic) -> Any:
        with _working(arithmetic):
            if arithmetic.name == "symbolic":
                return self._symbolic(self._slope, t, arithmetic)
            rule = None if self.name == "expr" else self._named.derivative
            if rule is not None:
                return _like(t, rule(t, arithmetic, self.parameters), arithmetic)
            if self.name == "expr" and not self._is_total:
                self._value(
                    t, arithmetic
                )  # off the domain the derivative's formula may have a value
            return _like(t, evaluate(_given(self._slope, self), t, arithmetic), arithmetic)

    def _value(self, t: Any, arithmetic: Arithmetic) -> Any:
        rule = None if self.name == "expr" else self._named.value
        if rule is not None:
            return rule(t, arithmetic, self.parameters)
        return evaluate(_given(self.definition, self), t, arithmetic)

    def _formal_value(self, z: Formal) -> Formal:
        """Section 8: the rational value if there is one, otherwise by the core."""
        q = z.as_rational()
        if q is not None:
            try:
                return FORMAL.number(self._value(q, RATIONALS))
            except NotExactError:
                pass
        if self.core.coefficient != 0 and self._undefined:
            # 1/z + 1/(-z) = 0 says nothing where z may be 0.
            raise NotExactError(
                f"{self} at a formal value",
                self._undefined,
                "use an activation defined on all of R",
            )
        return FORMAL.apply_core(self.core, z)

    def _symbolic(self, expression: Expression | None, t: Any, arithmetic: Arithmetic) -> Any:
        return evaluate(_given(expression, self), t, arithmetic)

    @cached_property
    def _slope(self) -> Expression | None:
        return None if self.definition is None else differentiate(self.definition)

    @cached_property
    def _undefined(self) -> str:
        """Why sigma is not shown to be defined on all of R; "" if it is, as all named ones are."""
        if self.name != "expr":
            return ""
        shown = defined_everywhere(parse(self.text))
        return "" if shown.holds is True else shown.reason

    @cached_property
    def _is_total(self) -> bool:
        return self.definition is not None and total(self.definition).holds is True


def activation(spec: Spec, place: str = "activation") -> Activation:
    """The activation that ``spec`` names.

    Parameters
    ----------
    spec : a name ("relu"), an object with a name and its parameters ({"name": "softplus", "alpha":
        "1/2"}), an expression in t ({"expr": "t*exp(-t)"}), or an Activation. Case, "_" and spaces
        in names do not matter, and usual other names ("swish") are taken.
    place : where it stands, for errors.

    Errors: InputError for an unknown name (with the nearest ones), a missing, superfluous or
    inadmissible parameter, or a text outside the grammar.

    >>> activation("tanhh")
    Traceback (most recent call last):
        ...
    exactland.errors.InputError: activation: there is no activation "tanhh"; did you mean tanh?
    """
    if isinstance(spec, Activation):
        return spec
    if isinstance(spec, str):
        return _from_name(spec, {}, place)
    if not isinstance(spec, Mapping):
        raise InputError(
            place,
            f"a value of type {type(spec).__name__} is not an activation",
            'write a name such as "relu", {"name": ..., parameters} or {"expr": "t*exp(-t)"}',
        )
    if "expr" in spec:
        if len(spec) > 1:
            raise InputError(
                place, 'beside "expr" there are other keys', 'write {"expr": ...} only'
            )
        return _from_expression(spec["expr"], place)
    name = spec.get("name")
    if not isinstance(name, str):
        raise InputError(place, "it has no name", 'write {"name": "softplus", "alpha": "1"}')
    return _from_name(name, {k: v for k, v in spec.items() if k != "name"}, place)


def written(value: fmpq) -> int | str:
    """A rational as docs/certificate-v1.md, section 2, writes it.

    >>> written(fmpq(3)), written(fmpq(-1, 4)), written(fmpq(2) ** 60)
    (3, '-1/4', '0x1000000000000000')
    """
    if value.q == 1:
        whole = int(value.p)
        return whole if abs(whole) <= 2**53 else hex(whole)
    parts = (int(value.p), int(value.q))
    return "/".join(str(part) if abs(part) <= 2**53 else hex(part) for part in parts)


def _from_expression(text: object, place: str) -> Activation:
    if not isinstance(text, str):
        raise InputError(f"{place}.expr", "it is not a text", 'write it as a string: "t*exp(-t)"')
    try:
        expression = parse(text)
        canonical = str(expression)
        # The printed text is what certificates hold: it has to be readable itself.
        if parse(canonical) != expression:
            raise InputError("expression", "its canonical text reads differently", "rewrite it")
    except ExactlandError as error:
        # A text over the limits of the grammar is bad input too.
        raise InputError(f"{place}.expr, {error.place}", error.reason, error.remedy) from None
    return Activation("expr", (), canonical)


def _from_name(name: str, given: Mapping[str, Any], place: str) -> Activation:
    key = _known_name(name, place)
    named = NAMED[key]
    for parameter in given:
        if parameter not in named.parameters:
            wanted = ", ".join(named.parameters)
            remedy = f"its parameters are: {wanted}" if wanted else f'write "{key}" only'
            raise InputError(place, f'{key} has no parameter "{parameter}"', remedy)
    values: list[fmpq] = []
    for parameter in named.parameters:
        at = f"{place}.{parameter}"
        if parameter == "coefficients":
            values = _coefficients(given.get(parameter), at)
        elif parameter in given:
            values.append(exact(given[parameter], at))
        elif (key, parameter) in DEFAULTS:
            values.append(DEFAULTS[key, parameter])
        else:
            raise InputError(
                place,
                f"{key} needs its {parameter}",
                f'write {{"name": "{key}", "{parameter}": ...}}',
            )
        _check_parameter(key, parameter, values, at)
    return Activation(key, tuple(values))


def _known_name(name: str, place: str) -> str:
    key = name.strip().lower().replace("_", "-").replace(" ", "-")
    key = ALIASES.get(key, ALIASES.get(key.replace("-", ""), key))
    if key in NAMED:
        return key
    near = difflib.get_close_matches(key, [*NAMED, *ALIASES], n=3, cutoff=0.7)
    known = list(dict.fromkeys(ALIASES.get(match, match) for match in near))
    shown = name if len(name) <= 60 else name[:57] + "..."
    if known:
        remedy = "did you mean " + " or ".join(known) + "?"
    else:
        names = ", ".join(NAMED)
        remedy = f'the names are {names}; or write an expression: {{"expr": "t/(1+exp(-t))"}}'
    raise InputError(place, f'there is no activation "{shown}"', remedy)


def _check_parameter(key: str, parameter: str, values: list[fmpq], at: str) -> None:
    """The admissible ranges of the table."""
    if parameter == "alpha" and values[-1] <= 0:
        raise InputError(at, f"{values[-1]} is not positive", "give a positive number")
    if parameter == "exponent" and not (values[-1].q == 1 and 0 <= values[-1] <= 64):
        raise InputError(at, f"{values[-1]} is not admissible", "give an integer from 0 to 64")


def _coefficients(given: Any, at: str) -> list[fmpq]:
    if isinstance(given, str | bytes | Mapping) or not hasattr(given, "__iter__"):
        raise InputError(at, "a list of coefficients is expected", "write [c_0, c_1, ...]")
    values = [exact(value, f"{at}[{j}]") for j, value in enumerate(given)]
    if not 1 <= len(values) <= 65:
        raise InputError(at, f"there are {len(values)} coefficients", "give 1 to 65")
    return values


def _core_of_expression(expression: Expression, text: str) -> Core:
    """Polynomial, or odd, or even, or nothing known (section 8)."""
    coefficients = written_polynomial(expression)
    if coefficients is not None:
        return Core(coefficients, "none", fmpq(0), text)
    return Core((), parity(expression) or "none", fmpq(1), f"expr:{text}")


def _given(expression: Expression | None, sigma: Activation) -> Expression:
    if expression is None:
        raise NotExactError(
            sigma.name, "it has no expression in the grammar", "use rationals or balls"
        )
    return expression


def _like(t: Any, value: Any, arithmetic: Arithmetic) -> Any:
    """A constant value for a whole array becomes an array."""
    if not arithmetic.arrays or getattr(value, "shape", ()) == getattr(t, "shape", ()):
        return value
    return value + t * arithmetic.number(fmpq(0))


def _working(arithmetic: Arithmetic) -> AbstractContextManager[Any]:
    """Operators on balls run at the precision of ``arithmetic``."""
    context: Callable[[], AbstractContextManager[Any]] = getattr(arithmetic, "working", nullcontext)
    return context()
