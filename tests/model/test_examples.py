"""The example problems: each loads, is written canonically, and shows what it is there for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from flint import arb, fmpq_mat

from exactland.arithmetic.balls import Balls
from exactland.arithmetic.comparison import less
from exactland.arithmetic.rationals import RATIONALS
from exactland.model.forward import feature_matrix, skip_feature_matrix
from exactland.model.layer_matrix import layer_matrix
from exactland.model.network import SequentialNetwork
from exactland.model.problem_file import load_problem, problem_document, problem_from

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_round_trip_and_evaluation(name: str) -> None:
    problem = load_problem(EXAMPLES / f"{name}.json")
    document = problem_document(problem)
    again = problem_from(document)
    assert again == problem
    assert problem_document(again) == document
    arithmetic = Balls(64)
    if not isinstance(problem.network, SequentialNetwork):
        psi = skip_feature_matrix(problem, arithmetic)
        assert arithmetic.shape(psi) == (problem.data.samples, len(problem.skip.skips))
        return
    complete = [k for k, p in enumerate(problem.parameters or (), start=1) if p is not None]
    assert complete
    features = feature_matrix(problem, complete[0], arithmetic)
    assert arithmetic.shape(features) == (problem.data.samples, problem.widths[complete[0]])


@pytest.mark.parametrize(
    ("name", "shape", "rank"),
    [
        ("dominoes-2x2", (4, 4), 3),
        ("four-cycle", (4, 4), 3),
        ("image-3x3", (9, 8), 7),
        ("k4-and-an-edge", (6, 7), 5),
        ("k4-less-an-edge", (6, 6), 5),
        ("two-triples", (4, 4), 3),
        ("convolution-5-to-6", (5, 6), 5),
    ],
)
def test_ranks_of_layer_matrices(name: str, shape: tuple[int, int], rank: int) -> None:
    """NH18, E1: only the last of these systems of patches has a layer matrix of full rank."""
    U = layer_matrix(load_problem(EXAMPLES / f"{name}.json"), 1)
    assert RATIONALS.shape(U) == shape
    assert fmpq_mat(U).rank() == rank


def test_the_worked_skip_network() -> None:
    """NMH19: det Psi = 0.207954251332755 +- 3.85e-16."""
    arithmetic = Balls(200)
    (a, b, c), (d, e, f), (g, h, i) = skip_feature_matrix(
        load_problem(EXAMPLES / "skip-worked.json"), arithmetic
    )
    with arithmetic.working():
        det = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
        assert less(abs(det - arb("0.207954251332755")), arb("3.85e-16")) is True


@pytest.mark.parametrize(
    ("name", "vector"),
    [("sigmoid-without-bias", (1, -2, 1)), ("softplus-without-bias", (-1, 2, -2, 1))],
)
def test_relations_of_samples(name: str, vector: tuple[int, ...]) -> None:
    """LDS18, E1: the rows of F_1 satisfy a relation without bias (a check, not a proof)."""
    arithmetic = Balls(200)
    features = feature_matrix(load_problem(EXAMPLES / f"{name}.json"), 1, arithmetic)
    with arithmetic.working():
        for column in zip(*features, strict=True):
            total = sum((c * f for c, f in zip(vector, column, strict=True)), arb(0))
            assert less(abs(total), arb(2) ** -190) is True


def test_import_is_light() -> None:
    program = (
        "import sys, exactland\n"
        "assert 'Problem' in dir(exactland)\n"
        "print([m for m in ('sympy', 'networkx', 'numpy', 'flint') if m in sys.modules])\n"
        "from exactland import Problem, load_problem, gradients, random_parameters\n"
        "print([m for m in ('sympy', 'networkx') if m in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["[]", "[]"]


def test_public_names_exist() -> None:
    import exactland

    for name in exactland.__all__:
        assert getattr(exactland, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'Problm'"):
        exactland.Problm  # noqa: B018
