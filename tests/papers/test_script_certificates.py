"""Certificates of all scripts on all their instances: the whole proof, and every fact by itself."""

from __future__ import annotations

from typing import Any

import pytest
from script_instances import INSTANCES, Instance

from exactland.certificate.proofs import proof_certificate, step_certificate
from exactland.certificate.writing import canonical_bytes
from exactland.checker.verify import check_bytes
from exactland.errors import UsageError
from exactland.papers.library import script
from exactland.proof.script import Driver, Fact, Walkthrough

ALL = [(id, instance) for id, instances in INSTANCES.items() for instance in instances]


def accepted(document: dict[str, Any]) -> None:
    result = check_bytes(canonical_bytes(document))
    assert (result.verdict, result.reason) == ("accept", "")
    if isinstance(document["claim"], dict):  # of format 1
        assert result.words == document["claim"]["words"]


@pytest.mark.parametrize(("id", "instance"), ALL, ids=[f"{id}-{i.about}" for id, i in ALL])
def test_the_proof_and_every_fact_are_accepted(id: str, instance: Instance) -> None:
    driver = Driver(script(id), Walkthrough(instance.made(), instance.k)).run()
    assert driver.finished
    accepted(proof_certificate(driver))
    for fact in driver.entries:
        if not isinstance(fact, Fact):
            continue
        if fact.grounds.kind != "cited":
            accepted(step_certificate(driver, fact.number))
            continue
        with pytest.raises(UsageError, match="it is a citation: nothing is proved here"):
            step_certificate(driver, fact.number)
