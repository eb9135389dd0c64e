"""`exactland step`: real keyboard input through a terminal, pipes, and notebooks."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest
from prompt_toolkit.document import Document
from prompt_toolkit.history import InMemoryHistory

import exactland
from exactland.interface import ipython, step, terminal

ESCAPES = re.compile(r"\x1b(\[[0-9;?]*[ -/]*[@-~]|[()][A-Z0-9]|[=>])|\r")
SIZES = ("COLUMNS", "LINES")
COMMAND = [sys.executable, "-m", "exactland", "step"]


def plain(text: str) -> str:
    """What a terminal shows, without colours and movements."""
    return ESCAPES.sub("", text)


class Keyboard:
    """A terminal with a session: keys in, text out."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.process = pexpect.spawn(
            COMMAND[0],
            [*COMMAND[1:], "NH18:Thm3.4"],
            encoding="utf-8",
            timeout=60,
            dimensions=(50, 160),
            cwd=Path.cwd(),
            env={
                # The size is that of the terminal, whatever the test runner says of its own.
                **{name: os.environ[name] for name in os.environ if name not in SIZES},
                "TERM": "xterm-256color",
                "XDG_CACHE_HOME": str(folder),
                # This terminal does not answer questions about its cursor.
                "PROMPT_TOOLKIT_NO_CPR": "1",
                **environment,
            },
        )
        self.shown = self.prompt(0)

    def prompt(self, position: int) -> str:
        """Wait for the prompt of this step; what was shown before it."""
        self.process.expect_exact(f"NH18:Thm3.4 [{position}]>")
        return plain(self.process.before)

    def type(self, keys: str, position: int) -> str:
        """Type a line and Enter; what is shown before the next prompt."""
        self.process.send(keys)
        self.process.expect_exact(keys[-1])
        self.process.send("\r")
        # The line editor shows the line once more when it is done.
        self.process.expect("\n")
        return self.prompt(position)

    def leave(self) -> int:
        self.process.send("\x04")
        self.process.expect(pexpect.EOF)
        self.process.close()
        return self.process.exitstatus


@pytest.fixture
def keyboard(tmp_path):
    opened = Keyboard(tmp_path)
    yield opened
    opened.process.close(force=True)


def test_theorem_3_4_is_walked_from_the_keyboard(keyboard, tmp_path):
    steps = len(exactland.step("NH18:Thm3.4").state.replay.all())
    saved = tmp_path / "walk.txt"
    assert "Linearly independent features (k = 1)" in keyboard.shown
    assert "[1] NH18:Asm3.1 holds on this instance." in keyboard.type("next", 1)
    assert "gamma = (1, 3, 2) sorts" in keyboard.type("next 6", 7)
    why = keyboard.type("why", 7)
    assert "evidence: exact (rational arithmetic)" in why
    assert "uses [6] <a^t, f^p(x_i)> != <a^t, f^p(x_j)>" in why
    assert "gamma = (1, 3, 2)" in keyboard.type("show gamma", 7)
    assert "[6] <a^t" in keyboard.type("back", 6)
    varied = keyboard.type("vary layer 1 bias filter", 3)
    assert "the bias of layer 1 is 'filter'" in varied
    assert "erratum NH18:E2" in varied
    assert "vary drop own_biases" in varied
    assert "undone: vary layer 1 bias filter" in keyboard.type("undo", 6)
    assert "The proof goes through" in keyboard.type("vary data.inputs[0][1] 3/4", 6)
    assert f"saved: {saved}" in keyboard.type(f"save {saved}", 6)
    assert "This is the beginning." in keyboard.type("goto 0", 0)
    assert "loaded: NH18 Theorem 3.4" in keyboard.type(f"load {saved}", 6)
    assert "  0  3/4    3" in keyboard.type("show X", 6)
    done = keyboard.type("goto 99", steps)
    assert f"The proof is complete on this instance: {steps} facts." in done
    assert f"{steps} facts checked again" in keyboard.type("check", steps)
    assert keyboard.leave() == 0


def test_errors_are_one_line_and_the_session_goes_on(keyboard):
    for keys, words in [
        ("nxt", "error: nxt: there is no such verb; did you mean next?"),
        ("show U_9", "error: layer: there is no layer 9; the layers are 1 to 2"),
        ("vary layer 1 activation tanhh", "did you mean tanh"),
        ("load no-such-file", "error: no-such-file: it cannot be read"),
        ("why", "error: why: no step has been shown"),
    ]:
        shown = keyboard.type(keys, 0)
        assert words in shown
        assert len(shown.strip().splitlines()) == 1
    assert "Traceback" not in keyboard.type("next", 1)
    assert keyboard.leave() == 0


def test_completion_history_and_control_keys(keyboard):
    keyboard.process.send("got\t")
    # The editor may draw "got" first and then the rest, with movements between.
    keyboard.process.expect(r"got(?:\x1b\[[0-9;?]*[A-Za-z])*o")
    keyboard.process.send(" 2\r")
    keyboard.prompt(2)
    keyboard.process.send("rubbish\x03")  # Ctrl-C clears the line
    keyboard.prompt(2)
    keyboard.process.send("\x1b[A")  # the line before
    keyboard.process.expect("goto 2")
    keyboard.process.send("\x7f3\r")  # changed into goto 3
    assert "[3] every neuron has its own bias." in keyboard.prompt(3)
    assert keyboard.leave() == 0
    history = next(keyboard.folder.rglob("step-history")).read_text()
    assert [line for line in history.splitlines() if line.startswith("+")] == ["+goto 2", "+goto 3"]


def test_colour_in_a_terminal_and_none_with_no_color(tmp_path):
    coloured = Keyboard(tmp_path)
    coloured.process.send("next\r")
    coloured.process.expect_exact("[1]>")
    assert "\x1b[32m" in coloured.process.before
    coloured.leave()
    dull = Keyboard(tmp_path, NO_COLOR="1")
    dull.process.send("next\r")
    dull.process.expect_exact("[1]>")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", dull.process.before)
    dull.leave()


def test_history_in_memory_where_the_cache_cannot_be_written(tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(blocked))
    assert isinstance(terminal.history(), InMemoryHistory)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "new"))
    kept = terminal.history()
    kept.store_string("next")
    (tmp_path / "new" / "exactland" / "step-history").unlink()
    assert list(kept.load_history_strings()) == []
    (tmp_path / "new" / "exactland").rmdir()
    kept.store_string("next")  # the folder has gone: no error


def test_the_completer_completes_the_last_word():
    completer = terminal.VerbCompleter(exactland.step("NH18:Thm3.4"))
    found = list(completer.get_completions(Document("vary drop wi"), None))
    assert [(c.text, c.start_position) for c in found] == [("wide_layer", -2)]


# Standard input.


def piped(text: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        input=text,
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **environment},
    )


def test_commands_from_a_pipe_are_echoed_and_plain():
    done = piped("next 2\n\n# a comment\nshow U_1\nquit\nnext\n", "NH18:Thm3.4")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    lines = done.stdout.splitlines()
    assert [line for line in lines if line.startswith(">")] == ["> next 2", "> show U_1", "> quit"]
    assert "[2] layers 1 and k are convolutional or dense." in lines


def test_a_hypothesis_that_fails_is_no_error():
    done = piped("vary layer 1 bias filter\nnext\ngoals\n", "NH18:Thm3.4")
    assert (done.returncode, done.stderr) == (0, "")
    assert "The instance does not satisfy the hypothesis 'own_biases'" in done.stdout


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("nxt\nnext\n", 64, "error: nxt: there is no such verb"),
        ("vary data.inputs[0][0] 0.1.2\nnext\n", 65, "error: data.inputs[0][0]"),
        ("\x00\x1b[2J\nnext", 64, "there is no such verb"),
    ],
)
def test_errors_in_a_pipe_give_the_first_code_and_go_on(text, code, words):
    done = piped(text, "NH18:Thm3.4")
    assert done.returncode == code
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "\x1b" not in done.stderr
    assert "[1] NH18:Asm3.1 holds on this instance." in done.stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["NH18:Thm3.3"], 64, "did you mean"),
        (["NH18:Thm4.4"], 64, "it has no proof script"),
        (["NH18:Thm3.4", "no-such.json"], 65, "no-such.json"),
        (["NH18:Thm3.4", "--layer", "9"], 64, "there is no layer 9"),
        (["NH18:Thm3.4", "examples/cnn-max-pooling.json", "--layer", "0"], 64, "layer"),
        ([], 64, "say which proof"),
    ],
)
def test_what_cannot_be_opened(arguments, code, words):
    done = piped("next\n", *arguments)
    assert done.returncode == code
    assert words in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(("statement", "count"), [("NH18:Thm3.5", 1), ("NH18:Thm3.4", 0)])
def test_what_a_proof_rests_on_is_said_with_it(tmp_path, statement, count):
    target = tmp_path / "proof.json"
    rests = "rests on, cited and not checked: the zeros of a function that is analytic on R^n"
    assert piped(f"certify {target}\n", statement).stdout.count(f"it {rests}") == count
    checked = subprocess.run([*COMMAND[:-1], "check", str(target)], capture_output=True, text=True)
    lines = checked.stdout.splitlines()
    assert (checked.returncode, len(lines)) == (0, 2 + count)
    assert lines[0].startswith("ACCEPT: ")
    assert lines[1].startswith("  problem: 3 samples in R^3")
    assert all(line.startswith(f"  {rests}") for line in lines[2:])
    command = [*COMMAND[:-1], "check", str(target), "--json"]
    found = json.loads(subprocess.run(command, capture_output=True, text=True).stdout)
    assert len(found["certificates"][0]["rests_on"]) == count


def test_certify_writes_what_the_checker_alone_accepts(tmp_path):
    target = tmp_path / "proof.json"
    done = piped(f"certify {target}\n", "NH18:Thm3.4")
    assert (done.returncode, done.stderr) == (0, "")
    checker = Path(exactland.__file__).parent / "checker" / "verify.py"
    alone = subprocess.run(
        [sys.executable, "-I", "-S", str(checker), str(target)], capture_output=True, text=True
    )
    assert alone.returncode == 0
    assert "NH18:Thm3.4 on this instance, layer 1" in alone.stdout
    assert alone.stdout.split(":", 1)[1].strip()[:60] in done.stdout


def test_certify_of_one_step(tmp_path):
    """Step 7 of a proof, also of one that fails later on."""
    target = tmp_path / "step.json"
    done = piped(f"certify 7 {target}\n", "NH18:Thm3.4")
    assert (done.returncode, done.stderr) == (0, "")
    words = exactland.check_file(target).words
    assert "gamma = (1, 3, 2)" in words
    assert words in done.stdout
    done = piped(f"vary layer 1 bias filter\ncertify [1] {target}\n", "NH18:Thm3.4")
    assert exactland.check_file(target).words.endswith("NH18:Asm3.1 holds on this instance.")


@pytest.mark.parametrize("text", ["certify 99 x.json", "certify 7", "certify [7]", "certify 0 x"])
def test_certify_of_no_step(tmp_path, monkeypatch, text):
    monkeypatch.chdir(tmp_path)
    done = piped(f"{text}\n", "NH18:Thm3.4")
    assert done.returncode == 64
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("statement", "before", "words"),
    [
        ("NH18:Thm3.4", "vary layer 1 bias filter", "the proof stops"),
        ("NH18:Thm3.4", "vary drop activations", "a hypothesis is dropped"),
    ],
)
def test_certify_writes_nothing_that_is_not_proved(tmp_path, statement, before, words):
    target = tmp_path / "proof.json"
    done = piped(f"{before}\ncertify {target}\ncertify\n", statement)
    assert done.returncode == 64
    assert words in done.stderr.splitlines()[0]
    assert not target.exists()


def test_a_saved_session_is_replayed_from_standard_input(tmp_path):
    session = exactland.step("NH18:Thm3.4")
    session.next(3)
    session.vary("data.inputs[0][1] 3/4")
    session.save(tmp_path / "walk.txt")
    done = piped((tmp_path / "walk.txt").read_text(), "NH18:Thm3.4")
    assert done.returncode == 0
    assert "data.inputs[0][1]: 1 -> 3/4" in done.stdout


def test_bytes_that_are_no_text():
    done = subprocess.run(
        [*COMMAND, "NH18:Thm3.4"], input=b"\xff\xfe\nnext\n", capture_output=True, timeout=60
    )
    assert done.returncode == 64
    assert b"[1] NH18:Asm3.1" in done.stdout


def test_an_internal_error_is_one_line_and_the_session_goes_on(monkeypatch, capsys):
    session = exactland.step("NH18:Thm3.4")
    real = step.run

    def run(session, text, verbs):
        if text == "goals":
            raise ZeroDivisionError("in a rule")
        return real(session, text, verbs)

    monkeypatch.setattr(step, "run", run)
    monkeypatch.delenv("EXACTLAND_DEBUG", raising=False)
    console = step.Console()
    assert step._converse(session, console, iter(["goals", "next"]), step.Progress()) == 70
    said = capsys.readouterr()
    assert said.err == "internal error, please report it: ZeroDivisionError: in a rule\n"
    assert "[1] NH18:Asm3.1" in said.out


def test_startup_loads_neither_sympy_nor_networkx_nor_a_line_editor():
    program = (
        "import sys, io\n"
        "from exactland.interface.cli import main\n"
        "sys.argv = ['exactland', 'step', 'NH18:Thm3.4']\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(b'next'))\n"
        "try:\n    main()\n"
        "except SystemExit:\n    pass\n"
        "print([m for m in ('sympy', 'networkx', 'prompt_toolkit', 'IPython', 'matplotlib',"
        " 'exactland.checker.verify') if m in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]"


# IPython and Jupyter.


@pytest.fixture
def shell():
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.display_formatter.active_types = list(shell.display_formatter.formatters)
    shell.run_line_magic("load_ext", "exactland")
    yield shell
    shell.run_line_magic("unload_ext", "exactland")
    assert "exactland" not in shell.magics_manager.magics["line"]


def test_the_magic_opens_and_steps(shell):
    opened = shell.run_line_magic("exactland", "step NH18:Thm3.4")
    assert "Theorem 3.4" in opened.text
    shell.run_line_magic("exactland", "goto 7")
    shown = shell.run_line_magic("exactland", "show Q")
    formats = shell.display_formatter.format(shown)[0]
    assert formats["text/plain"] == shown.text
    assert "<b>Q: directions" in formats["text/html"]
    assert "font-family: monospace" in formats["text/html"]  # columns line up in Jupyter too
    assert formats["text/latex"] == r"$\begin{pmatrix}2 & 1 \\ 0 & -1\end{pmatrix}$"


def test_a_cell_of_commands(shell):
    shown = shell.run_cell_magic(
        "exactland", "", "step NH18:Asm3.1\n# read it\nnext\nnonsense\nwhy\n"
    )
    assert "[1] for all i in 1..N: for all j in 1..i - 1: " in shown.text
    assert "error: nonsense: there is no such verb" in shown.text
    assert "evidence: exact" in shown.text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("next", "no proof is open"),
        ("step", "say which statement"),
        ("step 3", "say which statement"),
        ("step a b c d", "say which statement"),
        ("step NH18:Thm9.9", "no statement has the id"),
        ("step NH18:Thm3.4 examples/relu-dense.json 9", "there is no layer 9"),
    ],
)
def test_errors_in_a_notebook_are_one_line(shell, line, words):
    shown = shell.run_line_magic("exactland", line)
    assert shown.text.startswith("error: ")
    assert words in shown.text
    assert len(shown.lines) == 1


def test_an_interrupt_in_a_notebook_ends_the_cell_and_keeps_the_session(shell, monkeypatch):
    from exactland.proof.script import Driver

    shell.run_line_magic("exactland", "step NH18:Thm3.4")
    shell.run_line_magic("exactland", "next 2")
    with monkeypatch.context() as patched:
        patched.setattr(Driver, "advance", lambda driver: (_ for _ in ()).throw(KeyboardInterrupt))
        shown = shell.run_cell_magic("exactland", "", "goals\nwhy 2")
    assert shown.text == "interrupted; the session is as it was"
    assert "[2]" in shell.run_line_magic("exactland", "why").text


@pytest.mark.parametrize("ending", ["svg", "png", "pdf"])
def test_a_plot_is_shown_in_a_notebook(shell, tmp_path, monkeypatch, ending):
    from IPython.display import SVG, Image

    pytest.importorskip("matplotlib")
    pictures = []
    monkeypatch.setattr("IPython.display.display", pictures.append)
    shell.run_line_magic("exactland", "step NH18:Thm3.4")
    path = tmp_path / f"U one.{ending}"
    assert f"drawn: {path}" in shell.run_line_magic("exactland", f"plot U_1 {path}").text
    expected = {"svg": [SVG], "png": [Image], "pdf": []}[ending]
    assert [type(picture) for picture in pictures] == expected
    assert shell.run_line_magic("exactland", "plot nothing x.svg").text.startswith("error: ")
    assert len(pictures) == len(expected)


def test_a_problem_and_a_layer_in_a_notebook(shell):
    shell.run_line_magic("exactland", "step NH18:LemD.1 examples/relu-dense.json 2")
    shown = shell.run_line_magic("exactland", "goto 99")
    assert "The proof is complete" in shown.text


def test_representations_stay_short_and_safe(shell):
    from flint import fmpq, fmpq_mat

    from exactland.proof.answers import Line, answer

    assert shell.display_formatter.format(fmpq(-1, 2))[0]["text/latex"] == r"$-\frac{1}{2}$"
    small, big = fmpq_mat(2, 2, [1, 2, 3, 4]), fmpq_mat(40, 40)
    assert "pmatrix" in shell.display_formatter.format(small)[0]["text/latex"]
    assert "text/latex" not in shell.display_formatter.format(big)[0]
    long = answer([Line("<b>&")] * 500)
    html = long._repr_html_()
    assert html.count("\n") == 60
    assert "<b>" not in html
    assert "&lt;b&gt;&amp;" in html
    assert long.text.count("\n") == 499
    assert long._repr_latex_() is None


def test_the_extension_is_loaded_lazily():
    program = (
        "import sys, exactland\n"
        "print('exactland.interface.ipython' in sys.modules, 'flint' in sys.modules)\n"
        "print(exactland.load_ipython_extension.__module__)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["False", "False", ipython.__name__]


def test_memory_that_does_not_suffice_ends_no_session(monkeypatch, capsys):
    session = exactland.step("NH18:Thm3.4")
    run = step.run

    def hungry(opened, text, verbs):
        if text == "goals":
            raise MemoryError
        return run(opened, text, verbs)

    monkeypatch.setattr(step, "run", hungry)
    console = step.Console()
    assert step._converse(session, console, iter(["goals", "next"]), step.Progress()) == 2
    said = capsys.readouterr()
    assert said.err.startswith("error: the machine's memory does not suffice")
    assert "[1] NH18:Asm3.1" in said.out
