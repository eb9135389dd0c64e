"""`exactland certify --claim FORMULA`: claims in words, their verdicts, exit codes and files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exactland.checker.verify import check_file

EXAMPLES = Path(__file__).parents[2] / "examples"
Run = Callable[..., tuple[int, str, str]]


def certify(run: Run, tmp_path: Path, example: str, claim: str, *more: str) -> tuple[int, str]:
    out = tmp_path / "claim.certificate.json"
    code, output, errors = run("certify", EXAMPLES / example, "--claim", claim, "-o", out, *more)
    assert "Traceback" not in errors
    return code, output


#: A claim, its exit code, and what the certificate says (None: there is none).
CLAIMS: list[tuple[str, str, int, str | None]] = [
    ("sigmoid-with-bias.json", "for almost all parameters: rank F_1 = N", 0, ""),
    ("sigmoid-with-bias.json", "at given: rank F_1 = N", 0, ""),
    ("sigmoid-with-bias.json", "for some parameters: rank F_1 = 3", 0, ""),
    ("sigmoid-with-bias.json", "in every ball of parameters: rank F_1 = N", 0, ""),
    ("sigmoid-with-bias.json", "for all parameters: F_1 = sigma_1(X W_1 + ones(N, 1) b_1)", 0, ""),
    ("sigmoid-with-bias.json", "for all parameters: F_1[1, 1] < 1/2", 1, "not (for all parameters"),
    ("sigmoid-with-bias.json", "for all parameters: rank F_1 <= 2", 1, "not (for all parameters"),
    ("sigmoid-with-bias.json", "for all parameters: 0 < F_1[1, 1]", 2, None),
    ("sigmoid-without-bias.json", "almost all parameters: rank F_1 = N", 1, "rank F_1 <= 2"),
    ("sigmoid-without-bias.json", "at given: rank F_1 = N", 1, "at given: rank F_1 = 2"),
    ("sigmoid-without-bias.json", "for all parameters: F_1[1, :] + F_1[3, :] = 1", 65, None),
    (
        "sigmoid-without-bias.json",
        "for all parameters: F_1[(1,), :] + F_1[(3,), :] = 2 F_1[(2,), :]",
        0,
        "",
    ),
    ("sigmoid-without-bias.json", "X[1, 1] < 0 and exp(1) < 3", 0, ""),
    ("sigmoid-without-bias.json", "exp(1) > 3", 1, "not 3 < exp(1)"),
    (
        "sigmoid-without-bias.json",
        "at every width of layer 1: for all parameters: rank F_1 <= 2",
        0,
        "at every width",
    ),
    (
        "sigmoid-without-bias.json",
        "at every width of layer 1: for all parameters: rank F_1 <= 1",
        2,
        None,
    ),
    (
        "sigmoid-with-bias.json",
        "at every width of layer 1: for all parameters: rank F_1 <= 2",
        2,
        None,
    ),
    # What holds of these data for all parameters says nothing about almost all data.
    ("sigmoid-without-bias.json", "for almost all data and parameters: rank F_1 = 3", 2, None),
    ("sigmoid-without-bias.json", "for almost all data: at given: rank F_1 = 3", 2, None),
    ("sigmoid-with-bias.json", "for almost all data and parameters: rank F_1 = N", 0, ""),
    ("sigmoid-with-bias.json", "in every ball of data and parameters: rank F_1 = 3", 0, ""),
    ("sigmoid-with-bias.json", "for some data and parameters: rank F_1 = 3", 0, ""),
    ("sigmoid-with-bias.json", "almost all data and parameters: X has distinct rows", 0, ""),
    ("sigmoid-without-bias.json", "for all data and parameters: F_1 = sigma_1(X W_1)", 0, ""),
    ("sigmoid-without-bias.json", "for all data and parameters: rank F_1 <= 3", 0, ""),
    ("sigmoid-without-bias.json", "for all data and parameters: rank F_1 <= 2", 2, None),
    ("sigmoid-without-bias.json", "for all data and parameters: X[2, 1] = 0", 2, None),
    (
        "sigmoid-without-bias.json",
        "for all data and parameters: F_1[(1,), :] + F_1[(3,), :] = 2 F_1[(2,), :]",
        2,
        None,
    ),
    ("sigmoid-without-bias.json", "for all data and parameters: X[1, 1] = 0", 1, "not (for all"),
    (
        "sigmoid-without-bias.json",
        "for all data and parameters: if not X has distinct rows then rank F_1 = 3",
        2,
        None,
    ),
    (
        "sigmoid-without-bias.json",
        "for all data and parameters: for all i in 1..(rank X): X[i, 1] = X[i, 1]",
        2,
        None,
    ),
    ("sigmoid-with-bias.json", "for almost all data and parameters: rank F_1 = 3 rank X", 2, None),
    ("sigmoid-without-bias.json", "at given: rank F_1 >= 2", 0, ""),
    ("sigmoid-without-bias.json", "at given: rank F_1 >= 3", 2, None),
    ("sigmoid-without-bias.json", "at given: rank F_1 <= 2", 0, ""),
    ("sigmoid-without-bias.json", "at given: rank F_1 <= 1", 1, "rank F_1 = 2"),
    ("sigmoid-without-bias.json", "at given: 2 = rank F_1", 0, ""),
    ("sigmoid-without-bias.json", "at given: m = rank F_1 with m = 1 + 1", 0, ""),
    ("sigmoid-without-bias.json", "at given: m = rank F_1 with m = 1 + 2", 1, "rank F_1 = 2"),
    ("sigmoid-without-bias.json", "at given: N = rank F_1", 1, "rank F_1 = 2"),
    ("sigmoid-with-bias.json", "at given: N = rank F_1", 0, ""),
    ("sigmoid-with-bias.json", "at given: N <= rank F_1", 0, ""),
    ("sigmoid-with-bias.json", "almost all parameters: N = rank F_1", 0, ""),
    ("sigmoid-without-bias.json", "almost all parameters: 2 = rank F_1", 0, ""),
    ("sigmoid-without-bias.json", "almost all parameters: N = rank F_1", 1, "rank F_1 <= 2"),
    # Relations of these samples say nothing of other data.
    ("sigmoid-without-bias.json", "almost all data and parameters: rank F_1 = 2", 2, None),
    ("image-3x3.json", "for all parameters: rank U_1 <= 7", 0, ""),
    ("image-3x3.json", "for almost all parameters: rank U_1 = 8", 1, "rank U_1 <= 7"),
    ("sigmoid-without-bias.json", "at given: rank F_9 = N", 65, None),
]


@pytest.mark.parametrize(("example", "claim", "code", "said"), CLAIMS)
def test_claims_in_words(
    run: Run, tmp_path: Path, example: str, claim: str, code: int, said: str | None
) -> None:
    found, output = certify(run, tmp_path, example, claim)
    assert found == code, output
    path = tmp_path / "claim.certificate.json"
    assert path.exists() is (said is not None)
    if said is not None:
        result = check_file(path)
        assert result.verdict == "accept"
        assert said in result.words
        assert result.words.splitlines()[0] in output


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("", "it is empty"),
        ("  ", "it is empty"),
        ("Thm3.4", "write NH17:Thm3.4 or NH18:Thm3.4"),
        ("NH18:Thm 3.4", "write NH18:Thm3.4"),
        ("nh18 theorem 3.4", "write NH18:Thm3.4"),
        ("NH18:Thm9.9", "NH18:Thm9.9"),
    ],
)
def test_claims_that_are_no_ids_are_told_which_are_meant(
    run: Run, tmp_path: Path, claim: str, said: str
) -> None:
    out = tmp_path / "claim.certificate.json"
    example = EXAMPLES / "sigmoid-with-bias.json"
    code, output, errors = run("certify", example, "--claim", claim, "-o", out)
    assert (code, output) == (64, "")
    assert said in errors
    assert not out.exists()


@pytest.mark.parametrize(
    ("claim", "code", "said"),
    [
        ("1/0 = 1", 65, "a division by zero"),
        ("if 1 = 0 then 1/0 = 1", 0, ""),
        ("I_1000000000 = I_2", 2, "more than 100000"),
        ("for all i in 1..1000000000: i = i", 2, "the integers of 1..1000000000"),
        ("ones(1000000, 1000000) = X", 2, "more than 100000"),
        ("[i <= 1000, j <= 1000: i + j] = X", 2, "the entries of a table"),
        ("X is positive definite", 65, "X is 3 x 1, and positive definite is said of square"),
        ("X X^T is positive definite", 1, ""),
    ],
)
def test_what_has_no_value_or_is_too_large(
    run: Run, tmp_path: Path, claim: str, code: int, said: str
) -> None:
    out = tmp_path / "claim.certificate.json"
    example = EXAMPLES / "sigmoid-with-bias.json"
    found, output, errors = run("certify", example, "--claim", claim, "-o", out)
    assert found == code, output + errors
    assert said in errors


def test_a_layer_of_another_kind_is_named(run: Run, tmp_path: Path) -> None:
    code, output = certify(run, tmp_path, "cnn-max-pooling.json", "NH18:Thm4.5", "--layer", "1")
    assert code == 2
    assert "layer i is convolutional, where layer 2 is max-pooling" in output


def test_json_has_the_formula(run: Run, tmp_path: Path) -> None:
    code, output = certify(run, tmp_path, "sigmoid-with-bias.json", "rank X < N", "--json")
    answer: dict[str, Any] = json.loads(output)
    assert code == 0
    assert answer["formula"] == ["<", ["rank", ["X"]], ["N"]]
    assert answer["verdict"] == "proved"
    assert answer["certificate"] == str(tmp_path / "claim.certificate.json")


def test_an_own_certificate_is_replaced(run: Run, tmp_path: Path) -> None:
    for claim in ("rank X < N", "0 < N"):
        assert certify(run, tmp_path, "sigmoid-with-bias.json", claim)[0] == 0


def test_a_statement_is_refuted_by_a_better_point(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "refutation.json"
    problem, better = EXAMPLES / "theorem-5-3.json", EXAMPLES / "theorem-5-3-better.json"
    arguments = ["--claim", "NH17:Thm5.3", "--layer", "0", "--better", better, "-o", out]
    code, output, _ = run("certify", problem, *arguments)
    assert code == 1
    assert "refuted as stated" in output
    assert "hypothesis critical: holds" in output
    assert check_file(out).verdict == "accept"


def test_a_statement_that_does_not_apply_says_why(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "answer.json"
    arguments = ["--claim", "NH17:Thm3.4", "-o", out]
    code, output, _ = run("certify", EXAMPLES / "relu-dense.json", *arguments)
    assert code == 2
    assert "does not apply" in output
    assert "hypothesis activation: it is false: for i = 1: sigma_i is real analytic" in output


#: What an answer speaks of: no more than was shown, and no less.
READINGS = [
    ("sigmoid-with-bias.json", "at given: rank F_1 = N", "on this instance, at its parameters"),
    ("sigmoid-with-bias.json", "rank X < N", "on this instance"),
    ("sigmoid-with-bias.json", "rank X < m with m = N", "on this instance"),
    ("sigmoid-with-bias.json", "almost all parameters: rank F_1 = N", "for almost all parameters"),
    ("sigmoid-with-bias.json", "for all parameters: rank F_1 <= 2", "on this instance"),
    (
        "sigmoid-without-bias.json",
        "at every width of layer 1: for all parameters: rank F_1 <= 2",
        "at every width of layer 1",
    ),
    ("sigmoid-with-bias.json", "NH18:Thm3.5", "on this instance"),
    ("sigmoid-with-bias.json", "NH17:Lem2.1", "on this instance, at its parameters"),
    ("sigmoid-without-bias.json", "LDS18:Cor1", "on this instance, at its parameters"),
    ("sigmoid-with-bias.json", "LDS18:Cor1", "on this instance"),
]


@pytest.mark.parametrize(("example", "claim", "reading"), READINGS)
def test_answers_say_what_they_speak_of(
    run: Run, tmp_path: Path, example: str, claim: str, reading: str
) -> None:
    assert json.loads(certify(run, tmp_path, example, claim, "--json")[1])["reading"] == reading


def test_a_proof_of_a_false_statement_says_so(run: Run, tmp_path: Path) -> None:
    """Each way: by a script and by its formulas; and a true statement has no such note."""
    for example, claim, status in (
        ("sigmoid-with-bias.json", "NH18:Thm3.4", "false"),
        ("sigmoid-without-bias.json", "LDS18:Cor1", "true"),
    ):
        code, output = certify(run, tmp_path, example, claim, "--force")
        assert code == 0, output
        assert ("note:     as stated it is false: see NH18:E" in output) is (status == "false")
        output = certify(run, tmp_path, example, claim, "--force", "--json")[1]
        assert json.loads(output)["as_stated"] == status


def test_a_script_that_stops_at_a_failing_hypothesis_does_not_apply(
    run: Run, tmp_path: Path
) -> None:
    example = "sigmoid-without-bias.json"
    code, output = certify(run, tmp_path, example, "NH18:Thm3.4")
    assert code == 2
    assert "does not apply (on this instance)" in output
    assert "hypothesis own_biases: it is false: for i = 1: layer i has a bias" in output
    answer = json.loads(certify(run, tmp_path, example, "NH18:Thm3.4", "--force", "--json")[1])
    assert answer["answer"] == "does not apply"
    assert answer["stops_at"]["verdict"] == "refuted"
    assert check_file(answer["certificate"]).verdict == "accept"


#: Claims that only the checker decides, which may reject them; or with too many cases.
LEFT = [
    ("sigmoid-with-bias.json", "at given: hess(W_1) = 0", "which alone has Hessians"),
    (
        "sigmoid-with-bias.json",
        "for all parameters: for all i in 1..2000: 0 <= W_1[1, 1]^2",
        "more than 1000 cases",
    ),
]


@pytest.mark.parametrize(("example", "claim", "reason"), LEFT)
def test_what_the_checker_rejects_is_undecided(
    run: Run, tmp_path: Path, example: str, claim: str, reason: str
) -> None:
    code, output = certify(run, tmp_path, example, claim)
    assert code == 2, output
    assert reason in output


#: A matrix, its rank at the given parameters, and the largest at any.
RANKS = [
    ("sigmoid-without-bias.json", "F_1", 2, 2),
    ("sigmoid-with-bias.json", "F_1", 3, 3),
    ("softplus-without-bias.json", "F_1", None, 3),
    ("image-3x3.json", "U_1", None, 7),
    ("dominoes-2x2.json", "U_1", None, 3),
]


@pytest.mark.parametrize(("example", "matrix", "given", "generic"), RANKS)
def test_answers_about_ranks_are_true(
    run: Run, tmp_path: Path, example: str, matrix: str, given: int | None, generic: int
) -> None:
    """Whatever number is asked for, also by a name: not shown is not refuted."""
    for asked in range(9):
        for sign in ("=", "<="):
            holds = asked == generic if sign == "=" else generic <= asked
            claims = {"for almost all parameters": holds}
            # At the parameters 0 all rows, or filters, are alike: no rank here is the same at all.
            claims["for all parameters"] = holds and sign == "<="
            if given is not None:
                claims["at given"] = asked == given if sign == "=" else given <= asked
            for head, true in claims.items():
                for claim in (
                    f"rank {matrix} {sign} {asked}",
                    f"rank {matrix} {sign} m with m = {asked}",
                ):
                    code, output = certify(run, tmp_path, example, f"{head}: {claim}", "--force")
                    assert code in ((0, 2) if true else (1, 2)), (head, claim, output)
