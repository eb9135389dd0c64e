"""Steps about the widths of published networks (NH18)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from plain_network import Document
from proof_view import Judgement, View

#: Table 1 of NH18 as printed: name, side, links, channels; and widths there.
TABLE_1 = (
    ("VGG", 224, ((3, 1, 1),), 64, 3211264),
    ("Inception V3", 299, ((3, 2, 0), (3, 1, 0), (3, 1, 1)), 64, 1382976),
    ("Inception V4", 299, ((3, 2, 0), (3, 1, 0), (3, 1, 1)), 64, 1382976),
    ("SqueezeNet", 227, ((7, 2, 0),), 96, 1182816),
    ("ENet", 512, ((3, 2, 1),), 16, 1048576),
    ("GoogLeNet", 224, ((7, 2, 3),), 64, 802816),
    ("ResNet", 224, ((7, 2, 3),), 64, 802816),
    ("Xception", 299, ((3, 2, 0), (3, 1, 0)), 64, 1382976),
)
FIGURE_1 = ((3, 1, 0, 100), (2, 2, 0, 100), (2, 1, 0, 20), (2, 2, 0, 20), (6, 1, 0, 100),
            (1, 1, 0, 10))  # fmt: skip


def _side_after(side: int, link: Any) -> int:
    """How many positions a window has: counted one by one."""
    size, stride, padding = link[:3]
    return sum(1 for start in range(0, side + 2 * padding - size + 1, stride))


def width(view: View, claim: Document, at: Any) -> Judgement:
    """A row of Table 1, or of Table 2 (28 x 28 images, 3 x 3 filters, N = 60000)."""
    side = claim["side"]
    for link in claim["chain"]:
        side = _side_after(side, link)
    if claim["width"] != side * side * claim["channels"]:
        return False
    row = (claim["name"], claim["side"], tuple(map(tuple, claim["chain"])), claim["channels"])
    table_2 = (f"T_1 = {claim['channels']}", 28, ((3, 1, 0),), claim["channels"])
    if row == table_2 and claim["channels"] <= 100:
        return bool(claim["samples"] == 60_000)
    return (*row, claim["width"]) in TABLE_1 and claim["samples"] == 1_200_000


def least_channels(view: View, claim: Document, at: Any) -> Judgement:
    pixels, N, c = claim["side"] ** 2, claim["samples"], claim["channels"]
    return c >= 1 and pixels * c >= N and not pixels * (c - 1) >= N


def widths(view: View, claim: Document, at: Any) -> Judgement:
    """Those of Figure 1."""
    side, found = claim["side"], [claim["side"] ** 2]
    for link in claim["chain"]:
        side = _side_after(side, link)
        found.append(side * side * link[3])
    ordered = all(x >= y for x, y in pairwise(found[2:]))
    cited = (claim["side"], tuple(map(tuple, claim["chain"]))) == (28, FIGURE_1)
    return cited and ordered and claim["widths"] == found
