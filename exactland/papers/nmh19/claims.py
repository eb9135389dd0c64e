"""The claims of the proof scripts of NMH19: units by their ids, Psi(U) the skip units' values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flint import fmpq


@dataclass(frozen=True)
class WellFormed:
    """The network is one of the class: a directed acyclic graph in layers, groups, skips."""

    def words(self) -> str:
        return (
            "Every unit reads at least one source of a lower layer; units that share weights lie "
            "in one layer and have equally many sources; the skip units are distinct."
        )


@dataclass(frozen=True)
class UnitsAsDefined:
    """Psi, unit by unit by the definition, for all parameters."""

    units: int
    samples: int

    def words(self) -> str:
        return (
            f"On the {self.samples} samples every entry of Psi(U) is f_j(x) = sigma_j(b_j + sum "
            f"over k -> j of f_k(x) u_(k->j)), unit by unit ({self.units} units), for all "
            "parameters."
        )


@dataclass(frozen=True)
class UnitActivation:
    """The activation of a unit has a property, decided by a function of functions.facts."""

    unit: str
    text: str
    check: str

    def words(self) -> str:
        return f"Unit {self.unit}: the activation is {self.text}."


@dataclass(frozen=True)
class SkipUnits:
    """These are N different skip units."""

    check: ClassVar[str] = "proof.instance.enough_skip_units"
    ids: tuple[str, ...]

    def words(self) -> str:
        return f"{', '.join(self.ids)} are {len(self.ids)} = N different skip units."


@dataclass(frozen=True)
class PathExists:
    """There is a path as Assumption 1.2 asks for from this skip unit."""

    check: ClassVar[str] = "functions.facts.nmh19_assumption_1_2"
    unit: str

    def words(self) -> str:
        return (
            f"There is a backward path from {self.unit} that meets no other skip unit and no unit "
            "that shares weights with one."
        )


@dataclass(frozen=True)
class BackwardPath:
    """A path from a skip unit to a unit that reads inputs only, as Assumption 1.2 asks for."""

    path: tuple[str, ...]

    def words(self) -> str:
        return (
            f"{' -> '.join(self.path)} is a backward path to a unit that reads inputs only; after "
            f"{self.path[0]} it meets no skip unit, and no unit on it shares weights with another "
            "skip unit."
        )


@dataclass(frozen=True)
class OwnBiases:
    """Each of these units has a bias that no other unit uses (what Assumption 1 leaves out)."""

    check: ClassVar[str] = "proof.instance.private_biases"
    ids: tuple[str, ...]

    def words(self) -> str:
        return f"Each of {', '.join(self.ids)} has a bias that no other unit uses."


@dataclass(frozen=True)
class SamplesApart:
    """The sums over k -> j of f_k(x_i) u_(k->j) of unit j differ for all samples."""

    unit: str

    def words(self) -> str:
        return (
            f"Unit {self.unit}: c_i = sum of f_k(x_i) u_(k->{self.unit}) differs for all samples."
        )


@dataclass(frozen=True)
class IndependentColumns:
    """The columns of Psi of these skip units are linearly independent: a minor is not 0."""

    ids: tuple[str, ...]
    rows: tuple[int, ...]

    def words(self) -> str:
        shown = ", ".join(str(i + 1) for i in self.rows)
        return (
            f"The minor of Psi with the columns {', '.join(self.ids)} and the samples {shown} is "
            "not 0."
        )


@dataclass(frozen=True)
class Biases:
    """Biases by the units that own them: what the greedy construction has chosen."""

    chosen: tuple[tuple[str, fmpq], ...]

    def __str__(self) -> str:
        return ", ".join(f"{name} = {value}" for name, value in self.chosen)
