"""NH18, Tables 1 and 2 and Figure 1 as scripts: widths of layers in exact integers.

They speak of fixed sizes and not of the instance. A window of some size and stride has s' positions
on a padded side s exactly if stride (s' - 1) <= s + 2 padding - size < stride s'. That a published
network has these sizes is what the passage of a step says, and is not checked.
"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from exactland.papers.formulas import concludes, formulas
from exactland.proof.formula import Notebook
from exactland.proof.script import Script, Steps, Walkthrough

#: The number of images of ImageNet in the paper.
IMAGENET = 1_200_000


class Layer(NamedTuple):
    """A layer of a published network: the sides of its images and what leads from one to the next.

    A link is (size, stride, padding); ``wide`` says whether the table has it above N.
    """

    network: str
    sides: tuple[int, ...]
    chain: tuple[tuple[int, int, int], ...]
    channels: int
    wide: bool


_INCEPTION = ((299, 149, 147, 147), ((3, 2, 0), (3, 1, 0), (3, 1, 1)), 64, True)
TABLE_1 = (
    Layer("VGG", (224, 224), ((3, 1, 1),), 64, True),
    Layer("Inception V3", *_INCEPTION),
    Layer("Inception V4", *_INCEPTION),
    Layer("SqueezeNet", (227, 111), ((7, 2, 0),), 96, False),
    Layer("ENet", (512, 256), ((3, 2, 1),), 16, False),
    Layer("GoogLeNet", (224, 112), ((7, 2, 3),), 64, False),
    Layer("ResNet", (224, 112), ((7, 2, 3),), 64, False),
    Layer("Xception", (299, 149, 147), ((3, 2, 0), (3, 1, 0)), 64, False),
)
#: Figure 1 on 28 x 28 images: the channels of the four layers with images.
FIGURE_1 = ((28, 26, 13, 12, 6), ((3, 1, 0), (2, 2, 0), (2, 1, 0), (2, 2, 0)), (100, 100, 20, 20))


def positions(side: int, after: int, link: tuple[int, int, int]) -> str:
    """That windows have this many positions along a side.

    >>> positions(227, 111, (7, 2, 0))
    '2 * (111 - 1) <= 227 + 2 * 0 - 7 and 227 + 2 * 0 - 7 < 2 * 111'
    """
    size, stride, padding = link
    room = f"{side} + 2 * {padding} - {size}"
    return f"{stride} * ({after} - 1) <= {room} and {room} < {stride} * {after}"


def table_1(walk: Walkthrough) -> Steps:
    """Table 1, row by row; the row of Xception is wrong as printed."""
    note, facts = Notebook(walk), []
    for layer in TABLE_1:
        passage = f"Table 1, {layer.network}: sides {', '.join(map(str, layer.sides))}"
        for (side, after), link in zip(pairwise(layer.sides), layer.chain, strict=True):
            yield note.say(positions(side, after, link), passage=passage)
        width = layer.channels * layer.sides[-1] ** 2
        wide = width > IMAGENET
        yield note.say(f"{layer.channels} * {layer.sides[-1]}^2 = {width}", passage=passage)
        text = f"{IMAGENET} < {width}" if wide else f"not {IMAGENET} < {width}"
        erratum = "" if wide == layer.wide else "NH18:E8g"
        facts.append((yield note.say(text, passage=passage, erratum=erratum)))
    conclusion = formulas("NH18:Tab1").conclusion
    return (yield note.claim(conclusion, *facts, passage="Table 1"))


def table_2(walk: Walkthrough) -> Steps:
    """Table 2: its arithmetic. The ranks themselves are estimates of an experiment."""
    note, where = Notebook(walk), "Table 2"
    yield note.say(positions(28, 26, (3, 1, 0)), passage=where)
    for filters in (10, 20, 30, 40, 50, 60, 70, 80, 89, 100):
        width = 676 * filters
        full = f"26^2 * {filters} = {width} and min(60000, {width}) = {min(60000, width)}"
        yield note.say(full, passage=where)
    conclusion = formulas("NH18:Tab2").conclusion
    return (yield note.claim(conclusion, passage="Section 3, T_1 >= 89"))


def figure(walk: Walkthrough) -> Steps:
    """Figure 1. 12 x 12 x 20 = 2880 by 2 x 2 filters, and 2 x 2 pooling, are the sizes that give
    the printed widths."""
    note, where = Notebook(walk), "Figure 1"
    sides, chain, channels = FIGURE_1
    for (side, after), link, count in zip(pairwise(sides), chain, channels, strict=True):
        yield note.say(positions(side, after, link), passage=where)
        yield note.say(f"{after}^2 * {count} = {after**2 * count}", passage=where)
    return (yield note.claim(formulas("NH18:Fig1").conclusion, passage=where))


SCRIPTS = tuple(
    Script(id, steps, concludes(id))
    for id, steps in (("NH18:Tab1", table_1), ("NH18:Tab2", table_2), ("NH18:Fig1", figure))
)
