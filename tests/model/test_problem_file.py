"""Problem files: every refusal with its place, canonical documents, and arbitrary damage."""

from __future__ import annotations

import copy
import json
import os
from pathlib import Path
from typing import Any

import pytest
from flint import fmpq
from hypothesis import given, settings
from hypothesis import strategies as st
from networks_for_tests import problems

from exactland.errors import ExactlandError, InputError
from exactland.model.problem import Problem
from exactland.model.problem_file import (
    load_problem,
    number_text,
    problem_document,
    problem_from,
)

GOOD: dict[str, Any] = {
    "format": "exactland-problem/1",
    "data": {"inputs": [[0, 1, "1/2"], [1, -1, "0.25"]], "targets": [[1], [-1]], "classes": [0, 1]},
    "network": {
        "kind": "sequential",
        "layers": [
            {
                "kind": "convolution",
                "patches": [[0, 1], [1, 2]],
                "filters": 2,
                "activation": "sigmoid",
            },
            {"kind": "max-pooling", "patches": [[0, 1], [2, 3]]},
            {"kind": "dense", "width": 3, "activation": {"name": "softplus", "alpha": "2"}},
            {"kind": "dense", "width": 1},
        ],
    },
    "parameters": [{"W": [[1, 0], [2, 1]], "b": [0, 0, 0, 0]}, None, None, None],
    "loss": "squared",
}
GRID: dict[str, Any] = {
    "format": "exactland-problem/2",
    "data": {"inputs": [[[[1, 2], [3, "1/4"]], [[0, 1], [1, 0]]]], "targets": [[1]]},
    "network": {
        "kind": "sequential",
        "layers": [
            {
                "kind": "convolution",
                "patches": {"conv2d": {"size": [1, 2], "padding": [0, [1, 0]]}},
                "filters": 2,
                "groups": "depthwise",
                "bias": "filter",
                "activation": "relu",
            },
            {
                "kind": "average-pooling",
                "patches": {"pool2d": {"size": 2, "stride": 1, "padding": 1}},
            },
            {"kind": "max-pooling", "patches": [[0, 1, None], [2, 3, 4]]},
            {"kind": "flatten"},
            {
                "kind": "convolution",
                "patches": {"conv1d": {"size": 2}},
                "filters": 1,
                "bias": "none",
            },
        ],
    },
    "parameters": [
        {
            "W": [[1, 2], [0, 1]],
            "batch-norm": {
                "mean": [1, 0],
                "variance": [0, 3],
                "eps": 1,
                "gamma": [1, 2],
                "beta": [0, 0],
            },
        },
        None,
        None,
        None,
        {"W": [[1], [2]]},
    ],
}
SKIP: dict[str, Any] = {
    "format": "exactland-problem/1",
    "data": {"inputs": [[0, 1]]},
    "network": {
        "kind": "skip",
        "units": [
            {"id": "a", "layer": 1, "in": [0, 1], "activation": "sigmoid"},
            {"id": "c", "layer": 2, "in": ["a", 0], "bias": None, "activation": "tanh"},
        ],
        "skips": ["c"],
    },
}


def changed(document: dict[str, Any], path: list[Any], value: Any) -> dict[str, Any]:
    """A copy with one part replaced; ``...`` as the value deletes it."""
    result = copy.deepcopy(document)
    part: Any = result
    for key in path[:-1]:
        part = part[key]
    if value is ...:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    return result


L0 = ["network", "layers", 0]
CASES: list[tuple[list[Any], Any, str]] = [
    (["format"], ..., 'document: the key "format" is missing'),
    (["format"], "exactland-problem/3", "format: 'exactland-problem/3' is not known"),
    (["formats"], 1, "formats: the key is not known here; did you mean format?"),
    (["data"], [], "data: [] is not an object"),
    (["data", "inputs"], ..., 'data: the key "inputs" is missing'),
    (["data", "inputs"], [], "data.inputs: it is empty"),
    (["data", "inputs", 0, 1], 0.5, 'data.inputs[0][1]: 0.5 is a float; write it as a str'),
    (["data", "inputs", 0, 1], float("nan"), "data.inputs[0][1]: nan is not a rational number"),
    (["data", "inputs", 0, 1], None, "data.inputs[0][1]"),
    (["data", "inputs", 0, 1], "1/0", "data.inputs[0][1]: the denominator is 0"),
    (["data", "inputs", 0, 1], "1e999999999", "data.inputs[0][1]: the decimal exponent"),
    (["data", "inputs", 0, 1], "pi", "data.inputs[0][1]: 'pi' is not a rational number"),
    (["data", "inputs", 0], [0, 1], "data.inputs[1]: 3 entries where row 0 has 2"),
    (["data", "targets"], [[1]], "data.targets: there are 1 for 2 samples"),
    (["data", "target"], [[1], [2]], "data.target: the key is not known here; did you mean"),
    (["network", "kind"], "sequental", "network.kind: 'sequental' is not known; did you mean sequ"),
    (["network", "kind"], ["skip"], "network.kind: ['skip'] is not known"),
    (["network", "layers"], [], "network.layers: there is no layer"),
    (["network", "layers"], {}, "network.layers: {} is not a list"),
    (["network", "units"], [], "network.units: the key is not known here"),
    ([*L0, "kind"], "conv", "network.layers[0].kind: 'conv' is not known"),
    ([*L0, "kind"], {}, "network.layers[0].kind: {} is not known"),
    ([*L0, "kind"], ..., 'network.layers[0]: the key "kind" is missing'),
    ([*L0, "filter"], 3, "network.layers[0].filter: the key is not known here; did you mean"),
    ([*L0, "filters"], ..., 'network.layers[0]: the key "filters" is missing'),
    ([*L0, "filters"], 0, "network.layers[0].filters: 0 is not admissible"),
    ([*L0, "filters"], 10**30, "network.layers[0].filters: 1000000000"),
    ([*L0, "activation"], ..., "network.layers[0]: a hidden layer has no activation; give one"),
    ([*L0, "activation"], "sigmod", "network.layers[0].activation: there is no activation"),
    ([*L0, "activation"], {"expr": "import os"}, "network.layers[0].activation.expr"),
    ([*L0, "bias"], "tied", "network.layers[0].bias: 'tied' is not a kind of bias"),
    ([*L0, "bias"], None, "network.layers[0].bias: None is not a kind of bias"),
    ([*L0, "patches", 1], [1, 3], "network.layers[0].patches[1]: patch 1 has the index 3"),
    ([*L0, "patches", 1], [1], "network.layers[0].patches[1]: patch 1 has length 1"),
    ([*L0, "patches", 1], [1, 1], "network.layers[0].patches[1]: patch 1 contains neuron 1 twice"),
    ([*L0, "patches", 1], "12", "network.layers[0].patches[1]: '12' is not a list"),
    ([*L0, "patches", 1, 0], "1", "network.layers[0].patches[1]: '1' is not an index"),
    ([*L0, "patches", 1, 0], 10**3999, "network.layers[0].patches[1]: patch 1 has the index 10000"),
    ([*L0, "patches"], "12", "network.layers[0].patches: '12' is not a list"),
    ([*L0, "patches"], {"conv": {}}, "network.layers[0].patches: the keys are conv"),
    (
        [*L0, "patches"],
        {"conv1d": {"length": 3, "size": 4}},
        "network.layers[0].patches.conv1d: a patch of size 4",
    ),
    (
        [*L0, "patches"],
        {"conv1d": {"length": 3, "size": 2, "strid": 1}},
        "network.layers[0].patches.conv1d.strid: the key is not known here; did you mean stride?",
    ),
    (
        [*L0, "patches"],
        {"conv1d": {"length": 3, "size": 2, "circular": 1}},
        "network.layers[0].patches.conv1d.circular: it is not a boolean",
    ),
    (
        [*L0, "patches"],
        {"conv2d": {"height": 10**6, "width": 10**6, "size": [3, 3]}},
        "network.layers[0].patches.conv2d: the grid has more than",
    ),
    ([*L0, "patches"], {"conv2d": 3}, "network.layers[0].patches.conv2d: 3 is not an object"),
    (["network", "layers", 1, "filters"], 2, "network.layers[1].filters: the key is not known"),
    (["network", "layers", 2, "width"], -1, "network.layers[2].width: -1 is not admissible"),
    (["network", "layers", 2, "width"], "3", "network.layers[2].width: '3' is not admissible"),
    (["network", "layers", 2, "width"], 10**12, "network.layers[2].width: 1000000000000 is"),
    (["parameters"], {}, "parameters: they are not a list"),
    (["parameters"], [None], "parameters: there are 1 entries for 4 layers"),
    (["parameters", 0, "W"], [[1, 0]], "parameters[0].W: W is 1 x 2"),
    (["parameters", 0, "W", 1, 0], 2.5, 'parameters[0].W[1][0]: 2.5 is a float'),
    (["parameters", 0, "b"], [0, 0], "parameters[0].b: b has 2 entries, but the layer needs 4"),
    (["loss"], "mse", "loss: there is no loss 'mse'"),
    (["loss"], ["squared"], "loss: ['squared'] is not a string"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "message"), CASES)
def test_every_refusal_names_its_place(path: list[Any], value: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        problem_from(changed(GOOD, path, value))
    assert str(caught.value).startswith(message)
    assert caught.value.exit_code == 65
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (["network", "skips"], ["d"], "network.skips[0]: 'd' is not a unit"),
        (["network", "skips"], ..., 'network: the key "skips" is missing'),
        (["network", "units", 0, "in"], [], "network.units[0].in: unit a has no source"),
        (["network", "units", 0, "in"], [2], "network.units[0].in: unit a reads coordinate 2"),
        (["network", "units", 0, "in"], 0, "network.units[0].in: 0 is not a list"),
        (["network", "units", 0, "id"], "a b", "network.units[0].id: 'a b' is not a name"),
        (["network", "units", 0, "layer"], 0, "network.units[0].layer: 0 is not a layer"),
        (["network", "units", 0, "acts"], 0, "network.units[0].acts: the key is not known"),
        (["network", "units", 1, "activation"], ..., 'network.units[1]: the key "activation" is'),
        (["network", "units"], "ab", "network.units: 'ab' is not a list"),
        (["parameters"], [], "parameters: they are not those of a skip network"),
        (["parameters"], {"groups": {}, "biases": {}}, "parameters.groups: a is missing"),
    ],
)
def test_refusals_of_skip_networks(path: list[Any], value: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        problem_from(changed(SKIP, path, value))
    assert str(caught.value).startswith(message)


def parts(document: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of all parts of a document."""
    items: Any = ()
    if isinstance(document, dict):
        items = document.items()
    elif isinstance(document, list):
        items = enumerate(document)
    return [path] * bool(path) + [p for key, v in items for p in parts(v, (*path, key))]


ODD = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        3,
        10**30,
        0.5,
        "",
        "x",
        "1/3",
        [],
        [[]],
        [0],
        {},
        {"expr": "t"},
        ...,
        "\x00",
    ]
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from([GOOD, SKIP, GRID, GRID]), st.data())
def test_damage_gives_errors_of_one_kind(document: dict[str, Any], data: st.DataObject) -> None:
    """Whatever stands anywhere: a problem, or an error with a reason and no traceback."""
    for _ in range(data.draw(st.integers(1, 2))):
        path = data.draw(st.sampled_from(parts(document)))
        document = changed(document, list(path), data.draw(ODD))
        if not document:
            return
    outcome = outcome_of(document)
    if isinstance(outcome, Problem):
        assert problem_from(problem_document(outcome)) == outcome
    else:
        assert outcome.reason
        assert outcome.exit_code == 65


def outcome_of(document: Any) -> Problem | ExactlandError:
    """The problem or the package's own error; any other exception fails the test."""
    try:
        return problem_from(document)
    except ExactlandError as error:
        return error


@given(problems())
def test_documents_are_canonical_and_complete(problem: Problem) -> None:
    text = json.dumps(problem_document(problem), sort_keys=True, separators=(",", ":"))
    again = problem_from(json.loads(text))
    assert again == problem
    assert json.dumps(problem_document(again), sort_keys=True, separators=(",", ":")) == text


def test_the_canonical_document_writes_everything_out() -> None:
    document = problem_document(problem_from(GOOD))
    layer = document["network"]["layers"][0]
    assert layer["bias"] == "neuron"
    assert document["network"]["layers"][3] == {
        "kind": "dense", "width": 1, "bias": "neuron", "activation": "identity"
    }  # fmt: skip
    assert document["data"]["inputs"][1] == [1, -1, "1/4"]
    unit = problem_document(problem_from(SKIP))["network"]["units"][1]
    assert unit == {
        "id": "c", "layer": 2, "in": ["a", 0], "group": "c", "bias": None, "activation": "tanh"
    }  # fmt: skip


@given(st.integers(-(2**80), 2**80), st.integers(1, 2**80))
def test_number_text(p: int, q: int) -> None:
    """Section 2 of the format, read back by hand."""
    value = fmpq(p, q)
    text = number_text(value)

    def read(part: str) -> int:
        number = int(part, 0)
        assert part == (str(number) if abs(number) <= 2**53 else hex(number))
        return number

    if isinstance(text, int):
        assert abs(text) <= 2**53
        assert value == text
    elif "/" in text:
        above, below = map(read, text.split("/"))
        assert below >= 2
        assert (int(value.p), int(value.q)) == (above, below)
    else:
        assert abs(read(text)) > 2**53
        assert value == read(text)


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_json_and_toml_files(tmp_path: Path) -> None:
    problem = problem_from(GOOD)
    assert load_problem(write(tmp_path / "a.json", json.dumps(GOOD))) == problem
    toml = """
        format = "exactland-problem/1"
        loss = "squared"
        parameters = [{W = [[1, 0], [2, 1]], b = [0, 0, 0, 0]}, {}, {}, {}]
        [data]
        inputs = [[0, 1, "1/2"], [1, -1, "0.25"]]
        targets = [[1], [-1]]
        classes = [0, 1]
        [network]
        kind = "sequential"
        layers = [
            {kind = "convolution", filters = 2, activation = "sigmoid", patches.conv1d = CONV1D},
            {kind = "max-pooling", patches = [[0, 1], [2, 3]]},
            {kind = "dense", width = 3, activation = {name = "softplus", alpha = 2}},
            {kind = "dense", width = 1},
        ]
    """
    toml = toml.replace("CONV1D", "{length = 3, size = 2}")
    assert load_problem(str(write(tmp_path / "a.toml", toml))) == problem
    with pytest.raises(InputError, match=r"a.toml: data.inputs\[0\]\[0\]: 0.5 is a float"):
        load_problem(write(tmp_path / "a.toml", toml.replace("[[0, 1", "[[0.5, 1")))
    with pytest.raises(InputError, match="this is not TOML"):
        load_problem(write(tmp_path / "a.toml", toml + "\nformat = 1\nformat = 2"))


DEEP = "[" * 100_000 + "]" * 100_000


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "line 1, column 1: this is not JSON"),
        ("{", "this is not JSON"),
        ("[]", r"document: \[\] is not an object"),
        ("3", "document: 3 is not an object"),
        ("0.5", "document: 0.5 is a float"),
        ("NaN", "document: NaN is not a rational number"),
        (b"\xff\xfe", "byte 0 is not UTF-8"),
        ('{"format": 1, "format": 2}', 'document: the key "format" occurs twice'),
        ('{"data": {"inputs": 1, "inputs": 2}}', 'data: the key "inputs" occurs twice'),
        ('{"data": [[1e5]]}', r'data\[0\]\[0\]: 1e5 is a float; write it as a string: "1e5"'),
        ('{"data": [-Infinity]}', r"data\[0\]: -Infinity is not a rational number"),
        ('{"data": ' + "9" * 5000 + "}", "data: an integer of 5000 digits"),
        (DEEP, "nested too deeply|nested more than 64 deep"),
        ("[" * 80 + "]" * 80, "nested more than 64 deep"),
        ('{"a\\u001b[31m\\n": 1}', r"the key is not known here"),
    ],
)
def test_files_that_are_not_problems(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        load_problem(write(tmp_path / "x.json", text))
    assert str(caught.value).startswith(str(tmp_path / "x.json"))
    assert "\x1b" not in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it cannot be read: No such file"):
        load_problem(tmp_path / "nothing.json")
    with pytest.raises(InputError, match="this is a directory"):
        load_problem(tmp_path)
    with pytest.raises(InputError, match="it cannot be read"):
        load_problem("a\x00b")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="this is not a regular file"):
        load_problem(tmp_path / "pipe")
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(2**30)
    with pytest.raises(InputError, match="the file has 1073741824 bytes; at most"):
        load_problem(tmp_path / "large.json")
