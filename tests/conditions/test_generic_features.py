"""Features for almost all parameters: drawn parameters outside the domain, relations of units."""

from __future__ import annotations

from typing import Any

import plain
import pytest

import exactland
from exactland.certificate.writing import canonical_bytes, certificate_document
from exactland.checker.verify import check_bytes
from exactland.interface.evidence_words import evidence_lines
from exactland.linalg.evidence import SampleRelations, UnitRelations


def dense(width: int, sigma: Any, bias: str = "neuron") -> dict[str, Any]:
    return {"kind": "dense", "width": width, "bias": bias, "activation": sigma}


def conv(patches: Any, filters: int, sigma: Any, bias: str = "neuron") -> dict[str, Any]:
    layer = {"kind": "convolution", "patches": patches, "filters": filters}
    return {**layer, "bias": bias, "activation": sigma}


def skip(units: list[tuple[str, int, list[Any], str, str | None, Any]], inputs: Any) -> Any:
    keys = ("id", "layer", "in", "group", "bias", "activation")
    network = {"kind": "skip", "units": [dict(zip(keys, unit, strict=True)) for unit in units]}
    network["skips"] = [unit[0] for unit in units]
    return exactland.problem_from(
        {"format": "exactland-problem/1", "data": {"inputs": inputs}, "network": network}
    )


def accepted(finding: Any) -> bool:
    return check_bytes(canonical_bytes(certificate_document(finding))).verdict == "accept"


@pytest.mark.parametrize("sigma", ["log(t)", "1/(t-1)", "sqrt(t)", "log(t-100)", "1/(t-t)"])
@pytest.mark.parametrize("seed", range(3))
def test_parameters_outside_the_domain_are_drawn_again(sigma: str, seed: int) -> None:
    problem = plain.problem([[1], [2], [3]], [dense(3, {"expr": sigma})])
    finding = exactland.generic_rank_of(problem, 1, seed=seed)
    assert finding.verdict == "undecided"
    assert finding.reason
    if sigma in ("log(t-100)", "1/(t-t)"):
        assert "undefined at 16 of 16 parameters drawn" in finding.reason


TIED = [
    (plain.problem([[1, 1], [2, 2]], [conv([[0], [1]], 1, "sigmoid", "filter")]), 1, 1),
    (plain.problem([[1, 1], [2, 2], [4, 4]], [conv([[0], [1]], 2, "mish", "filter")]), 1, 2),
    (plain.problem([[0, 1], [0, 2]], [conv([[0], [1]], 1, "gelu", "none")]), 1, 1),
    (plain.problem([[1, -1], [2, -2]], [conv([[0], [1]], 1, "tanh", "none")]), 1, 1),
    (skip([("a", 1, [0, 1], "g", "b", "sigmoid"), ("c", 1, [0, 1], "g", "b", "sigmoid")],
          [[0, 1], [1, 0]]), None, 1),
    (skip([("a", 1, [0], "g", "b", "exp"), ("c", 2, ["a"], "h", None, "identity")],
          [[0, 1], [1, 0]]), None, None),
]  # fmt: skip


@pytest.mark.parametrize(("problem", "layer", "rank"), TIED)
def test_units_that_are_the_same_function(problem: Any, layer: Any, rank: Any) -> None:
    finding = exactland.generic_rank_of(problem, layer)
    if rank is None:
        assert finding.verdict == "undecided"
        return
    assert (finding.verdict, finding.rank) == ("refuted", rank)
    assert finding.evidence.upper.side in ("left", "right")
    assert accepted(finding)


def test_the_lower_of_the_two_bounds_is_taken() -> None:
    layer = conv([[0], [1], [2], [3]], 1, "tanh", "none")
    rows = plain.problem([[1, 2, 3, 4], [-1, -2, -3, -4], [2, 4, 6, 8], [-2, -4, -6, -8]], [layer])
    finding = exactland.generic_rank_of(rows, 1)
    assert isinstance(finding.evidence.upper, SampleRelations)
    assert finding.rank == 2
    columns = plain.problem([[1, 1, 1, -1], [2, 2, 2, -2], [3, 3, 3, -3], [-3] * 3 + [3]], [layer])
    finding = exactland.generic_rank_of(columns, 1)
    assert isinstance(finding.evidence.upper, UnitRelations)
    assert finding.rank == 1
    assert accepted(finding)


def test_one_relation_of_units_is_written_out() -> None:
    problem = plain.problem([[1, 1], [2, 2]], [conv([[0], [1]], 1, "sigmoid", "filter")])
    lines = evidence_lines(exactland.generic_rank_of(problem, 1))
    assert "f_1 - f_2 = 0, for the columns f_j of F_1 and all parameters" in lines[-1]
    claim = certificate_document(exactland.generic_rank_of(problem, 1))["claim"]
    assert claim["words"] == (
        "F_1 (2 x 2) has rank at most 1 for all parameters, which is less than full, "
        "and rank at least 1 for some."
    )
