"""The conclusions of the statements about skip networks (NMH19, section 10)."""

from __future__ import annotations

from typing import Any

from .conclusions import Conclusion
from .setting import Setting, Shown, as_text


def _network_class(setting: Setting, shown: list[Shown]) -> bool:
    wanted = [{"kind": "well-formed"}, {"kind": "units-as-defined"}]
    return shown[-1].says({"kind": "together", "claims": wanted}, None)


def _assumptions(setting: Setting, shown: list[Shown]) -> bool:
    """Parts 1 to 3: every unit; N skip units of one case, each with what it asks for; patches."""
    last, problem = shown[-1], setting.problem
    if last.claim["kind"] != "together" or last.at is not None:
        return False
    parts = last.claim["claims"]
    said = {as_text(part) for part in parts}
    every = [_activation(unit.name, "nmh19-1.1") for unit in problem.units]
    patches: Any = {"kind": "assumption", "id": "NMH19:Asm1.3", "holds": True}
    if not all(as_text(part) in said for part in [*every, patches]):
        return False
    starts = {part["path"][0] for part in parts if part["kind"] == "backward-path"}
    for part in parts:
        if part["kind"] == "skip-units":
            ids = part["ids"]  # N different ones
            if all(as_text(_activation(id, "nmh19-1.2")) in said for id in ids):
                return True
            softplus = all(as_text(_activation(id, "softplus")) in said for id in ids)
            if softplus and starts.issuperset(ids):
                return True
    return False


def _activation(unit: str, property_: str) -> Any:
    return {"kind": "unit-activation", "unit": unit, "property": property_}


def _generic_rank(setting: Setting, shown: list[Shown]) -> bool:
    """Psi has rank N <= M for almost all parameters."""
    samples, skips = setting.problem.samples, len(setting.problem.skips)
    wanted = {
        "kind": "generic-full-rank",
        "matrix": {"what": "skip-features"},
        "rows": samples,
        "columns": skips,
    }
    return samples <= skips and shown[-1].says(wanted, None)


#: The conclusions by the ids of the statements.
SKIP_CONCLUSIONS: dict[str, Conclusion] = {
    "NMH19:DefNet": _network_class,
    "NMH19:Asm1": _assumptions,
    "NMH19:Lem2": _generic_rank,
}
