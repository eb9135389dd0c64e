"""The scripts on random small instances: what they prove is true, and nothing breaks."""

from __future__ import annotations

import mpmath
import pytest
from plain_network import Unclear
from random_instances import random_instance
from recheck import recheck

from exactland.papers.library import script, script_ids
from exactland.proof.script import Driver, Fact, Failure, Walkthrough

#: Those about layers of a sequential network.
IDS = [id for id in script_ids() if not id.startswith("NMH19")]
#: They do not depend on the instance.
IDS = [id for id in IDS if id not in ("NH18:Tab1", "NH18:Tab2", "NH18:Fig1", "NH18:LemA.1")]


def proved_at(seed: int) -> int:
    """The number of scripts that reach their goal at a seed; all their facts are checked again."""
    problem = random_instance(seed)
    count = 0
    for id in IDS:
        layers = range(1, problem.sequential.depth + 1)
        for k in layers if not id.startswith("LDS18") else [1]:
            driver = Driver(script(id), Walkthrough(problem, k)).run()
            assert driver.finished or isinstance(driver.failure, Failure)
            count += driver.finished
            for entry in driver.entries:
                if isinstance(entry, Fact):
                    try:
                        with mpmath.workdps(300):
                            recheck(problem, k, entry.claim)
                    except Unclear:
                        continue
    return count


@pytest.mark.parametrize("seed", range(12))
def test_what_the_scripts_prove_on_random_instances_is_true(seed: int) -> None:
    assert proved_at(seed) > 0


@pytest.mark.slow
def test_what_the_scripts_prove_on_many_random_instances_is_true() -> None:
    assert sum(proved_at(seed) for seed in range(12, 600)) > 5000
