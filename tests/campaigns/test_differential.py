"""Verdicts on random instances against computations that share nothing with the package.

Every decided finding is judged by its meaning (``oracle.judge``): a wrong "proved" or "refuted"
fails. Its certificate has to be accepted by the checker, in this process for speed.
"""

from __future__ import annotations

import json
from collections import Counter
from random import Random
from typing import Any

import pytest
from flint import fmpq, fmpq_mat
from instances import random_problem
from oracle import CAREFUL, judge, matrix_over, rank_of, rational_rank, size_of
from plain_network import EXACT, Document, Irrational, Unclear, features, skip_features

from exactland.arithmetic.rationals import RATIONALS
from exactland.certificate.writing import canonical_bytes, certificate_document
from exactland.checker.verify import check_bytes
from exactland.conditions.ranks import generic_rank_of, rank
from exactland.conditions.vanishing import vanishing_identity
from exactland.errors import LimitError, UsageError
from exactland.model.forward import feature_matrix, skip_feature_matrix
from exactland.model.problem import Problem
from exactland.model.problem_file import problem_from

SAMPLE = 300
CAMPAIGN = 12_000
CEILING = 512


def questions(problem: Problem, seed: int) -> list[tuple[str, Any, dict[str, Any]]]:
    """One or two questions about an instance: (name, function, arguments)."""
    draw = Random(seed)
    if "units" in vars(problem.network):
        return [("rank", rank, {}), ("generic rank", generic_rank_of, {})]
    k = draw.randint(1, len(problem.sequential.layers))
    asked: list[tuple[str, Any, dict[str, Any]]] = [
        ("rank", rank, {"layer": k}),
        ("rank of U", rank, {"layer": k, "what": "weights"}),
        ("generic rank", generic_rank_of, {"layer": k}),
        ("generic rank of U", generic_rank_of, {"layer": k, "what": "weights"}),
        ("vanishing identity", vanishing_identity, {"layer": k}),
    ]
    return draw.sample(asked, 2)


def examine(seed: int, family: str | None, counts: Counter[str]) -> None:
    """One instance: ask, judge, check the certificate."""
    document = random_problem(seed, family)
    problem = problem_from(document)
    for name, ask, arguments in questions(problem, seed):
        ceiling = {} if arguments.get("what") == "weights" else {"ceiling": CEILING}
        try:
            finding = ask(problem, seed=seed, **arguments, **ceiling)
        except UsageError:  # weights of max-pooling
            counts["no such question"] += 1
            continue
        except LimitError:  # a stated ceiling: nothing is claimed
            counts["beyond a limit"] += 1
            continue
        counts[f"{name}: {finding.verdict}"] += 1
        if finding.established is None:
            _examine_undecided(document, name, arguments, counts, seed)
            continue
        written = certificate_document(finding)
        _examine_decided(written, seed, counts)
        outcome = check_bytes(canonical_bytes(written))
        counts[f"certificate: {outcome.verdict}"] += 1
        assert outcome.verdict != "reject", f"seed {seed}, {name}: {outcome.reason}"
        if outcome.verdict == "accept":
            assert outcome.words == finding.established.words()


def _examine_decided(written: Document, seed: int, counts: Counter[str]) -> None:
    """The claim is true, where the oracle sees clearly; it looks twice at a surprise."""
    truth = judge(written, seed)
    if truth is False:
        truth = judge(written, seed + 1, CAREFUL)
    counts[f"oracle: {truth}"] += 1
    assert truth is not False, f"seed {seed}: {json.dumps(written['claim'])}"


def _examine_undecided(
    document: Document, name: str, arguments: dict[str, Any], counts: Counter[str], seed: int
) -> None:
    """Over Q nothing at given parameters may stay undecided; elsewhere it is counted."""
    if name == "rank of U":
        pytest.fail(f"seed {seed}: the rank of a rational matrix is undecided")
    if name != "rank":
        return
    what: Document = {"what": "skip-features"}
    if arguments:
        what = {"what": "features", "layer": arguments["layer"]}
    rows_over = matrix_over(document, what, document["parameters"])
    try:
        rows_over(EXACT)
    except (Irrational, Unclear):
        full = rank_of(rows_over) == min(size_of(document, what))
        counts["undecided, full in digits" if full else "undecided, deficient in digits"] += 1
        return
    pytest.fail(f"seed {seed}: the rank of a rational matrix is undecided")


def run(seeds: range, family: str | None = None) -> Counter[str]:
    counts: Counter[str] = Counter()
    for seed in seeds:
        examine(seed, family, counts)
    for line in sorted(counts.items()):
        print(*line, sep="\t")
    return counts


def test_a_sample() -> None:
    counts = run(range(SAMPLE))
    _is_a_real_campaign(counts, SAMPLE)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_the_campaign(part: int) -> None:
    size = CAMPAIGN // 4
    first = 10**6 + part * size
    counts = run(range(first, first + size))
    _is_a_real_campaign(counts, size)


def _is_a_real_campaign(counts: Counter[str], size: int) -> None:
    """Both verdicts of every question occur, most findings are decided, and the oracle saw most."""
    for question in ("rank", "rank of U", "generic rank", "generic rank of U"):
        assert counts[f"{question}: proved"] >= size / 60
        assert counts[f"{question}: refuted"] >= (size / 150 if "generic" in question else 1)
    for verdict in ("proved", "refuted"):
        assert counts[f"vanishing identity: {verdict}"] >= size / 60
    decided = counts["certificate: accept"] + counts["certificate: decline"]
    assert counts["certificate: accept"] > 0.99 * decided
    assert counts["oracle: True"] > 0.9 * decided
    assert decided > size


@pytest.mark.parametrize("seed", range(60))
def test_features_over_the_rationals(seed: int) -> None:
    """F_k and Psi entry by entry, and the rank of python-flint beside ours and the plain one."""
    document = random_problem(seed + 5000, "rational" if seed % 3 else "skip")
    problem = problem_from(document)
    if document["network"]["kind"] == "skip":
        try:
            plain = skip_features(document, document["parameters"], EXACT)
        except Irrational:
            return
        ours = skip_feature_matrix(problem)
        finding = rank(problem)
    else:
        k = len(document["network"]["layers"])
        try:
            plain = features(document, k, document["parameters"], EXACT)
        except Unclear:
            return
        ours = feature_matrix(problem, k)
        finding = rank(problem, k)
    matrix = fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in plain])
    assert fmpq_mat(RATIONALS.rows(ours)) == matrix
    assert finding.rank == matrix.rank() == rational_rank(plain)


def test_the_oracle_tells_true_from_false() -> None:
    """A campaign proves nothing if its judge says yes to everything."""
    for seed in range(40):
        document = random_problem(seed, "rational")
        finding = rank(problem_from(document), 1)
        written = certificate_document(finding)
        assert judge(written) is True
        claim = written["claim"]
        wrong = dict(claim, kind="full-rank")
        if claim["kind"] == "full-rank":
            full = min(claim["rows"], claim["columns"])
            wrong = dict(claim, kind="rank-deficient", at_least=0, at_most=full - 1)
        assert judge({**written, "claim": wrong}) is False
