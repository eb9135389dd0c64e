"""The objects that a reader may ask for: of the network, of the data and of the proof so far.

The parameters are those that the proof has constructed up to the step, otherwise the problem's own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.rationals import RATIONALS
from exactland.errors import NotExactError, UsageError
from exactland.model.forward import feature_matrix, pre_activation_matrix, skip_feature_matrix
from exactland.model.layer_matrix import layer_map, layer_matrix
from exactland.model.messages import near, shown
from exactland.model.problem import Problem, describe_layer
from exactland.model.skip import SkipNetwork
from exactland.proof.leibniz import LARGEST, expand
from exactland.proof.leibniz_lines import dominance, dominance_lines, expansion_lines
from exactland.proof.replay import Stage
from exactland.proof.script import Definition, Fact
from exactland.proof.separation import BITS, last_order, separation
from exactland.proof.writing import number_text, sizes

_LAYERED = re.compile(r"([UWGFb]|sigma)_?(\d{1,6})")
_OF_ALPHA = re.compile(r"(?:A|leibniz)\((.+)\)")
#: Names that every proof on a network of layers knows, apart from those of its definitions.
OF_THE_PROBLEM = ("X", "network", "parameters")


@dataclass(frozen=True)
class Shown:
    """An object: its name, its value, where it comes from; ``lines`` if it has its own wording."""

    name: str
    value: Any
    words: str
    lines: tuple[str, ...] = ()


class Scene:
    """What is known at a step of a proof: the problem, the parameters, the definitions."""

    def __init__(
        self, problem: Problem, k: int, stages: Sequence[Stage], *, ended: bool = False
    ) -> None:
        self.problem = problem
        self.k = k
        #: Whether these are all stages: nothing will be defined later.
        self.ended = ended
        self.stages = tuple(stages)
        facts = [s.outcome for s in self.stages if isinstance(s.outcome, Fact)]
        self.claims = tuple(fact.claim for fact in facts)
        self.definitions: dict[str, Definition] = {}
        for stage in self.stages:
            for definition in stage.definitions:
                self.definitions[definition.name] = definition
        #: The parameters that were constructed last, or None.
        self.constructed: Any = next(
            (c.parameters for c in reversed(self.claims) if hasattr(c, "parameters")), None
        )

    @property
    def parameters(self) -> Any:
        """The constructed parameters, else the problem's, else None."""
        return self.constructed if self.constructed is not None else self.problem.parameters

    def names(self) -> list[str]:
        """The names that ``find`` knows, those of the proof first; some have no value yet."""
        return list(dict.fromkeys(self._names()))

    def _names(self) -> list[str]:
        names = [*self.definitions, *OF_THE_PROBLEM]
        if self.problem.data.targets is not None:
            names.append("Y")
        if last_order(self.claims) is not None:
            names += ["d", "A", "A(alpha)", "leibniz"]
        if isinstance(self.problem.network, SkipNetwork):
            return [*names, "Psi"]
        depth = self.problem.sequential.depth
        for k in range(1, depth + 1):
            layer: Any = self.problem.sequential.layer(k)
            letters = ["W", "b", "U", "G", "F", "sigma"] if layer.has_parameters() else ["F"]
            if "b" in letters and layer.bias == "none":
                letters.remove("b")
            names += [f"{letter}_{k}" for letter in letters]
        return names

    def named(self) -> tuple[list[str], list[str]]:
        """The names that have a value at this step, and those that have none yet."""
        waiting = [name for name in self.names() if self._waits(name)]
        return [name for name in self.names() if name not in waiting], waiting

    def _waits(self, name: str) -> bool:
        """Whether ``find`` would say that something is not chosen; nothing is computed."""
        if name in self.definitions:
            return False
        if name in ("parameters", "Psi"):
            return self.parameters is None
        if name in ("A", "A(alpha)", "leibniz"):
            chosen = "alpha" in self.definitions or "alpha_0" in self.definitions
            return "beta" not in self.definitions or (name != "A(alpha)" and not chosen)
        layered = _LAYERED.fullmatch(name)
        if layered is None or layered[1] in ("U", "sigma"):
            return False
        k = int(layered[2])
        if layered[1] in ("W", "b"):
            return self._own(k) is None
        return self._unchosen(k) is not None

    def _unchosen(self, k: int) -> int | None:
        """The first layer up to k whose parameters are not chosen at this step."""
        layers = range(1, k + 1)
        sequential = self.problem.sequential
        with_weights = (lower for lower in layers if sequential.layer(lower).has_parameters())
        return next((lower for lower in with_weights if self._own(lower) is None), None)

    def find(self, name: str) -> Shown:
        """The object of this name; UsageError with near names for one that is not known."""
        if name in self.definitions:
            found = self.definitions[name]
            return Shown(name, found.value, _joined(found.words, found.passage))
        layered = _LAYERED.fullmatch(name)
        if layered is not None and not isinstance(self.problem.network, SkipNetwork):
            return self._of_layer(layered[1], int(layered[2]))
        of_alpha = _OF_ALPHA.fullmatch(name)
        if of_alpha is not None or name in ("A", "d", "leibniz"):
            return self._separating(name, of_alpha[1].strip() if of_alpha else None)
        match name:
            case "X":
                return Shown("X", self.problem.data.inputs, "the data, a row a sample")
            case "Y" if self.problem.data.targets is not None:
                return Shown("Y", self.problem.data.targets, "the targets, a row a sample")
            case "network":
                return Shown("network", self._network(), "")
            case "parameters":
                return self._parameters()
            case "Psi" if isinstance(self.problem.network, SkipNetwork):
                value = self._evaluated(
                    lambda arithmetic, at: skip_feature_matrix(self.problem, arithmetic, at), name
                )
                return Shown("Psi", value, f"features of the skip units {self._where()}")
        remedy = near(name, self.names())
        if not self.ended and remedy.startswith("known"):
            remedy += "; later steps may define it"
        raise UsageError("show", f"there is no {shown(name)} here", remedy)

    # Objects of a layer.

    def _of_layer(self, letter: str, k: int) -> Shown:
        layer: Any = self.problem.sequential.layer(k)
        name = f"{letter}_{k}"
        below, width = self.problem.widths[k - 1], self.problem.widths[k]
        if letter != "F" and not layer.has_parameters():
            raise UsageError(name, f"layer {k} is max-pooling, which has none", f"ask for F_{k}")
        if letter == "sigma":
            definition = layer.activation.definition
            text = f"{layer.activation.name}: t -> {definition}" if definition else "no expression"
            return Shown(name, text, "")
        if letter in ("W", "b", "U"):
            own = self._own(k)
            if letter == "U" and own is None:
                words = f"{below} x {width}, w[r,t] is entry (r, t) of W_{k}, not chosen yet"
                return Shown(name, _pattern(layer, below), words)
            if own is None:
                raise self._not_chosen(name, "it is")
            if letter == "U":
                value = RATIONALS.rows(layer_matrix(self.problem, k, RATIONALS, self.parameters))
                return Shown(name, value, f"{below} x {width}, M_{k}(W_{k}) {self._where()}")
            value = own.W if letter == "W" else own.b
            if value is None:
                raise UsageError(name, f"layer {k} has no bias", "ask for W")
            return Shown(name, value, f"of layer {k}, {self._where()}")
        lower = self._unchosen(k)
        if lower is not None:
            raise self._not_chosen(name, f"the parameters of layer {lower} are")
        compute = pre_activation_matrix if letter == "G" else feature_matrix
        value = self._evaluated(
            lambda arithmetic, at: compute(self.problem, k, arithmetic, at), name
        )
        size = f"{self.problem.data.samples} x {width}"
        formula = f"F_{k - 1} U_{k} + 1 b_{k}^T" if letter == "G" else f"features of layer {k}"
        return Shown(name, value, f"{size}, {formula} {self._where()}")

    def _not_chosen(self, name: str, what: str) -> UsageError:
        """The error for what has no value: a later step may choose it, or nothing does."""
        if self.ended:
            return UsageError(name, f"{what} not chosen by this proof", "ask for another object")
        remedy = "go on with `next`, or open a problem with parameters"
        return UsageError(name, f"{what} not chosen at this step", remedy)

    def _own(self, k: int) -> Any:
        """The parameters of layer k, or None."""
        return None if self.parameters is None else self.parameters[k - 1]

    def _parameters(self) -> Shown:
        at = self.parameters
        if at is None:
            raise self._not_chosen("parameters", "they are")
        if isinstance(self.problem.network, SkipNetwork):
            return Shown("parameters", at, self._where())
        texts = tuple(
            f"layer {k}: {'none' if entry is None else sizes(entry)}"
            for k, entry in enumerate(at, start=1)
        )
        return Shown("parameters", texts, f"{self._where()}; `show W_1` shows those of layer 1")

    def _where(self) -> str:
        if self.constructed is not None:
            return "at the constructed parameters"
        return "at the given parameters"

    def _evaluated(self, compute: Any, name: str) -> Any:
        """A matrix exactly, or in balls where entries are irrational."""
        at = self.parameters
        if at is None:
            raise self._not_chosen(name, "its parameters are")
        try:
            return RATIONALS.rows(compute(RATIONALS, at))
        except NotExactError:
            balls = Balls(BITS)
            with balls.working():
                return balls.rows(compute(balls, at))

    def _network(self) -> tuple[str, ...]:
        """A line for each layer, or for each unit of a skip network."""
        network = self.problem.network
        if isinstance(network, SkipNetwork):
            return tuple(
                f"{unit.id}: layer {unit.layer}, reads {', '.join(map(_source, unit.sources))}; "
                f"weights {unit.group}, bias {unit.bias or 'none'}, {unit.activation.name}"
                + (", skip unit" if unit.id in network.skips else "")
                for unit in network.units
            )
        widths = self.problem.widths
        return tuple(
            f"layer {k}: {describe_layer(layer, widths[k - 1])}"
            for k, layer in enumerate(network.layers, start=1)
        )

    # The matrix A(alpha) of NH18, equation (9).

    def _separating(self, name: str, alpha: str | None) -> Shown:
        found = separation(self.problem, self.claims, self.definitions)
        name = name if len(name) <= 40 else f"{name[:20]}...{name[-6:]}"
        if found is None:
            raise UsageError(
                name, "no order of the samples is known at this step", "go on with `next`"
            )
        if name == "d":
            words = "d_ij = <a^t, f^p(x_gamma(j)) - f^p(x_gamma(i))>, j = (p, t); NH18, (9)"
            return Shown("d", found.gaps, words)
        if alpha == "alpha" and name.startswith("A"):
            return Shown(name, found.formulas(), f"A(alpha)_ij = {found.words}")
        scale, value = found.at(alpha)
        at = f"at alpha = {number_text(scale)}"
        if name.startswith("A"):
            return Shown(name, value, f"A_ij = {found.words} {at}")
        if len(value) > LARGEST:
            argument = dominance(found.family(), scale)
            lines = dominance_lines(argument, found.k)
            return Shown(name, argument, f"det A without the Leibniz sum, {at}", tuple(lines))
        expansion = expand(value)
        lines = expansion_lines(expansion, found.tails(value[0][0]))
        return Shown(name, expansion, f"the Leibniz sum of det A {at}", tuple(lines))


def _pattern(layer: Any, below: int) -> list[list[str]]:
    """U_k with the entries of W_k as names, counted from 1."""
    structure = layer_map(layer, below)
    filters = layer.filter_count()

    def entry(variable: int | None) -> str:
        if variable is None:
            return "0"
        r, t = divmod(variable, filters)
        return f"w[{r + 1},{t + 1}]"

    return [
        [entry(structure.entries.get((i, h))) for h in range(structure.columns)]
        for i in range(structure.rows)
    ]


def _source(source: int | str) -> str:
    """An input coordinate, from 1, or a unit."""
    return f"x_{source + 1}" if isinstance(source, int) else source


def _joined(words: str, passage: str) -> str:
    return f"{words} ({passage})" if passage else words
