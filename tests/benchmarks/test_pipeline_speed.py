"""From a problem to a certificate and through the checker, with the clock running."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import numpy as np
import pytest

from exactland.arithmetic.enclosures import ENCLOSURES
from exactland.certificate.writing import write_certificate
from exactland.checker import verify
from exactland.conditions.finding import Finding
from exactland.conditions.ranks import generic_rank_of, rank
from exactland.linalg.enclosures import full_rank_enclosure
from exactland.model.chosen_parameters import random_parameters
from exactland.model.forward import feature_matrix
from exactland.model.layers import Convolution, Dense
from exactland.model.network import SequentialNetwork
from exactland.model.patches import conv2d
from exactland.model.problem import Data, Problem
from exactland.model.problem_file import load_problem

pytestmark = pytest.mark.benchmark


def best(function: Callable[[], Any], rounds: int) -> float:
    """The least time of so many calls, in seconds."""
    times = []
    for _ in range(rounds):
        start = perf_counter()
        function()
        times.append(perf_counter() - start)
    print(f"\n  least {min(times):.3f} s, median {median(times):.3f} s of {rounds}")
    return min(times)


def sigmoid_problem(samples: int, units: int, dimension: int = 10, seed: int = 0) -> Problem:
    """Samples with coordinates k/16 from a normal distribution, one hidden layer."""
    draw = np.random.default_rng(seed)
    inputs = [[f"{int(x)}/16" for x in row] for row in 16 * draw.normal(size=(samples, dimension))]
    problem = Problem(SequentialNetwork([Dense(units, "neuron", "sigmoid")]), Data(inputs))
    return problem.with_parameters(random_parameters(problem, seed))


def certified(problem: Problem, path: Path) -> Finding:
    finding = rank(problem, 1)
    write_certificate(finding, path)
    return finding


def check_alone(path: Path) -> None:
    """The checker in a plain Python without site-packages."""
    command = [sys.executable, "-I", "-S", verify.__file__, str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.startswith("ACCEPT: ")


@pytest.mark.parametrize(
    ("size", "certify_in", "check_in", "rounds"), [(100, 2, 5, 5), (400, 60, 300, 2)]
)
def test_sigmoid_features(
    size: int, certify_in: float, check_in: float, rounds: int, tmp_path: Path
) -> None:
    problem, path = sigmoid_problem(size, size), tmp_path / "certificate.json"
    assert certified(problem, path).verdict == "proved"
    print(
        f"\n{size} x {size} sigmoid features, certificate of {path.stat().st_size} bytes: certify"
    )
    assert best(lambda: certified(problem, path), rounds) < certify_in
    print("check")
    assert best(lambda: check_alone(path), min(rounds, 3)) < check_in


def test_generic_rank_of_a_28_x_28_image(tmp_path: Path) -> None:
    """U_1 of two 3 x 3 filters: 784 x 1352, rank 776 of 784 for almost all filters."""
    patches = conv2d(28, 28, size=(3, 3))
    network = SequentialNetwork([Convolution(patches, 2, "neuron", "sigmoid")])
    problem, path = Problem(network, Data([[0] * 784])), tmp_path / "certificate.json"

    def certify() -> Finding:
        finding = generic_rank_of(problem, 1, "weights")
        write_certificate(finding, path)
        return finding

    finding = certify()
    assert (finding.verdict, finding.rank) == ("refuted", 776)
    print(f"\n784 x 1352, both bounds, certificate of {path.stat().st_size} bytes: certify")
    assert best(certify, 3) < 60
    print("check")
    assert best(lambda: check_alone(path), 3) < 60


def test_certified_features_against_numpy() -> None:
    """1000 x 1000 features: the proof of full rank costs less than numpy's guess of the rank."""
    problem = sigmoid_problem(1000, 1000, dimension=30)
    enclosed = feature_matrix(problem, 1, ENCLOSURES)
    floats = (enclosed.lo + enclosed.hi) / 2
    assert full_rank_enclosure(enclosed).is_full
    assert rank(problem, 1).verdict == "proved"
    print("\nnumpy.linalg.matrix_rank of 1000 x 1000 sigmoid features in floating point")
    theirs = best(lambda: np.linalg.matrix_rank(floats), 5)
    print("certified full rank of their enclosure")
    ours = best(lambda: full_rank_enclosure(enclosed), 5)
    print("from exact parameters to evidence, with the enclosure of the features")
    whole = best(lambda: rank(problem, 1), 5)
    print(f"{ours / theirs:.2f} and {whole / theirs:.2f} of numpy's time")
    assert ours < 1.5 * theirs
    assert whole < 10 * theirs


#: Reads a problem, asks `exactland rank`, prints processor seconds and peak kilobytes.
RANK_ALONE = """
import resource, sys
from exactland.interface.cli import main
sys.argv = ["exactland", "rank", sys.argv[1], "--layer", "1", "--random", "0", *sys.argv[2:]]
try:
    main()
except SystemExit as end:
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(end.code, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


@pytest.mark.parametrize("sigma", ["r1", {"expr": "t/(1+t**2)"}], ids=str)
def test_rational_features_against_numpy(sigma: Any, tmp_path: Path) -> None:
    """1000 x 1000 features with a million denominators: residues, never their common multiple."""
    inputs = [list(map(str, row)) for row in sigmoid_problem(1000, 1, 30).data.inputs]
    layer = {"kind": "dense", "width": 1000, "activation": sigma}
    network = {"kind": "sequential", "layers": [layer]}
    path = tmp_path / "problem.json"
    format_ = "exactland-problem/1"
    document = {"format": format_, "data": {"inputs": inputs}, "network": network}
    path.write_text(json.dumps(document))
    problem = load_problem(path)
    problem = problem.with_parameters(random_parameters(problem, 0))
    enclosed = feature_matrix(problem, 1, ENCLOSURES)
    floats = (enclosed.lo + enclosed.hi) / 2
    start = process_time()
    np.linalg.matrix_rank(floats)
    theirs = process_time() - start
    print(f"\n1000 x 1000 features of {sigma}; numpy.linalg.matrix_rank {theirs:.2f} s")
    for name, arguments, most in (("rank --no-check", ["--no-check"], 10), ("rank", [], 60)):
        command = [sys.executable, "-c", RANK_ALONE, str(path), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        code, seconds, kilobytes = done.stdout.splitlines()[-1].split()
        print(f"exactland {name}: {float(seconds):.2f} s, {int(kilobytes) // 1024} MB at its peak")
        assert code == "0"
        assert float(seconds) < most * theirs
        assert int(kilobytes) < 1024 * 1024


@pytest.mark.parametrize("arguments", [["--help"], ["check"], ["check", "/no/such/file"]])
def test_start_up(arguments: list[str]) -> None:
    """The commands that need no mathematics are not much slower than Python itself."""

    def run(*command: str) -> Callable[[], Any]:
        return lambda: subprocess.run([sys.executable, *command], capture_output=True)

    print(f"\npython -c pass, then exactland {' '.join(arguments)}")
    bare = best(run("-c", "pass"), 9)
    ours = best(run("-m", "exactland", *arguments), 9)
    assert ours - bare < 0.5
