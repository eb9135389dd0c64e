"""What the tests of the stepper share: the proof of Theorem 3.4 on its built-in example."""

from __future__ import annotations

import pytest

import exactland


@pytest.fixture
def session():
    return exactland.step("NH18:Thm3.4")
