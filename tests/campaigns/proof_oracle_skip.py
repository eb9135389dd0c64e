"""Steps about skip networks (NMH19), and about the widths of published networks (NH18)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import oracle
import plain_network as plain
from plain_network import EXACT, Digits, Document, Irrational, Unclear, Undefined
from proof_oracle_activations import has_property, name_of, vanishes_on_the_left
from proof_view import Judgement, Rows, View, is_nonsingular, rows_differ


def _network(view: View) -> Document:
    network: Document = view.problem["network"]
    if network["kind"] != "skip":
        raise Undefined("it is no skip network")
    return network


def _unit(view: View, id: str) -> Document:
    found = [unit for unit in _network(view)["units"] if unit["id"] == id]
    if not found:
        raise Undefined(f"there is no unit {id}")
    unit: Document = found[0]
    return unit


def _are_skips(view: View, ids: list[str]) -> bool:
    return bool(ids) and len(set(ids)) == len(ids) and set(ids) <= set(_network(view)["skips"])


def well_formed(view: View, claim: Document, at: Any) -> Judgement:
    _network(view)
    return oracle.is_admissible(view.problem)


def units_as_defined(view: View, claim: Document, at: Any) -> Judgement:
    """Psi, evaluated unit by unit, has values at random parameters."""
    _network(view)
    for point in oracle.random_points(view.problem, 5, 2):
        for n in (EXACT, Digits()):
            try:
                plain.skip_features(view.problem, point, n)
            except (Irrational, Unclear):
                continue
    return True


def unit_activation(view: View, claim: Document, at: Any) -> Judgement:
    sigma = _unit(view, claim["unit"])["activation"]
    if claim["property"] == "nmh19-1.1":
        return has_property(sigma, "increasing") and has_property(sigma, "analytic")
    if claim["property"] == "nmh19-1.2":
        return vanishes_on_the_left(sigma)
    return claim["property"] == "softplus" and name_of(sigma) == "softplus"


def skip_units(view: View, claim: Document, at: Any) -> Judgement:
    return _are_skips(view, claim["ids"]) and len(claim["ids"]) == view.samples


def own_biases(view: View, claim: Document, at: Any) -> Judgement:
    biases = [unit["bias"] for unit in _network(view)["units"]]
    own = [_unit(view, id)["bias"] for id in claim["ids"]]
    return _are_skips(view, claim["ids"]) and all(b and biases.count(b) == 1 for b in own)


def backward_path(view: View, claim: Document, at: Any) -> Judgement:
    path, skips = claim["path"], _network(view)["skips"]
    units = [_unit(view, id) for id in path]
    if not path or path[0] not in skips or set(path[1:]) & set(skips):
        return False
    if any(b not in unit["in"] for unit, b in zip(units, path[1:], strict=False)):
        return False
    if any(isinstance(source, str) for source in units[-1]["in"]):
        return False
    others = {_unit(view, id)["group"] for id in skips if id != path[0]}
    return not others & {unit["group"] for unit in units}


def samples_apart(view: View, claim: Document, at: Any) -> Judgement:
    """The sums of a unit without its bias differ for all samples."""
    id = _unit(view, claim["unit"])["id"]
    parameters = view.parameters(at)
    # The value of the unit itself plays no part.
    units = [{**u, "activation": "identity"} if u["id"] == id else u
             for u in _network(view)["units"]]  # fmt: skip
    problem = {**view.problem, "network": {**_network(view), "units": units}}

    def rows(n: Any) -> Rows:
        return [[sums[id]] for _, sums in plain.unit_values(problem, parameters, [id], n)]

    return rows_differ(rows)


def independent_columns(view: View, claim: Document, at: Any) -> Judgement:
    ids, rows = claim["ids"], claim["rows"]
    parameters, skips = view.parameters(at), _network(view)["skips"]
    if not _are_skips(view, ids) or len(ids) != len(rows) or len(set(rows)) != len(rows):
        return False
    if not all(0 <= i < view.samples for i in rows):
        return False

    def minor(n: Any) -> Rows:
        psi = plain.skip_features(view.problem, parameters, n)
        return [[psi[i][skips.index(id)] for id in ids] for i in rows]

    return is_nonsingular(minor, len(ids))


# --- Widths --------------------------------------------------------------------------------------

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
