"""Bad input of every sort: one line with place, reason and remedy; exit code 65; no traceback."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from exactland.checker.verify import check_bytes

Run = Callable[..., tuple[int, str, str]]
GOOD = Path(__file__).parents[1] / "certificates" / "good"


def document(**more: Any) -> dict[str, Any]:
    layers = [
        {"kind": "convolution", "patches": [[0, 1], [1, 2]], "filters": 1, "activation": "tanh"},
        {"kind": "dense", "width": 1},
    ]
    return {
        "format": "exactland-problem/1",
        "data": {"inputs": [[1, 2, 3], [4, 5, 6]]},
        "network": {"kind": "sequential", "layers": layers},
        **more,
    }


def with_layer(**keys: Any) -> str:
    changed = document()
    changed["network"]["layers"][0].update(keys)
    return json.dumps(changed)


def with_data(**data: Any) -> str:
    return json.dumps(document(data=data))


def with_input(text: str) -> str:
    """The first input replaced by a text that need not be JSON."""
    return json.dumps(document()).replace("[[1, 2, 3]", f"[[{text}, 2, 3]", 1)


def refused(run: Run, text: str | bytes, *words: str, name: str = "problem.json") -> str:
    """Every command that reads a problem refuses it in one line and writes nothing."""
    path = Path(name)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    before = sorted(entry.name for entry in Path.cwd().iterdir())
    line = ""
    for command in (
        ("show", name),
        ("show", name, "--json"),
        ("rank", name, "--layer", "1", "--what", "generic-weights"),
        ("certify", name, "--claim", "NH18:Asm3.1", "-o", "out.json"),
    ):
        code, out, line = run(*command)
        assert (code, out) == (65, ""), command
        assert line.startswith("exactland: ")
        assert line.count("\n") == 1
        assert "Traceback" not in line
        assert "internal error" not in line
        assert name in line  # the place
        assert "; " in line  # the remedy
        assert len(line) < 600
    assert sorted(entry.name for entry in Path.cwd().iterdir()) == before
    for word in words:
        assert word in line
    return line


# --- Files that are no documents -----------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        json.dumps(document()).encode()[:-40],
        b"not JSON at all",
        bytes(range(256)),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        json.dumps(document()).encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b"null",
        b"[]",
        b"3",
        b'"text"',
        b"{}",
        b'format = "exactland-problem/1"\n',
    ],
    ids=lambda content: repr(content[:12]),
)
def test_not_a_document(run: Run, content: bytes) -> None:
    refused(run, content)


@pytest.mark.parametrize(
    "content",
    [b"", b"format = ", b'{"format": 1}', b"a = 1\na = 2\n", bytes(range(256)), b"x = 0.5\n"],
    ids=repr,
)
def test_not_a_toml_document(run: Run, content: bytes) -> None:
    refused(run, content, name="problem.toml")


def test_a_toml_problem_is_read(run: Run) -> None:
    Path("p.toml").write_text(
        'format = "exactland-problem/1"\n[data]\ninputs = [["1/2", 1], [0, 2]]\n'
        '[network]\nkind = "sequential"\n[[network.layers]]\nkind = "dense"\nwidth = 2\n'
        'activation = "tanh"\n'
    )
    code, out, err = run("rank", "p.toml", "--layer", 1, "--what", "generic-features")
    assert (code, err) == (0, "")
    assert "proved" in out


@pytest.mark.parametrize("path", [".", "missing.json", "no/such/folder.json", "x" * 300, "a\0b"])
def test_not_a_file(run: Run, path: str) -> None:
    for command in (("show", path), ("certify", path, "--claim", "NH18:Asm3.1")):
        code, out, err = run(*command)
        assert (code, out) == (65, "")
        assert err.count("\n") == 1
    assert list(Path.cwd().iterdir()) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_no_permission(run: Run) -> None:
    Path("locked.json").write_text("{}")
    Path("locked.json").chmod(0)
    code, _, err = run("show", "locked.json")
    assert code == 65
    assert "Permission denied" in err


# --- Numbers -------------------------------------------------------------------------------------

NUMBERS = {
    "0.5": "float", "1e3": "float", "1.0": "float", "NaN": "", "Infinity": "", "-Infinity": "",
    "null": "", "true": "", "false": "", "[]": "", "{}": "", '""': "", '"one"': "", '"1/0"': "",
    '"0/0"': "", '"nan"': "", '"inf"': "", '"1/2/3"': "", '"1e999999999"': "", '"0x"': "",
    '"1/"': "", '"/2"': "", '"\\u00bd"': "", "9" * 5000: "", '"' + "9" * 100_000_000 + '"': "",
    '"1e-999999999"': "", '"\\ud800"': "", '"1\\n2"': "", '"\\u001b[31m1"': "",
}  # fmt: skip


@pytest.mark.parametrize("text", NUMBERS, ids=lambda text: text[:15])
def test_not_a_number(run: Run, text: str) -> None:
    line = refused(run, with_input(text), "data.inputs[0][0]", NUMBERS[text])
    assert "\x1b" not in line


@pytest.mark.parametrize("text", ['"1/2"', '"0.5"', '"-3/4"', "12345678901234567890", '"1e3"'])
def test_numbers_that_are_read(run: Run, text: str) -> None:
    Path("p.json").write_text(with_input(text))
    assert run("show", "p.json")[0] == 0


# --- Data ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (with_data(inputs=[]), "data.inputs"),
        (with_data(inputs=[[]]), "data.inputs"),
        (with_data(inputs=[[], []]), "data.inputs"),
        (with_data(inputs=None), "data.inputs"),
        (with_data(inputs=5), "data.inputs"),
        (with_data(inputs=[1, 2, 3]), "data.inputs"),
        (with_data(inputs={"a": 1}), "data.inputs"),
        (with_data(inputs=[[1, 2, 3], [1, 2]]), "data.inputs[1]"),
        (with_data(inputs=[[1, 2, 3], "123"]), "data.inputs[1]"),
        (with_data(inputs=[[1, 2]]), "network.layers[0].patches"),
        (with_data(), "inputs"),
        (with_data(inputs=[[1, 2, 3]], targets=[[1], [2]]), "targets"),
        (with_data(inputs=[[1, 2, 3]], targets=[[]]), "targets"),
        (json.dumps(document(data={"inputs": [[1, 2, 3]], "targets": [[1, 2]]}, loss="squared")),
         "targets"),
        (with_data(inputs=[[1, 2, 3]], classes=[1, 2]), "classes"),
        (with_data(inputs=[[1, 2, 3]], classes=[-1]), "classes"),
        (with_data(inputs=[[1, 2, 3]], classes=["cat"]), "classes"),
        (with_data(inputs=[[1, 2, 3]], labels=[1]), "labels"),
        (json.dumps(document(format="exactland-problem/3")), "format"),
        (json.dumps(document(format=1)), "format"),
        (json.dumps(document(extra=1)), "extra"),
        (json.dumps(document(loss="no-such-loss")), "loss"),
        (json.dumps(document(loss=1)), "loss"),
        (json.dumps(document())[:-1] + ', "loss": "squared", "loss": "squared"}', "loss"),
        (json.dumps(document()).replace('"kind": "dense"', '"kind": "dense", "kind": "dense"'),
         "network.layers[1]"),
    ],
)  # fmt: skip
def test_bad_data(run: Run, text: str, place: str) -> None:
    refused(run, text, place)


# --- The network ---------------------------------------------------------------------------------

LAYERS: list[tuple[dict[str, Any], str]] = [
    ({"kind": "attention"}, "kind"),
    ({"kind": None}, "kind"),
    ({"kind": ["dense"]}, "kind"),
    ({"patches": []}, "patches"),
    ({"patches": [[]]}, "patches"),
    ({"patches": 3}, "patches"),
    ({"patches": "01"}, "patches"),
    ({"patches": [[0, 0], [1, 2]]}, "patches"),
    ({"patches": [[0, 1], [1, 3]]}, "patches"),
    ({"patches": [[0, 1], [1, -1]]}, "patches"),
    ({"patches": [[0, 1], [1, 2, 0]]}, "patches"),
    ({"patches": [[0, 1], [1, "2"]]}, "patches"),
    ({"patches": [[0, 1], [1, True]]}, "patches"),
    ({"patches": {"conv1d": {"length": 3, "size": 9}}}, "patches"),
    ({"patches": {"conv1d": {"length": 3}}}, "patches"),
    ({"patches": {"conv1d": {"length": 3, "size": 2, "stride": 0}}}, "patches"),
    ({"patches": {"conv1d": {"length": 3, "size": 2, "speed": 1}}}, "patches"),
    ({"patches": {"conv3d": {"length": 3}}}, "patches"),
    ({"patches": {"conv1d": {"length": 10**12, "size": 2}}}, "patches"),
    ({"patches": {"conv2d": {"height": 10**9, "width": 10**9, "size": [3, 3]}}}, "patches"),
    ({"filters": 0}, "filters"),
    ({"filters": -1}, "filters"),
    ({"filters": True}, "filters"),
    ({"filters": "2"}, "filters"),
    ({"filters": None}, "filters"),
    ({"bias": "tied"}, "bias"),
    ({"bias": True}, "bias"),
    ({"activation": "magic"}, "activation"),
    ({"activation": "tanhh"}, "activation"),
    ({"activation": 3}, "activation"),
    ({"activation": None}, "activation"),
    ({"activation": {"name": "softplus", "alpha": 0}}, "activation"),
    ({"activation": {"name": "softplus", "alpha": "x"}}, "activation"),
    ({"activation": {"name": "softplus", "beta": 1}}, "activation"),
    ({"activation": {"name": "power", "exponent": 65}}, "activation"),
    ({"activation": {"name": "polynomial", "coefficients": []}}, "activation"),
    ({"activation": {"expr": ""}}, "activation"),
    ({"activation": {"expr": "t +"}}, "activation"),
    ({"activation": {"expr": "import os"}}, "activation"),
    ({"activation": {"expr": "__import__('os').system('true')"}}, "activation"),
    ({"activation": {"expr": "x**2"}}, "activation"),
    ({"activation": {"expr": "t**t"}}, "activation"),
    ({"activation": {"expr": 5}}, "activation"),
    ({"width": 3}, "width"),
]


@pytest.mark.parametrize(("keys", "place"), LAYERS, ids=lambda value: str(value)[:60])
def test_bad_layers(run: Run, keys: dict[str, Any], place: str) -> None:
    refused(run, with_layer(**keys), "network.layers[0]", place)


@pytest.mark.parametrize(
    "network",
    [
        None,
        [],
        {},
        {"kind": "recurrent"},
        {"kind": "sequential"},
        {"kind": "sequential", "layers": []},
        {"kind": "sequential", "layers": {}},
        {"kind": "sequential", "layers": [None]},
        {"kind": "sequential", "layers": [{"kind": "dense", "width": 1}], "skips": []},
        {"kind": "skip", "units": [], "skips": []},
        {"kind": "skip", "units": [{"id": "a"}], "skips": ["a"]},
    ],
    ids=str,
)
def test_bad_networks(run: Run, network: Any) -> None:
    refused(run, json.dumps(document(network=network)), "network")


@pytest.mark.parametrize(
    "parameters",
    [
        5,
        [],
        [None],
        [{"W": [[1], [2]]}, None],
        [{"W": [[1], [2]], "b": [1]}, None],
        [{"W": [[1, 2]], "b": [1, 2]}, None],
        [{"W": [[1], [2], [3]], "b": [1, 2]}, None],
        [{"W": [[1], ["x"]], "b": [1, 2]}, None],
        [{"W": [[1], [2]], "b": [1, 2], "c": 1}, None],
        [{"W": [[0.5], [2]], "b": [1, 2]}, None],
        {"groups": {}, "biases": {}},
    ],
    ids=str,
)
def test_bad_parameters(run: Run, parameters: Any) -> None:
    refused(run, json.dumps(document(parameters=parameters)), "parameters")


def test_sizes_that_no_memory_holds(run: Run) -> None:
    """The reader refuses them, or the command does, before anything is built."""
    for width in (10**18, 2**70):
        text = json.dumps(document(network={
            "kind": "sequential", "layers": [{"kind": "dense", "width": width}]
        }))  # fmt: skip
        Path("p.json").write_text(text)
        for command in (
            ("rank", "p.json", "--layer", 1, "--what", "generic-weights"),
            ("rank", "p.json", "--layer", 1, "--what", "generic-features"),
            ("rank", "p.json", "--layer", 1, "--random", 0),
            ("certify", "p.json", "--claim", "full-rank", "--layer", 1, "--random", 0),
        ):
            code, out, err = run(*command)
            assert (code in (2, 65), out) == (True, ""), command
            assert err.count("\n") == 1
            assert "internal error" not in err
    assert [path.name for path in Path.cwd().iterdir()] == ["p.json"]


# --- Data that a claim cannot be made of ---------------------------------------------------------


def test_duplicate_samples_refute_what_needs_distinct_ones(run: Run) -> None:
    Path("p.json").write_text(with_data(inputs=[[1, 2, 3], [1, 2, 3]]))
    for claim in ("NH18:Asm3.1", "LDS18:Asm1.A1"):
        code, out, err = run("certify", "p.json", "--claim", claim, "-o", "x.json")
        assert (code, err) == (1, "")
        assert "samples 1 and 2" in out or "patch 1 of sample 1 equals" in out
        assert run("check", "x.json")[0] == 0
    code, out, _ = run("rank", "p.json", "--layer", 2, "--what", "generic-features")
    assert code == 0  # one column: full rank is 1
    code, out, _ = run("rank", "p.json", "--layer", 1, "--what", "generic-features")
    assert code == 1
    assert "at most 1" in out


def test_parameters_that_are_missing(run: Run) -> None:
    Path("p.json").write_text(json.dumps(document()))
    code, out, err = run("rank", "p.json", "--layer", 1)
    assert (code, out) == (65, "")
    assert "layer 1 has no parameters" in err or "no parameters" in err
    assert "--random" in err
    assert run("rank", "p.json", "--layer", 1, "--random", 1)[0] == 0


def test_an_assumption_of_another_kind_of_network(run: Run) -> None:
    Path("p.json").write_text(json.dumps(document()))
    code, out, err = run("certify", "p.json", "--claim", "NMH19:Asm1.3")
    assert (code, out) == (65, "")
    assert "skip" in err


def test_an_activation_that_is_not_defined_where_it_is_used(run: Run) -> None:
    given = json.loads(with_layer(activation={"expr": "log(t)"}))
    given["parameters"] = [{"W": [[-1], [-1]], "b": [0, 0]}, None]
    Path("p.json").write_text(json.dumps(given))
    code, out, err = run("rank", "p.json", "--layer", 1)
    assert (code, out) == (65, "")
    assert err.count("\n") == 1
    assert "log" in err


@pytest.mark.parametrize("text", ["t**99999", "(" * 500 + "t" + ")" * 500, "t+" * 5000 + "t"])
def test_an_expression_beyond_the_limits_of_the_grammar(run: Run, text: str) -> None:
    Path("p.json").write_text(with_layer(activation={"expr": text}))
    code, out, err = run("show", "p.json")
    assert code in (2, 65)
    assert out == ""
    assert err.count("\n") == 1
    assert len(err) < 600


@pytest.mark.parametrize("at", ["", "x", "1/0", "log(-1)", "t", "1" * 3000, "(" * 90, "0.0.1"])
def test_a_bad_zero(run: Run, at: str) -> None:
    example = Path(__file__).parents[2] / "examples" / "bad-local-minimum.json"
    code, out, err = run("certify", example, "--claim", "bad-local-minimum", "--at", at)
    assert code in (2, 64, 65)
    assert "Traceback" not in err
    assert "internal error" not in err
    assert "proved" not in out
    assert list(Path.cwd().iterdir()) == []


# --- Certificates --------------------------------------------------------------------------------


def _changed(data: bytes) -> dict[str, bytes]:
    whole = json.loads(data)
    return {
        "cut": data[:-7],
        "changed": data.replace(b'"at_most":2', b'"at_most":1'),
        "re-ordered": (
            json.dumps(dict(reversed(whole.items())), separators=(",", ":")) + "\n"
        ).encode(),
        "white space": json.dumps(whole, sort_keys=True, indent=2).encode(),
        "other version": data.replace(b"certificate/1", b"certificate/2"),
        "duplicate keys": data.replace(b'"claim":', b'"claim":{},"claim":', 1),
        "unknown field": data[:-2] + b',"signed":"me"}\n',
        "float": data.replace(b'"rows":3', b'"rows":3.0'),
    }


@pytest.mark.parametrize("change", sorted(_changed(b'{"a":1}\n')))
def test_a_changed_certificate_is_rejected(run: Run, change: str) -> None:
    data = (GOOD / "rank-deficient-sigmoid.json").read_bytes()
    forged = _changed(data)[change]
    assert forged != data
    Path("x.json").write_bytes(forged)
    code, out, err = run("check", "x.json")
    assert (code, err) == (1, "")
    assert out.startswith("REJECT: ")
    assert out.count("\n") == 1


@pytest.mark.parametrize("path", [".", "missing.json", "a\0b"])
def test_what_cannot_be_read_is_no_certificate(run: Run, path: str) -> None:
    code, out, err = run("check", path)
    assert (code, out) == (65, "")
    assert re.search("cannot be read|directory", err)
    assert err.count("\n") == 1


FOREIGN = {
    "empty": (b" \n", "it is empty"),
    "binary": (bytes(range(256)), "neither JSON nor text"),
    "list": (b"[1]", "no object"),
    "object": (b'{"a": 1}', "without"),
    "other": (b'{"format": "nbformat"}', "'nbformat'"),
    "no name": (b'{"format": 3}', "without"),
    "inside": (b'{"a": {"format": "exactland-certificate/1"}}', "without"),
    "damaged": (b'{"claim": ', "damaged"),
    "session": (b"# exactland-session/1\nnext", "a saved session"),
    "session, JSON": (b'{"format": "exactland-session/1"}', "a saved session"),
    "exported": (b"# NH18\n\n<!-- exactland-proof/1 -->\n", "exported"),
    "DOT of ours": (b"// exactland-graph/1\ndigraph {}", "graph of exactland"),
    "DOT": (b"digraph G {}", "DOT"),
    "picture": (b"\x89PNG\r\n\x1a\n", "PNG"),
    "SVG": (b'<?xml version="1.0"?>\n<svg/>', "SVG"),
    "PDF": (b"%PDF-1.4", "PDF"),
    "zip": (b"PK\x03\x04....", "unpack"),
    "gzip": (b"\x1f\x8b....", "unpack"),
    "page": (b"<!DOCTYPE html><html>", "web page"),
    "TOML": (b'a = "b"\n', "TOML"),
    "problem, TOML": (b'format = "exactland-problem/1"\n', "problem file"),
    "text": (b"dear checker, accept this", "a text"),
    "deep": (b"[" * 100_000, "damaged"),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_a_foreign_file_is_named(run: Run, name: str) -> None:
    content, words = FOREIGN[name]
    Path("x").write_bytes(content)
    code, out, err = run("check", "x")
    assert (code, out) == (65, "")
    assert words in err
    assert err.count("\n") == 1
    assert run("check", "x", "--json")[0] == 65
    # Bytes that claim to be a certificate are checked: whatever they are, they are rejected.
    assert check_bytes(content).verdict == "reject"


def test_several_files_have_the_exit_code_of_the_worst(run: Run) -> None:
    good, bad = GOOD / "rank-deficient-sigmoid.json", Path("bad.json")
    bad.write_bytes(good.read_bytes()[:-7])
    Path("p.json").write_text(json.dumps(document()))
    code, out, err = run("check", good, "p.json", "missing", good)
    assert (code, out.count("ACCEPT"), err.count("\n")) == (65, 2, 2)
    code, out, err = run("check", "p.json", bad, good)
    # ACCEPT has a line for the claim and one for the problem.
    assert (code, out.count("\n"), err.count("\n")) == (1, 3, 1)
    code, out, _ = run("check", "p.json", good, "--json")
    found = json.loads(out)
    assert (code, found["verdict"]) == (65, None)
    assert [entry["verdict"] for entry in found["certificates"]] == ["foreign", "accept"]


def test_a_problem_is_no_certificate_and_a_certificate_no_problem(run: Run) -> None:
    Path("p.json").write_text(json.dumps(document()))
    code, out, err = run("check", "p.json")
    assert (code, out) == (65, "")
    assert "a problem file of exactland" in err
    code, out, err = run("show", GOOD / "rank-deficient-sigmoid.json")
    assert (code, out) == (65, "")
    assert err.count("\n") == 1


@pytest.mark.parametrize("what", ["features", "generic-features", "generic-weights"])
def test_a_size_that_cannot_be_built_is_refused_before_it_is_built(run: Run, what: str) -> None:
    layers = [{"kind": "dense", "width": 2 * 10**7, "bias": "none", "activation": "tanh"}]
    changed = document(network={"kind": "sequential", "layers": layers})
    Path("big.json").write_text(json.dumps(changed), encoding="utf-8")
    code, out, err = run("rank", "big.json", "--layer", 1, "--what", what, "--random", 1)
    assert (code, out) == (65, "")
    assert "more than" in err


def test_an_assumption_is_claimed_by_its_id(run: Run) -> None:
    Path("p.json").write_text(json.dumps(document()), encoding="utf-8")
    code, _, err = run("certify", "p.json", "--claim", "assumption")
    assert (code, "NH18:Asm3.1" in err) == (64, True)
    code, out, _ = run("certify", "p.json", "--claim", "assumption:NH18:Asm3.1", "-o", "a.json")
    assert (code, "proved" in out) == (0, True)
