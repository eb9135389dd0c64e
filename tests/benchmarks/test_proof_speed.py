"""Proofs against the times that a reader waits for: processor time, printed with the limit."""

from __future__ import annotations

from random import Random
from time import process_time
from typing import Any

import pytest
from flint import fmpq

import exactland
from exactland.functions.activations import activation
from exactland.papers.library import script_ids
from exactland.proof.leibniz import expand
from exactland.proof.tails import first_alpha_bounded, summary_of_direction

pytestmark = pytest.mark.benchmark


def test_built_in_examples_from_first_to_last_step_in_five_seconds() -> None:
    times = {}
    for id in script_ids():
        start = process_time()
        session = exactland.step(id)
        session.goto(999)
        times[id] = process_time() - start
    slowest = max(times, key=lambda id: times[id])
    print(f"\n  {len(times)} examples, slowest {slowest} {times[slowest]:.2f} s (limit 5 s)")
    assert times[slowest] < 5


@pytest.mark.parametrize(
    "sigma", ["relu", "sigmoid", "tanh", {"expr": "1/2-t/(2*(1+abs(t)))"}], ids=str
)
@pytest.mark.parametrize("deep", [False, True])
def test_each_next_with_ten_samples_in_a_second(sigma: Any, deep: bool) -> None:
    hidden = exactland.Dense(12, activation=sigma)
    first = exactland.Convolution(exactland.conv1d(6, 3), 4, activation=sigma)
    layers = [first, hidden] if deep else [hidden]
    inputs = [[(7 * i + 3 * j * j) % 19 + 20 * i for j in range(6)] for i in range(10)]
    network = exactland.SequentialNetwork([*layers, exactland.Dense(1)])
    session = exactland.step("NH18:Thm3.4", exactland.Problem(network, inputs), len(layers))
    slowest = 0.0
    while not session.complete:
        start, position = process_time(), session.state.position
        shown = session.next()
        assert session.state.position == position + 1, shown.text
        slowest = max(slowest, process_time() - start)
    print(f"\n  {session.state.position} steps, slowest {slowest:.2f} s (limit 1 s)")
    assert slowest < 1


def test_leibniz_of_nine_in_five_seconds() -> None:
    draw = Random(2)
    matrix = [[fmpq(draw.randint(-99, 99), draw.randint(1, 99)) for _ in range(9)] for _ in "a" * 9]
    start = process_time()
    expansion = expand(matrix)
    took = process_time() - start
    print(f"\n  {len(expansion.terms)} terms in {took:.2f} s (limit 5 s)")
    assert took < 5


def test_alpha_0_of_a_thousand_samples_in_a_second() -> None:
    values = [fmpq(n) for n in Random(5).sample(range(-(10**6), 10**6), 1000)]
    sigma = activation("sigmoid")
    start = process_time()
    found = summary_of_direction(values)
    alpha = None if found is None else first_alpha_bounded(sigma, fmpq(0), found)
    took = process_time() - start
    print(f"\n  alpha_0 of 1000 samples in {took:.2f} s (limit 1 s)")
    assert alpha is not None
    assert took < 1
