"""Steps about the widths of published networks: integer arithmetic (NH18, tables and figure).

A link of a chain is [size, stride, padding]: a side of s pixels becomes
floor((s + 2 padding - size)/stride) + 1. The sizes themselves are cited.
"""

from __future__ import annotations

from typing import Any

from ..canonical import fields, listed, natural
from ..outcome import Reject
from ..sentences.tables import SIZES
from ..sentences.values import sides
from .setting import Claim, Setting, Shown, as_text, no_evidence, without_stage

IMAGENET, MNIST = 1_200_000, 60_000
#: Table 1: network, side of the input, chain to the layer that is counted, channels there.
TABLE_1: list[tuple[str, int, list[list[int]], int]] = [
    ("VGG", 224, [[3, 1, 1]], 64),
    ("Inception V3", 299, [[3, 2, 0], [3, 1, 0], [3, 1, 1]], 64),
    ("Inception V4", 299, [[3, 2, 0], [3, 1, 0], [3, 1, 1]], 64),
    ("SqueezeNet", 227, [[7, 2, 0]], 96),
    ("ENet", 512, [[3, 2, 1]], 16),
    ("GoogLeNet", 224, [[7, 2, 3]], 64),
    ("ResNet", 224, [[7, 2, 3]], 64),
    ("Xception", 299, [[3, 2, 0], [3, 1, 0]], 64),
]
#: Table 2: the numbers T_1 of 3 x 3 filters on 28 x 28 images.
TABLE_2 = (10, 20, 30, 40, 50, 60, 70, 80, 89, 100)
#: Figure 1: links with the channels after them; a dense layer has filters of the whole side.
FIGURE_1 = [
    [3, 1, 0, 100], [2, 2, 0, 100], [2, 1, 0, 20], [2, 2, 0, 20], [6, 1, 0, 100], [1, 1, 0, 10],
]  # fmt: skip


def _chain(value: Any, length: int, place: str) -> list[list[int]]:
    links = [listed(link, place, length) for link in listed(value, place)]
    for size, stride, padding, *channels in links:
        natural(size, place, 1)
        natural(stride, place, 1)
        natural(padding, place)
        for count in channels:
            natural(count, place, 1)
    return links


def _side(value: Any, chain: list[list[int]], place: str) -> list[int]:
    found = sides(natural(value, place + ".claim.side", 1), chain)
    if min(found) < 1:
        raise Reject(place + ".claim.chain", "nothing is left")
    return found


def check_width(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """A row of Table 1 or 2: side^2 channels, recomputed through the chain, is the width."""
    fields(claim, place + ".claim", "kind name side chain channels width samples")
    no_evidence(evidence, place)
    without_stage(at, place)
    if as_text(claim) not in map(as_text, (*_table_1(), *_table_2())):
        raise Reject(place + ".claim", "it is no row of the tables (section 10)")


def check_least_channels(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """side^2 channels >= samples from this number of channels on, and not before."""
    fields(claim, place + ".claim", "kind side channels samples")
    no_evidence(evidence, place)
    without_stage(at, place)
    side = natural(claim["side"], place + ".claim.side", 1)
    channels = natural(claim["channels"], place + ".claim.channels", 1)
    samples = natural(claim["samples"], place + ".claim.samples", 1)
    if not side * side * (channels - 1) < samples <= side * side * channels:
        raise Reject(place + ".claim.channels", "it is another number")


def check_widths(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The widths of all layers; those from layer 2 on do not increase."""
    fields(claim, place + ".claim", "kind side chain widths")
    no_evidence(evidence, place)
    without_stage(at, place)
    chain = _chain(claim["chain"], 4, place + ".claim.chain")
    if (as_text(chain), claim["side"]) != (as_text(FIGURE_1), 28):
        raise Reject(place + ".claim.chain", "these are not the sizes of the figure (section 10)")
    found = _side(claim["side"], chain, place)
    counts = [1, *(link[3] for link in chain)]
    widths = [s * s * count for s, count in zip(found, counts, strict=True)]
    given = [natural(w, place) for w in listed(claim["widths"], place + ".claim.widths")]
    if given != widths or widths[2:] != sorted(widths[2:], reverse=True):
        raise Reject(place + ".claim.widths", "they are other numbers, or increase")


def _is_together(last: Shown, wanted: list[Claim]) -> bool:
    return last.says({"kind": "together", "claims": wanted}, None)


def _width(name: str, side: int, chain: Any, channels: int, samples: int) -> Claim:
    last = sides(side, chain)[-1]
    sized = {"channels": channels, "width": last * last * channels, "samples": samples}
    return {"kind": "width", "name": name, "side": side, "chain": chain, **sized}


def _table_1() -> list[Claim]:
    return [_width(*row, IMAGENET) for row in TABLE_1]


def _table_2() -> list[Claim]:
    return [_width(f"T_1 = {t}", 28, [[3, 1, 0]], t, MNIST) for t in TABLE_2]


def table_1(setting: Setting, shown: list[Shown]) -> bool:
    return _is_together(shown[-1], _table_1()) and SIZES in shown[-1].rests


def table_2(setting: Setting, shown: list[Shown]) -> bool:
    enough = {"kind": "least-channels", "side": 26, "channels": 89, "samples": MNIST}
    return _is_together(shown[-1], [*_table_2(), enough])


def figure_1(setting: Setting, shown: list[Shown]) -> bool:
    return bool(shown[-1].claim["kind"] == "widths")
