"""Files out: what is replaced and what never is, links, FIFOs, standard output; whole or not."""

from __future__ import annotations

import io
import os
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

import exactland
from exactland import outputs
from exactland.errors import InputError
from exactland.outputs import (
    CERTIFICATE,
    GRAPH,
    KINDS,
    PICTURE,
    READING,
    SESSION,
    TREE,
    Output,
    family_of,
)
from exactland.proof.commands import run as verb

NEW = b'{"format":"exactland-certificate/1"}\n'
OLD = b'{"format": "exactland-certificate/7", "old": 1}'
FOREIGN = [
    b"",
    b"precious",
    b"[1]",
    b'{"format": 3}',
    b'{"mine": {"format": "exactland-certificate/1"}}',
    b'["format", "exactland-certificate/1"]',
    b'{"format": "exactland-certificates/1"}',
    b'{"format": "exactland-certificate/1"',
    b'{"format": "exactland-problem/1"}',
    b'{"format": "exactland-session/1"}',
    b"# exactland-session/1\nnext\n",
    b"{" * 100_000,
    b"\x00\xff\xfe",
]


@pytest.mark.parametrize("content", FOREIGN, ids=lambda content: repr(content[:30]))
def test_what_is_no_certificate_is_replaced_by_force_only(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    for ask in (Output(path, CERTIFICATE).check, lambda: Output(path, CERTIFICATE).write(NEW)):
        with pytest.raises(InputError, match=r"it exists and is .*--force"):
            ask()
    assert path.read_bytes() == content
    Output(path, CERTIFICATE, force=True).write(NEW)
    assert path.read_bytes() == NEW
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]


def test_a_certificate_replaces_a_certificate_and_keeps_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(OLD)
    path.chmod(0o640)
    assert Output(path, CERTIFICATE).write(NEW) == str(path)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def _example(kind: outputs.Kind, folder: Path) -> bytes:
    """A file of a kind, as the package writes it."""
    session = exactland.step("NH18:Asm3.1")
    session.next()
    path = folder / "example"
    path.unlink(missing_ok=True)
    if kind == CERTIFICATE:
        exactland.write_proof(session, path)
    elif kind == SESSION:
        session.save(path)
    elif kind == READING:
        session.export(path)
    elif kind in (GRAPH, TREE):
        form = "dot" if kind == GRAPH else "tree"
        _run("graph", "NH17:Def3.7", "--format", form, "-o", str(path))
    elif kind == PICTURE:
        path = folder / "example.svg"
        _run("graph", "NH17:Def3.7", "--format", "picture", "-o", str(path))
    else:
        path.write_bytes(b'{"format": "exactland-problem/1"}')
    return path.read_bytes()


def _run(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "exactland", *arguments]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **options)


def test_every_kind_is_recognised_and_replaced_by_its_own_only(tmp_path: Path) -> None:
    written = {kind: _example(kind, tmp_path) for kind in KINDS}
    path = tmp_path / "target"
    for there, content in written.items():
        assert family_of(content) == there.family
        for kind in KINDS:
            path.write_bytes(content)
            if kind == there:
                Output(path, kind).write(b"new")
                assert path.read_bytes() == b"new"
            else:
                with pytest.raises(InputError, match=f"it exists and is {there.name}, not"):
                    Output(path, kind).write(b"new")
                assert path.read_bytes() == content


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_pictures_are_marked(tmp_path: Path, ending: str) -> None:
    from exactland.interface.plot_parts import new_figure, picture_output, save

    path = str(tmp_path / f"x.{ending}")
    for _ in range(2):
        save(new_figure(2, 2), picture_output(path, "plot"))
        assert family_of(Path(path).read_bytes()) == PICTURE.family
    foreign = new_figure(2, 2)
    foreign.savefig(path)
    with pytest.raises(InputError, match="not a picture of ours"):
        save(new_figure(2, 2), picture_output(path, "plot"))


@pytest.mark.parametrize("name", ["saved.txt", "saved.json", "proof.md", "proof.txt"])
def test_the_marks_of_all_text_forms(tmp_path: Path, name: str) -> None:
    session = exactland.step("NH18:Asm3.1")
    path = tmp_path / name
    write = session.save if name.startswith("saved") else session.export
    for _ in range(2):
        write(path)
    with path.open("ab") as stream:
        stream.write(b"\nnotes of a reader\n")
    if name == "saved.txt":  # a script, which users may go on with
        write(path)
        return
    with pytest.raises(InputError, match="it exists"):
        write(path)
    write(path, force=True)


# --- Links, and the input -----------------------------------------------------------------------


def test_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    target, link = tmp_path / "folder" / "x.json", tmp_path / "link"
    link.symlink_to("folder/x.json")
    for _ in range(2):  # a link to nothing yet, then to a certificate
        Output(link, CERTIFICATE).write(NEW)
        assert link.is_symlink()
        assert target.read_bytes() == NEW
        assert [entry.name for entry in (tmp_path / "folder").iterdir()] == ["x.json"]
    target.write_bytes(b"precious")
    with pytest.raises(InputError, match="it exists"):
        Output(link, CERTIFICATE).write(NEW)
    assert target.read_bytes() == b"precious"


@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("name", ["p.json", "./../here/p.json", "link", "hard"])
def test_the_input_is_never_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, force: bool
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    Path("p.json").write_bytes(OLD)  # even if it looks like what would be written
    Path("link").symlink_to("p.json")
    os.link("p.json", "hard")
    output = Output(name, CERTIFICATE, force, ("p.json",))
    for ask in (output.check, lambda: output.write(NEW)):
        with pytest.raises(InputError, match="it is the input itself"):
            ask()
    assert Path("p.json").read_bytes() == OLD
    assert sorted(entry.name for entry in Path().iterdir()) == ["hard", "link", "p.json"]


def test_a_read_only_file_is_replaced_by_force_only(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(OLD)
    path.chmod(0o444)
    with pytest.raises(InputError, match=r"it is read-only.*--force"):
        Output(path, CERTIFICATE).write(NEW)
    assert path.read_bytes() == OLD
    Output(path, CERTIFICATE, force=True).write(NEW)
    assert path.read_bytes() == NEW
    assert stat.S_IMODE(path.stat().st_mode) == 0o444


# --- FIFOs and standard output ------------------------------------------------------------------


def test_a_fifo_is_written_into(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()), daemon=True)
    reader.start()
    Output(path, CERTIFICATE).write(NEW * 10_000)
    reader.join(20)
    assert read == [NEW * 10_000]
    assert stat.S_ISFIFO(path.stat().st_mode)


def test_a_fifo_whose_reader_leaves(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)

    def leave() -> None:
        with path.open("rb") as stream:
            stream.read(1)

    reader = threading.Thread(target=leave, daemon=True)
    reader.start()
    with pytest.raises(InputError, match="its reader has gone away"):
        Output(path, CERTIFICATE).write(b"x" * 10_000_000)
    reader.join(20)


def test_a_hyphen_is_standard_output(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    print("before")
    assert Output("-", CERTIFICATE).write(NEW) == "standard output"
    assert capsysbinary.readouterr().out == b"before\n" + NEW


def test_standard_output_may_take_text_only_or_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stdout", stream)
    Output("-", CERTIFICATE).write("\u221e\r\n")
    assert stream.getvalue() == "\u221e\r\n"
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(InputError, match="closed"):
        Output("-", CERTIFICATE).check()


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/proc/self/fd/1"])
@pytest.mark.parametrize("to_file", [False, True])
def test_the_certificate_alone_is_on_standard_output(
    tmp_path: Path, name: str, to_file: bool
) -> None:
    problem = Path("examples/relu-dense.json").resolve()
    command = [sys.executable, "-m", "exactland", "certify", str(problem), "--claim"]
    command += ["NH18:Asm3.1", "-o", name]
    path = tmp_path / "x.json"
    with path.open("wb") as stream:
        done = subprocess.run(
            command,
            stdout=stream if to_file else subprocess.PIPE,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    if not to_file:
        path.write_bytes(done.stdout)
    assert done.returncode == 0
    assert b"certificate: standard output" in done.stderr
    assert exactland.check_file(path).verdict == "accept"


# --- What cannot be written ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "target", [".", "no/such/folder/x.json", "file/x.json", "x" * 300, "new/", "", "a\0b", "loop"]
)
def test_what_cannot_be_written_is_an_input_error_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("a file")
    Path("loop").symlink_to("loop")
    for force in (False, True):
        with pytest.raises(InputError, match=r"cannot be written|directory|no name of a file"):
            Output(target, CERTIFICATE, force).write(NEW)
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["file", "loop"]


@pytest.mark.parametrize("step", ["replace", "fsync", "chmod"])
@pytest.mark.parametrize("failure", [KeyboardInterrupt(), OSError(28, "No space left on device")])
def test_an_interrupted_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, failure: BaseException
) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(OLD)

    def interrupted(*arguments: Any) -> None:
        raise failure

    monkeypatch.setattr(os, step, interrupted)
    with pytest.raises((KeyboardInterrupt, InputError)):
        Output(path, CERTIFICATE).write(NEW)
    assert path.read_bytes() == OLD
    assert [entry.name for entry in tmp_path.iterdir()] == ["x.json"]


# --- Everything that writes goes through this door -----------------------------------------------


def test_no_other_module_opens_a_file_to_write() -> None:
    import ast

    package = Path(outputs.__file__).parent
    writers = {"write_text", "write_bytes", "savefig", "mkstemp", "replace", "rename", "touch"}
    allowed = {
        ("interface/plot_parts.py", "savefig"),  # into memory
        ("export/checker_file.py", "write_text"),  # what `make checker` builds, under its own names
        ("export/checker_file.py", "write_bytes"),
        ("interface/agreement.py", "write_bytes"),  # into a temporary folder
    }
    found = set()
    for path in package.rglob("*.py"):
        name = path.relative_to(package).as_posix()
        if name == "outputs.py":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            on_os = isinstance(node.func.value, ast.Name) and node.func.value.id in ("os", "shutil")
            if node.func.attr in writers - {"replace"} or (node.func.attr == "replace" and on_os):
                found.add((name, node.func.attr))
    assert found == allowed


@pytest.mark.parametrize(
    "command", ["save {}x", "export {}x.md", "certify {}x", "plot {}U_1 x.png"]
)
def test_the_verbs_of_the_stepper(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    from exactland.interface.proof_verbs import ALL_VERBS

    problem = Path("examples/relu-dense.json").read_bytes()
    monkeypatch.chdir(tmp_path)
    Path("p.json").write_bytes(problem)
    session = exactland.step("NH18:Asm3.1", "p.json")
    path = Path(command.split()[-1].removeprefix("{}"))
    path.write_text("precious")
    with pytest.raises(InputError, match="it exists"):
        verb(session, command.format(""), ALL_VERBS)
    assert path.read_text() == "precious"
    verb(session, command.format("--force "), ALL_VERBS)
    assert path.read_bytes() != b"precious"
    verb(session, command.format(""), ALL_VERBS)
    verb(session, command.format("") + " --force", ALL_VERBS)
    path.unlink()
    os.link("p.json", path)
    with pytest.raises(InputError, match="it is the input itself"):
        verb(session, command.format("--force "), ALL_VERBS)
    assert path.read_bytes() == problem


def test_the_commands(tmp_path: Path) -> None:
    problem = tmp_path / "p.json"
    problem.write_bytes(Path("examples/relu-dense.json").read_bytes())
    content = problem.read_bytes()
    certify = ("certify", str(problem), "--claim", "NH18:Asm3.1", "-o")
    graph = ("graph", "NH17:Def3.7", "--format", "dot", "-o")
    for arguments in (certify, graph):
        assert _run(*arguments, str(problem)).returncode == 65
        target = str(tmp_path / arguments[0])
        assert _run(*arguments, target).returncode == 0
        assert _run(*arguments, target).returncode == 0
        done = _run(*arguments, "-", "--json")
        assert (done.returncode, done.stdout) == (64, b"")
    assert _run(*certify, str(problem), "--force").returncode == 65
    assert problem.read_bytes() == content
    assert _run(*graph, str(tmp_path / "certify"), "--force").returncode == 0
    assert (tmp_path / "certify").read_bytes() == (tmp_path / "graph").read_bytes()


def test_the_functions(tmp_path: Path) -> None:
    finding = exactland.decide(exactland.load_problem("examples/relu-dense.json"), "NH18:Asm3.1")
    session = exactland.step("NH18:Asm3.1")
    for write in (
        lambda **options: exactland.write_certificate(finding, tmp_path / "x.json", **options),
        lambda **options: exactland.write_proof(session, tmp_path / "x.json", **options),
    ):
        (tmp_path / "x.json").write_text("precious")
        with pytest.raises(InputError, match="force=True"):
            write()
        assert write(force=True) == tmp_path / "x.json"
        assert exactland.check_file(write()).verdict == "accept"
