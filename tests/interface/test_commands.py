"""Every command with text and JSON, the exit codes, and that nothing is written on failure."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exactland.checker.verify import check_file

EXAMPLES = Path(__file__).parents[2] / "examples"
GOOD = Path(__file__).parents[1] / "certificates" / "good"
BAD = Path(__file__).parents[1] / "certificates" / "bad"

Run = Callable[..., tuple[int, str, str]]


def example(name: str) -> Path:
    return EXAMPLES / f"{name}.json"


# --- show ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_show_every_example(run: Run, path: Path) -> None:
    code, out, err = run("show", path)
    assert (code, err) == (0, "")
    assert out.startswith("data: ")
    assert ("NMH19:Asm1.3: " if path.stem.startswith("skip") else "NH18:Def2.1: ") in out
    code, out, err = run("show", path, "--json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert out.count("\n") == 1
    verdicts = {entry["verdict"] for entry in document["assumptions"]}
    assert verdicts <= {"proved", "refuted", "undecided"}


def test_show_prints_grids_and_says_where_the_orders_differ(run: Run) -> None:
    code, out, _ = run("show", EXAMPLES / "small-cnn.json")
    assert code == 0
    assert "data: 3 samples of dimension 32 (2 x 4 x 4)" in out
    assert "= 4 x 4 x 4 (32 patches of 9, 4 filters, 2" in out
    assert "max-pooling 64 -> 16 = 4 x 2 x 2" in out
    assert "by channel, row, column; in layer 1 neuron (p-1) T + t of the papers" in out
    assert "NH18:Def2.1: fails - layer 1: the convolution has 2 groups" in out
    code, out, _ = run("show", EXAMPLES / "small-cnn.json", "--json")
    assert json.loads(out)["grids"] == {
        "0": [2, 4, 4], "1": [4, 4, 4], "2": [4, 2, 2], "3": [3, 1, 1]
    }  # fmt: skip
    code, out, _ = run("show", EXAMPLES / "relu-dense.json")
    assert "order:" not in out


def test_show_prints_the_layer_matrix(run: Run) -> None:
    _, out, _ = run("show", example("convolution-5-to-6"))
    start = out.index("U_1^T")
    rows = out[start:].splitlines()[1:7]
    assert [row.split() for row in rows] == [
        ["w[1,1]", "w[2,1]", "w[3,1]", "0", "0"],
        ["w[1,2]", "w[2,2]", "w[3,2]", "0", "0"],
        ["0", "w[1,1]", "w[2,1]", "w[3,1]", "0"],
        ["0", "w[1,2]", "w[2,2]", "w[3,2]", "0"],
        ["0", "0", "w[1,1]", "w[2,1]", "w[3,1]"],
        ["0", "0", "w[1,2]", "w[2,2]", "w[3,2]"],
    ]


# --- rank ----------------------------------------------------------------------------------------

RANKS = [
    (("sigmoid-with-bias", "--layer", 1), 0, 3),
    (("sigmoid-without-bias", "--layer", 1), 1, 2),
    (("softplus-without-bias", "--layer", 1), 1, 3),
    (("softplus-without-bias", "--layer", 1, "--what", "generic-features"), 1, 3),
    (("sigmoid-with-bias", "--layer", 1, "--what", "generic-features"), 0, 3),
    (("convolution-5-to-6", "--layer", 1, "--what", "weights"), 0, 5),
    (("convolution-5-to-6", "--layer", 1, "--what", "generic-weights"), 0, 5),
    (("dominoes-2x2", "--layer", 1, "--what", "generic-weights"), 1, 3),
    (("four-cycle", "--layer", 1, "--what", "generic-weights"), 1, 3),
    (("image-3x3", "--layer", 1, "--what", "generic-weights"), 1, 7),
    (("k4-and-an-edge", "--layer", 1, "--what", "generic-weights"), 1, 5),
    (("relu-dense", "--layer", 2), 0, None),
    (("relu-dense", "--layer", 1, "--what", "generic-features"), 1, None),
    (("skip-worked",), 0, 3),
    (("skip-worked", "--what", "generic-features"), 0, 3),
    (("image-3x3", "--layer", 2, "--random", 3), 0, 1),
]


@pytest.mark.parametrize(("arguments", "code", "rank"), RANKS, ids=str)
def test_rank(run: Run, arguments: Any, code: int, rank: int | None) -> None:
    name, *options = arguments
    found, out, err = run("rank", example(name), *options)
    assert (found, err) == (code, "")
    word = ("proved", "refuted", "undecided")[code]
    assert f"answer:   {word} (" in out
    assert ("accepted by the independent checker" in out) == (code != 2)
    found, out, err = run("rank", example(name), *options, "--json")
    assert (found, err) == (code, "")
    document = json.loads(out)
    assert {"claim", "verdict", "reading", "rank", "evidence", "certificate"} <= set(document)
    assert document["verdict"] == word
    assert document["certificate"] is None
    assert (document["evidence"] == {}) == (code == 2)
    if rank is not None:
        assert document["rank"] == rank
    assert list(Path.cwd().iterdir()) == []


def test_rank_without_the_checker_does_not_say_that_it_was_checked(run: Run) -> None:
    code, out, _ = run("rank", example("sigmoid-with-bias"), "--layer", 1, "--no-check")
    assert code == 0
    assert "checker" not in out


# --- certify and check ---------------------------------------------------------------------------

CLAIMS = [
    ("sigmoid-with-bias", ("full-rank", "--layer", 1), 0),
    ("sigmoid-without-bias", ("full-rank", "--layer", 1), 1),
    ("sigmoid-without-bias", ("rank-deficient", "--layer", 1), 0),
    ("sigmoid-without-bias", ("vanishing-identity",), 0),
    ("sigmoid-without-bias", ("generic-deficient", "--layer", 1), 0),
    ("sigmoid-with-bias", ("vanishing-identity", "--layer", 1), 1),
    ("dominoes-2x2", ("generic-full-rank", "--what", "weights", "--layer", 1), 1),
    ("bad-local-minimum", ("bad-local-minimum",), 0),
    ("bad-local-minimum", ("bad-local-minimum", "--at", "1", "--order", "4"), 0),
    ("bad-local-minimum", ("bad-local-minimum", "--order", "all"), 0),
    ("convolution-5-to-6", ("NH18:Asm2.4",), 0),
    ("four-cycle", ("NH18:Asm2.4",), 1),
    ("dominoes-2x2", ("NH18:Asm3.1",), 1),
    ("relu-dense", ("LDS18:Asm1.A1",), 0),
    ("skip-worked", ("NMH19:Asm1.3",), 0),
    ("skip-worked", ("generic-full-rank",), 0),
    ("relu-dense", ("NH18:Thm3.4", "--layer", 1), 0),
    ("skip-worked", ("NMH19:Lem2",), 0),
]


@pytest.mark.parametrize(("name", "claim", "code"), CLAIMS, ids=str)
def test_certify_and_check(run: Run, name: str, claim: Any, code: int) -> None:
    found, out, err = run("certify", example(name), "--claim", *claim, "-o", "x.json")
    assert (found, err) == (code, "")
    assert "certificate: x.json" in out
    assert [path.name for path in Path.cwd().iterdir()] == ["x.json"]
    found, out, err = run("check", "x.json")
    assert (found, err) == (0, "")
    assert out.startswith("ACCEPT: ")
    first = Path("x.json").read_bytes()
    found, out, err = run("certify", example(name), "--claim", *claim, "-o", "x.json", "--json")
    assert (found, err) == (code, "")
    document = json.loads(out)
    assert document["certificate"] == "x.json"
    written = json.loads(first)
    assert document["evidence"] == written.get("evidence", {"steps": written.get("steps")})
    assert Path("x.json").read_bytes() == first


def test_certify_chooses_a_name(run: Run) -> None:
    code, _, _ = run("certify", example("relu-dense"), "--claim", "NH18:Asm3.1")
    assert code == 0
    assert [p.name for p in Path.cwd().iterdir()] == ["relu-dense.NH18-Asm3.1.certificate.json"]


def test_a_proof_that_stops_at_a_hypothesis_says_where(run: Run) -> None:
    """Erratum NH18:E2: with biases tied across patches the proof of Theorem 3.4 stops."""
    arguments = ("certify", example("tied-biases"), "--claim", "NH18:Thm3.4", "-o", "x.json")
    code, out, err = run(*arguments)
    assert (code, err) == (2, "")
    assert "the bias of layer 1 is 'filter'" in out
    code, out, _ = run(*arguments, "--json")
    document = json.loads(out)
    assert (code, document["verdict"], document["answer"]) == (2, "undecided", "does not apply")
    assert "the bias of layer 1 is 'filter'" in document["reason"]
    # What is certified is that a hypothesis fails.
    assert [path.name for path in Path.cwd().iterdir()] == ["x.json"]


def test_undecided_writes_nothing(run: Run) -> None:
    # An open set of parameters says nothing of all of them.
    arguments = ("certify", example("relu-dense"), "--claim", "generic-deficient", "--layer", 1)
    code, out, err = run(*arguments, "-o", "x.json")
    assert (code, err) == (2, "")
    assert "undecided" in out
    code, out, _ = run(*arguments, "-o", "x.json", "--json")
    assert code == 2
    assert json.loads(out)["certificate"] is None
    assert list(Path.cwd().iterdir()) == []


def test_a_certificate_that_the_checker_rejects_is_not_written(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exactland.checker import verify
    from exactland.checker.outcome import Result

    monkeypatch.setattr(verify, "check_file", lambda path: Result("reject", "", "no"))
    code, out, err = run("certify", example("relu-dense"), "--claim", "NH18:Asm3.1", "-o", "x.json")
    assert (code, out) == (70, "")
    assert "the independent checker rejects the evidence" in err
    monkeypatch.setattr(verify, "check_file", lambda path: Result("decline", "", "too big"))
    code, out, err = run("certify", example("relu-dense"), "--claim", "NH18:Asm3.1", "-o", "x.json")
    assert (code, err) == (2, "")
    assert "undecided" in out
    assert "too big" in out
    assert list(Path.cwd().iterdir()) == []


def test_check_several(run: Run) -> None:
    good, bad = sorted(GOOD.iterdir())[:2], sorted(BAD.iterdir())[0]
    code, out, _ = run("check", *good)
    assert code == 0
    lines = [line for line in out.splitlines() if not line.startswith("  ")]
    assert [line.split(": ")[1] for line in lines] == ["ACCEPT", "ACCEPT"]
    assert out.count("\n  problem: ") == 2
    code, out, _ = run("check", good[0], bad, good[1])
    assert code == 1
    lines = [line for line in out.splitlines() if not line.startswith("  ")]
    assert [line.split(": ")[1] for line in lines] == ["ACCEPT", "REJECT", "ACCEPT"]
    code, out, _ = run("check", good[0], bad, "--json")
    assert code == 1
    document = json.loads(out)
    assert document["verdict"] == "refuted"
    assert [entry["verdict"] for entry in document["certificates"]] == ["accept", "reject"]
    assert document["certificates"][1]["claim"] is None


# --- Wrong calls ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("prove",),
        ("rank",),
        ("rank", example("relu-dense")),
        ("rank", example("relu-dense"), "--layer", 0),
        ("rank", example("relu-dense"), "--layer", 9),
        ("rank", example("relu-dense"), "--layer", "one"),
        ("rank", example("relu-dense"), "--layer", 1, "--what", "gradients"),
        ("rank", example("relu-dense"), "--layer", 1, "--seed", -1),
        ("rank", example("relu-dense"), "--layer", 1, "--ceiling", 8),
        ("rank", example("relu-dense"), "--layer", 1, "--precise"),
        ("rank", example("relu-dense"), example("relu-dense"), "--layer", 1),
        ("rank", example("skip-worked"), "--layer", 1),
        ("rank", example("cnn-max-pooling"), "--layer", 2, "--what", "weights"),
        ("certify", example("relu-dense")),
        ("certify", example("relu-dense"), "--claim", "all-is-well"),
        ("certify", example("relu-dense"), "--claim", "NH18:Asm9"),
        ("certify", example("relu-dense"), "--claim", "full-rank"),
        ("certify", example("relu-dense"), "--claim", "NH18:Thm4.4"),
        ("certify", example("relu-dense"), "--claim", "NH18:Thm3.4", "--layer", 7),
        ("certify", example("bad-local-minimum"), "--claim", "bad-local-minimum", "--order", "x"),
        ("certify", example("bad-local-minimum"), "--claim", "bad-local-minimum", "--order", "0"),
        ("check",),
        ("show", example("relu-dense"), "--random", "x"),
    ],
    ids=lambda arguments: " ".join(str(a).rpartition("/")[2] for a in arguments) or "nothing",
)
def test_a_wrong_call(run: Run, arguments: Any) -> None:
    code, out, err = run(*arguments)
    assert code == 64
    assert out == ""
    assert err
    assert "Traceback" not in err
    if arguments:
        assert err.count("\n") == 1
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.parametrize("arguments", [("--help",), ("rank", "-h"), ("--version",)], ids=str)
def test_help_and_version(run: Run, arguments: Any) -> None:
    code, out, err = run(*arguments)
    assert (code, err) == (0, "")
    assert out


def test_an_internal_error_is_one_line_and_no_answer(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from exactland.interface import answers

    def broken(*arguments: object) -> int:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(answers, "answer_rank", broken)
    monkeypatch.delenv("EXACTLAND_DEBUG", raising=False)
    code, out, err = run("rank", example("relu-dense"), "--layer", 1)
    assert (code, out) == (70, "")
    assert err.count("\n") == 1
    monkeypatch.setattr(answers, "answer_rank", lambda *a: (_ for _ in ()).throw(MemoryError()))
    code, out, err = run("rank", example("relu-dense"), "--layer", 1)
    assert (code, out) == (2, "")
    assert "memory" in err
    monkeypatch.setattr(answers, "answer_rank", lambda *a: (_ for _ in ()).throw(RecursionError()))
    code, out, err = run("rank", example("relu-dense"), "--layer", 1)
    assert (code, out, err.count("\n")) == (2, "", 1)


# --- The output file -----------------------------------------------------------------------------


@pytest.mark.parametrize("output", [".", "no/such/x.json", "file/x.json", "/proc/x.json"])
def test_an_output_that_cannot_be_written(run: Run, output: str) -> None:
    Path("file").write_text("a file")
    code, _, err = run("certify", example("relu-dense"), "--claim", "NH18:Asm3.1", "-o", output)
    assert code == 65
    assert "cannot be written" in err
    assert err.count("\n") == 1
    assert [path.name for path in Path.cwd().iterdir()] == ["file"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_an_output_folder_without_permission(run: Run) -> None:
    Path("locked").mkdir(mode=0o500)
    arguments = ("certify", example("relu-dense"), "--claim", "NH18:Asm3.1")
    code, _, err = run(*arguments, "-o", "locked/x.json")
    assert code == 65
    assert "Permission denied" in err


def test_a_failed_run_leaves_the_old_output(run: Run) -> None:
    old = '{"format": "exactland-certificate/1"}'
    Path("x.json").write_text(old)
    arguments = ("certify", example("relu-dense"), "--claim", "generic-deficient", "--layer", 1)
    assert run(*arguments, "-o", "x.json")[0] == 2
    assert Path("x.json").read_text() == old
    assert run("certify", "x.json", "--claim", "NH18:Asm3.1", "-o", "x.json")[0] == 65
    assert Path("x.json").read_text() == old


# --- Pipes and colours ---------------------------------------------------------------------------

COMMAND = [
    sys.executable, "-m", "exactland", "rank", str(example("sigmoid-with-bias")), "--layer", "1",
]  # fmt: skip


def test_a_pipe_gets_plain_text() -> None:
    done = subprocess.run(COMMAND, capture_output=True, check=True)
    assert b"\x1b" not in done.stdout + done.stderr
    assert b"proved" in done.stdout


@pytest.mark.parametrize("plain", [True, False])
def test_a_terminal_gets_colours_unless_no_color(plain: bool) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "NO_COLOR"}
    environment |= {"TERM": "xterm", **({"NO_COLOR": "1"} if plain else {})}
    outer, inner = pty.openpty()
    done = subprocess.run(
        COMMAND, stdin=inner, stdout=inner, stderr=subprocess.PIPE, env=environment, check=True
    )
    os.close(inner)
    text = b""
    try:
        while chunk := os.read(outer, 65536):
            text += chunk
    except OSError:  # the other end is closed
        pass
    os.close(outer)
    assert done.stderr == b""
    assert b"proved" in text
    assert (b"\x1b[" in text) == (not plain)


def test_the_file_that_is_written_convinces_the_checker_alone(run: Run) -> None:
    run("certify", example("dominoes-2x2"), "--claim", "NH18:Asm2.4", "-o", "x.json")
    assert check_file("x.json").verdict == "accept"
