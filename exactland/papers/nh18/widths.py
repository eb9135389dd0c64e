"""NH18, Tables 1 and 2 and Figure 1: widths of layers in exact integers.

They speak of fixed architectures and not of the instance. A width is computed from a chain of
convolutions: side -> floor((side + 2 padding - size)/stride) + 1, then side^2 times channels.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from exactland.model.layers import Convolution, Dense, MaxPooling
from exactland.model.network import SequentialNetwork
from exactland.model.patches import conv2d
from exactland.proof import rules as by
from exactland.proof.cited import SIZES, cited
from exactland.proof.claims import Together
from exactland.proof.script import Fact, Grounds, Script, Step, StepFailed, Steps, Walkthrough

#: The number of images of ImageNet in the paper, and of MNIST.
IMAGENET, MNIST = 1_200_000, 60_000
ARCHITECTURES = cited(SIZES, "the publications of the networks, by way of Table 1")


@dataclass(frozen=True)
class WidthOfTable:
    """A row of Table 1: the layer after ``chain`` has ``width`` neurons, which does or does not
    exceed N. A link of the chain is (size, stride, padding); ``printed`` are thousands.
    """

    network: str
    side: int
    chain: tuple[tuple[int, int, int], ...]
    channels: int
    width: int
    exceeds: bool
    printed: int

    def words(self) -> str:
        sides = " -> ".join(map(str, _sides(self.side, self.chain)))
        relation = ">" if self.exceeds else "<="
        printed = self.printed * 1000 > IMAGENET
        agrees = "as printed" if printed == self.exceeds else "not as printed"
        return (
            f"{self.network}: {sides} pixels a side, {self.channels} channels: width {self.width} "
            f"{relation} N = {IMAGENET} ({agrees}: {self.printed}K)."
        )


@dataclass(frozen=True)
class RankOfTable:
    """A row of Table 2: n_1 = 26 * 26 * T_1, and full rank of F_1 is min(60000, n_1)."""

    filters: int
    width: int
    full_rank: int

    def words(self) -> str:
        return (
            f"T_1 = {self.filters}: n_1 = {self.width} and full rank of F_1 "
            f"(60000 x {self.width}) is {self.full_rank}."
        )


@dataclass(frozen=True)
class EnoughFilters:
    """n_1 >= N = 60000 exactly from this T_1 on."""

    filters: int

    def words(self) -> str:
        return f"676 T_1 >= 60000 if and only if T_1 >= {self.filters}."


@dataclass(frozen=True)
class WidthsOfFigure:
    """The network of Figure 1 has these widths, decreasing from layer 2 on, and n_1 >= N up to
    67600."""

    widths: tuple[int, ...]

    def words(self) -> str:
        shown = ", ".join(map(str, self.widths))
        return f"The widths n_0, ..., n_6 are {shown}; n_1 = 100 * 26 * 26, and n_2 >= ... >= n_6."


#: (network, side of the input, chain, channels, width, exceeds N, printed in thousands)
TABLE_1 = (
    WidthOfTable("VGG", 224, ((3, 1, 1),), 64, 3_211_264, True, 3000),
    WidthOfTable("Inception V3", 299, ((3, 2, 0), (3, 1, 0), (3, 1, 1)), 64, 1_382_976, True, 1300),
    WidthOfTable("Inception V4", 299, ((3, 2, 0), (3, 1, 0), (3, 1, 1)), 64, 1_382_976, True, 1300),
    WidthOfTable("SqueezeNet", 227, ((7, 2, 0),), 96, 1_182_816, False, 1180),
    WidthOfTable("ENet", 512, ((3, 2, 1),), 16, 1_048_576, False, 1000),
    WidthOfTable("GoogLeNet", 224, ((7, 2, 3),), 64, 802_816, False, 800),
    WidthOfTable("ResNet", 224, ((7, 2, 3),), 64, 802_816, False, 800),
    WidthOfTable("Xception", 299, ((3, 2, 0), (3, 1, 0)), 64, 1_382_976, True, 700),
)
TABLE_2 = tuple(
    RankOfTable(filters, 676 * filters, min(MNIST, 676 * filters))
    for filters in (10, 20, 30, 40, 50, 60, 70, 80, 89, 100)
)
FIGURE_1 = (784, 67600, 16900, 2880, 720, 100, 10)


def width_of_table(walk: Walkthrough, claim: WidthOfTable, uses: tuple[Fact, ...]) -> Grounds:
    sides = _sides(claim.side, claim.chain)
    width = sides[-1] ** 2 * claim.channels
    if width != claim.width or (width > IMAGENET) != claim.exceeds:
        raise StepFailed(f"{claim.words()} The width is {width}")
    return Grounds("exact", f"{sides[-1]}^2 * {claim.channels} = {width}")


def rank_of_table(walk: Walkthrough, claim: RankOfTable, uses: tuple[Fact, ...]) -> Grounds:
    side = _sides(28, ((3, 1, 0),))[-1]
    width = side * side * claim.filters
    if width != claim.width or min(MNIST, width) != claim.full_rank:
        raise StepFailed(f"{claim.words()} The width is {width}")
    return Grounds("exact", f"{side} * {side} * {claim.filters} = {width}")


def enough_filters(walk: Walkthrough, claim: EnoughFilters, uses: tuple[Fact, ...]) -> Grounds:
    here, before = 676 * claim.filters, 676 * (claim.filters - 1)
    if not before < MNIST <= here:
        raise StepFailed(f"{claim.words()} 676 T_1 is {before} before and {here} there")
    return Grounds("exact", f"{before} < {MNIST} <= {here}")


def widths_of_figure(walk: Walkthrough, claim: WidthsOfFigure, uses: tuple[Fact, ...]) -> Grounds:
    """The widths of the network, built of layers with their patches."""
    widths = figure_1().widths(784)
    falling = all(a >= b for a, b in pairwise(widths[2:]))
    if widths != claim.widths or widths[1] != 100 * 26 * 26 or not falling:
        raise StepFailed(f"{claim.words()} They are {widths}")
    return Grounds("exact", "two convolutions with max-pooling after each, then two dense layers")


def figure_1() -> SequentialNetwork:
    """The network of Figure 1 on 28 x 28 images.

    The paper prints the widths and 26 x 26 x 100; 12 x 12 x 20 = 2880, by 2 x 2 filters, and 2 x 2
    pooling are the sizes that give the others.
    """
    pool = {"size": (2, 2), "stride": (2, 2)}
    return SequentialNetwork(
        [
            Convolution(conv2d(28, 28, size=(3, 3)), 100, activation="sigmoid"),
            MaxPooling(_pooled(26, 100, pool)),
            Convolution(
                conv2d(13, 13, channels=100, size=(2, 2), channels_last=True),
                20,
                activation="sigmoid",
            ),
            MaxPooling(_pooled(12, 20, pool)),
            Dense(100, activation="sigmoid"),
            Dense(10),
        ]
    )


def _pooled(side: int, channels: int, pool: Any) -> list[tuple[int, ...]]:
    """2 x 2 pooling of every channel; neuron (p - 1) T + t is channel t at position p."""
    positions = conv2d(side, side, **pool)
    return [
        tuple(index * channels + t for index in patch if index is not None)
        for patch in positions
        for t in range(channels)
    ]


def _sides(side: int, chain: tuple[tuple[int, int, int], ...]) -> list[int]:
    sides = [side]
    for size, stride, padding in chain:
        sides.append((sides[-1] + 2 * padding - size) // stride + 1)
    return sides


def table_1(walk: Walkthrough) -> Steps:
    """Table 1, row by row; the row of Xception is wrong as printed."""
    facts = [(yield Step(ARCHITECTURES, by.citation, (), "Table 1"))]
    for row in TABLE_1:
        erratum = "NH18:E8g" if (row.printed * 1000 > IMAGENET) != row.exceeds else ""
        facts.append((yield Step(row, width_of_table, (), "Table 1", erratum)))
    return (yield Step(Together(TABLE_1), by.conjunction, tuple(facts), "Table 1"))


def table_2(walk: Walkthrough) -> Steps:
    """Table 2: its arithmetic. The ranks themselves are estimates of an experiment."""
    facts = []
    for row in TABLE_2:
        facts.append((yield Step(row, rank_of_table, (), "Table 2")))
    facts.append((yield Step(EnoughFilters(89), enough_filters, (), "Section 3, T_1 >= 89")))
    claim = Together((*TABLE_2, EnoughFilters(89)))
    return (yield Step(claim, by.conjunction, tuple(facts), "Table 2"))


def figure(walk: Walkthrough) -> Steps:
    """Figure 1."""
    return (yield Step(WidthsOfFigure(FIGURE_1), widths_of_figure, (), "Figure 1"))


SCRIPTS = (
    Script("NH18:Tab1", table_1, lambda walk, claim: claim == Together(TABLE_1)),
    Script(
        "NH18:Tab2",
        table_2,
        lambda walk, claim: claim == Together((*TABLE_2, EnoughFilters(89))),
    ),
    Script("NH18:Fig1", figure, lambda walk, claim: claim == WidthsOfFigure(FIGURE_1)),
)
