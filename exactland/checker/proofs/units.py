"""Steps about skip networks (NMH19, section 10): units by their ids."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ..activations import Activation, activation, table_entry
from ..canonical import distinct_indices, fields, listed, text
from ..formal import Formal
from ..forward import Enclosed, Exact, Formally, skip_features
from ..intervals import Intervals
from ..outcome import Coarse, NotRational, Reject, placed
from ..problem import Problem, SkipWeights, Unit
from ..properties import is_analytic
from ..work import TURN, VALUE, spend
from .comparisons import Number, check_distinct, fixed, read_bits
from .half_lines import limit
from .network import has_finite_limits, is_increasing
from .series import is_nonsingular
from .setting import Claim, Setting, no_evidence, without_stage
from .shapes import constant_sign

PROPERTIES = ("nmh19-1.1", "nmh19-1.2", "softplus")


def _units(setting: Setting, place: str) -> dict[str, Unit]:
    if not setting.problem.units:
        raise Reject(place, "this claim is about a skip network")
    spend(2 * TURN * len(setting.problem.units))
    return {unit.name: unit for unit in setting.problem.units}


def check_well_formed(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The conditions of section 3, which the network has passed when it was read."""
    fields(claim, place + ".claim", "kind")
    no_evidence(evidence, place)
    without_stage(at, place)
    for unit in _units(setting, place).values():
        if not unit.sources:
            raise Reject(place, f"unit {unit.name} reads nothing")


def check_units_as_defined(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """Psi is f_j(x) = sigma_j(b_j + sum of f_k(x) u), unit by unit, formally in the parameters."""
    fields(claim, place + ".claim", "kind")
    no_evidence(evidence, place)
    without_stage(at, place)
    units, problem, over = _units(setting, place), setting.problem, Formal()
    groups: Any = {
        unit.group: [over.symbol("u", unit.group, r) for r in range(len(unit.sources))]
        for unit in units.values()
    }
    names = {unit.bias for unit in units.values() if unit.bias is not None}
    biases: Any = {name: over.symbol("bias", name) for name in names}
    rows, columns = range(problem.samples), range(len(problem.skips))
    parameters = SkipWeights(groups, biases)
    with placed(place):
        found = skip_features(problem, rows, columns, parameters, Formally(over))
        for x, row in zip(problem.inputs, found, strict=True):
            spend(VALUE * (len(x) + len(row) + sum(1 + len(u.sources) for u in problem.units)))
            values: dict[int | str, Any] = {i: over.number(entry) for i, entry in enumerate(x)}
            for unit in problem.units:
                total = {} if unit.bias is None else dict(biases[unit.bias])
                for source, u in zip(unit.sources, groups[unit.group], strict=True):
                    over.accumulate(total, over.multiply(values[source], u), Fraction(1))
                values[unit.name] = over.activate(unit.activation, total)
            for name, value in zip(problem.skips, row, strict=True):
                if not over.is_zero(over.add(value, over.negative(values[name]))):
                    raise Reject(place, f"unit {name} has another value")


def check_unit_activation(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    fields(claim, place + ".claim", "kind unit property")
    no_evidence(evidence, place)
    without_stage(at, place)
    units = _units(setting, place)
    unit = units[text(claim["unit"], place + ".claim.unit", list(units))]
    wanted = text(claim["property"], place + ".claim.property", PROPERTIES)
    if not has_property(unit.activation, _document(setting, unit.name), wanted):
        raise Reject(place, f"the activation of unit {unit.name} is not shown to be {wanted}")


def _document(setting: Setting, id: str) -> Any:
    """A unit's activation as JSON, that of its entry in the table if it is shown to be one."""
    spend(TURN * len(setting.problem.units))
    documents = setting.problem.document["network"]["units"]
    (value,) = (entry["activation"] for entry in documents if entry["id"] == id)
    return table_entry(value)


def has_property(sigma: Activation, value: Any, property_: str) -> bool:
    """By section 11, which names no activation; but softplus is that."""
    if property_ == "nmh19-1.1":
        return is_analytic(sigma.definition) and is_increasing(sigma, value)
    if property_ == "nmh19-1.2":
        return has_finite_limits(sigma) and constant_sign(limit(sigma.definition, -1)) == 0
    return (value.get("name") if isinstance(value, dict) else value) == "softplus"


def _ids(setting: Setting, claim: Claim, place: str) -> list[str]:
    """Different skip units."""
    _units(setting, place)
    where, skips = place + ".claim.ids", list(setting.problem.skips)
    ids = [text(id, where, skips) for id in listed(claim["ids"], where)]
    if not ids or len(set(ids)) != len(ids):
        raise Reject(where, "they are not different skip units")
    return ids


def check_skip_units(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """N different skip units."""
    fields(claim, place + ".claim", "kind ids")
    no_evidence(evidence, place)
    without_stage(at, place)
    if len(_ids(setting, claim, place)) != setting.problem.samples:
        raise Reject(place, "there are not N of them")


def check_own_biases(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """Each has a bias that no other unit uses."""
    fields(claim, place + ".claim", "kind ids")
    no_evidence(evidence, place)
    without_stage(at, place)
    units = _units(setting, place)
    for id in _ids(setting, claim, place):
        spend(TURN * len(units))
        bias = units[id].bias
        if bias is None or sum(unit.bias == bias for unit in units.values()) != 1:
            raise Reject(place, f"unit {id} has no bias of its own")


def check_backward_path(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """Assumption 1.2: down to a unit that reads inputs only, away from the other skip units."""
    fields(claim, place + ".claim", "kind path")
    no_evidence(evidence, place)
    without_stage(at, place)
    units, skips = _units(setting, place), setting.problem.skips
    where = place + ".claim.path"
    path = [text(id, where, list(units)) for id in listed(claim["path"], where)]
    if not path or path[0] not in skips:
        raise Reject(where, "it does not start at a skip unit")
    spend(5 * TURN * (len(skips) + len(path)))
    groups = {units[id].group for id in skips if id != path[0]}
    for here, below in pairwise(path):
        if below not in units[here].sources or below in skips:
            raise Reject(where, f"{here} does not read {below}, or {below} is a skip unit")
    if any(units[id].group in groups for id in path):
        raise Reject(where, "a unit on it shares weights with another skip unit")
    if any(isinstance(source, str) for source in units[path[-1]].sources):
        raise Reject(where, "its last unit reads another unit")


def _values(problem: Problem, columns: list[int], bits: int) -> list[list[Number]]:
    """Columns of Psi at the problem's parameters, exactly where they are rational."""
    rows = range(problem.samples)
    try:
        exact = skip_features(problem, rows, columns, problem.parameters, Exact())
        return [[(value, value) for value in row] for row in exact]
    except NotRational:
        found = skip_features(problem, rows, columns, problem.parameters, Enclosed(bits))
        return [[fixed(pair, bits) for pair in row] for row in found]


def _at(setting: Setting, at: Any, place: str) -> Problem:
    problem = setting.at(at, place)
    if problem.parameters is None:
        raise Reject(place, "parameters are needed")
    return problem


def check_samples_apart(setting: Setting, claim: Claim, at: Any, evidence: Any, place: str) -> None:
    """The sums over k -> j of f_k(x_i) u of unit j differ for all samples."""
    fields(claim, place + ".claim", "kind unit")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    units = _units(setting, place)
    name = text(claim["unit"], place + ".claim.unit", list(units))
    bare = replace(units[name], bias=None, activation=activation("identity", place))
    problem = replace(
        _at(setting, at, place),
        units=tuple(bare if unit.name == name else unit for unit in setting.problem.units),
        skips=(name,),
    )
    with placed(place):
        rows = _values(problem, [0], bits)
    check_distinct(rows, place)


def check_independent_columns(
    setting: Setting, claim: Claim, at: Any, evidence: Any, place: str
) -> None:
    """The minor of Psi of these skip units and samples is not 0."""
    fields(claim, place + ".claim", "kind ids rows")
    bits = read_bits(fields(evidence, place + ".evidence", "bits"), place)
    ids = _ids(setting, claim, place)
    rows = distinct_indices(claim["rows"], place + ".claim.rows", setting.problem.samples)
    if len(rows) != len(ids):
        raise Reject(place, "the minor is not square")
    spend(TURN // 2 * len(ids) * len(setting.problem.skips))
    columns = [setting.problem.skips.index(id) for id in ids]
    over = Intervals(bits)
    with placed(place):
        values = _values(_at(setting, at, place), columns, bits)
        minor = [[(over.number(lo)[0], over.number(hi)[1]) for lo, hi in values[i]] for i in rows]
        if not is_nonsingular(minor, over):
            raise Coarse(place, "the minor is not shown to be nonzero")
