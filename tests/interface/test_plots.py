"""The pictures of a proof: what they show, the files, and what is said where there are none."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from flint import arb, fmpq

import exactland
from exactland.errors import InputError, LimitError, UsageError
from exactland.interface import plot_numbers as numbers
from exactland.interface.plots import MULTIPLES, determinant, pattern, triangular
from exactland.interface.proof_verbs import ALL_VERBS
from exactland.proof.commands import completions, explained, run
from exactland.proof.leibniz import expand

pytest.importorskip("matplotlib")

MAGIC = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}
#: 1/(1 + e^t) vanishes to the right: the case mu_+ = 0, mirrored.
MIRRORED: Any = {"expr": "1/(1+exp(t))"}


def problem(activation: Any, samples: int = 3) -> Any:
    """A dense layer as wide as there are samples."""
    layers = [{"width": samples, "activation": activation}, {"width": 1}]
    return exactland.problem_from(
        {
            "format": "exactland-problem/1",
            "data": {"inputs": [[n, n * n] for n in range(samples)]},
            "network": {
                "kind": "sequential",
                "layers": [{"kind": "dense", **layer} for layer in layers],
            },
        }
    )


def finished(activation: Any = "sigmoid", samples: int = 3) -> Any:
    session = exactland.step("NH18:Thm3.4", problem(activation, samples))
    session.goto(99)
    assert session.complete
    return session


def by_id(axes: Any) -> dict[str, Any]:
    """The curves of a picture by their ids."""
    return {line.get_gid(): line for line in axes.lines if line.get_gid()}


def caption(figure: Any) -> str:
    return " ".join(" ".join(text.get_text() for text in figure.texts).split())


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "softplus", MIRRORED])
def test_the_determinant_lies_between_its_bounds_and_nears_its_limit(activation: Any) -> None:
    session = finished(activation)
    figure = determinant(session, 40)
    (axes,) = figure.axes
    curves = by_id(axes)
    heights = curves["det"].get_ydata()
    assert len(heights) == 41
    bounds = zip(curves["low"].get_ydata(), heights, curves["high"].get_ydata(), strict=True)
    assert all(low - 1e-12 <= middle <= high + 1e-12 for low, middle, high in bounds)
    limit = curves["limit"].get_ydata()[0]
    found = numbers.separating_family(session)
    expected = numbers.limit_of_determinant(found)
    assert expected is not None
    assert expected.name == r"$\sigma_{1}(\beta)^{3}$"
    assert numbers.drawn(expected.value) == limit
    far = numbers.points(found, [fmpq(2000)])[0].determinant
    assert numbers.drawn(far) == pytest.approx(limit, rel=1e-6)
    low, high = axes.get_ylim()
    assert low < 0 < limit < high
    assert "A picture proves nothing" in caption(figure)


def test_alpha_0_is_marked_where_the_proof_has_it() -> None:
    session = finished("sigmoid")
    figure = determinant(session, 24)
    curves = by_id(figure.axes[0])
    proved = session.show("alpha_0").value
    assert curves["alpha_0"].get_xdata()[0] == pytest.approx(int(proved.p) / int(proved.q))
    legend = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert any(f"= {proved}:" in text and "proved" in text for text in legend)
    at = [
        point.determinant for point in numbers.points(numbers.separating_family(session), [proved])
    ]
    assert at[0] > 0


def test_a_threshold_is_not_called_proved_where_a_hypothesis_is_dropped() -> None:
    session = finished("relu")
    found = numbers.separating_family(session)
    assert numbers.proved_thresholds(session, found)
    session.vary("drop", "distinct_patches")
    session.goto(99)
    assert numbers.proved_thresholds(session, numbers.separating_family(session)) == []
    figure = determinant(session, 24)
    assert "No alpha_0 is proved" in caption(figure)
    assert not any(name.startswith("alpha_") for name in by_id(figure.axes[0]))


def test_a_limit_that_is_no_power_of_sigma_beta() -> None:
    """tanh has two finite limits other than 0: the repaired theorem, (A)."""
    session = finished("tanh", 4)
    found = numbers.separating_family(session)
    limit = numbers.limit_of_determinant(found)
    assert limit is not None
    assert "lim A" in limit.name
    far = numbers.points(found, [fmpq(1000)])[0].determinant
    assert far.overlaps(limit.value + arb(0, 1e-9))


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_the_bound_of_the_other_terms_is_that_of_the_leibniz_sum(activation: str) -> None:
    found = numbers.separating_family(finished(activation, 4))
    for alpha in (fmpq(1, 7), fmpq(1), fmpq(5)):
        expansion = expand(found.at(str(alpha))[1])
        bound = sum((group.bound or fmpq(0) for group in expansion.groups), fmpq(0))
        point = numbers.points(found, [alpha])[0]
        assert numbers.drawn(point.others) == pytest.approx(numbers.drawn(bound), abs=1e-30)
        assert numbers.drawn(point.determinant) == pytest.approx(
            numbers.drawn(expansion.determinant), abs=1e-30
        )


def test_the_matrix_becomes_triangular() -> None:
    session = finished("sigmoid", 4)
    figure = triangular(session)
    maps = [axes for axes in figure.axes if axes.images]
    assert len(maps) == len(MULTIPLES)
    assert len(figure.axes) == len(MULTIPLES) + 1
    alpha_0 = session.show("alpha_0").value
    below = []
    for multiple, axes in zip(MULTIPLES, maps, strict=True):
        image = axes.images[0].get_array()
        exact = session.show(f"A({multiple * alpha_0})").value
        for i in range(4):
            for j in range(4):
                assert image[i, j] == pytest.approx(abs(numbers.drawn(exact[i][j])))
        written = [text.get_text() for text in axes.texts]
        assert written == [f"{image[i, j]:.2g}" for i in range(4) for j in range(4)]
        below.append(max(image[i, j] for i in range(4) for j in range(i)))
    assert below == sorted(below, reverse=True)
    assert below[-1] < 0.01 * below[0]


def test_zeros_of_a_matrix_are_blank_and_small_numbers_are_not() -> None:
    relu = triangular(finished("relu")).axes[2].images[0].get_array()
    assert all(relu.mask[i, j] for i in range(3) for j in range(i))
    assert not any(relu.mask[i, i] for i in range(3))
    sigmoid = finished("sigmoid")
    # Far beyond the range of floats.
    assert numbers.drawn(sigmoid.show("A(4000)").value[2][0]) == 0
    steep = exactland.step(
        "NH18:Thm3.4",
        exactland.problem_from(
            {
                "format": "exactland-problem/1",
                "data": {"inputs": [[0], ["1/10"], [5000]]},
                "network": {
                    "kind": "sequential",
                    "layers": [
                        {"kind": "dense", "width": 3, "activation": "sigmoid"},
                        {"kind": "dense", "width": 1},
                    ],
                },
            }
        ),
    )
    steep.goto(99)
    image = triangular(steep).axes[4].images[0].get_array()
    assert 0 < image.min() < 1e-299
    assert image.count() == 9


def test_the_pattern_of_a_convolution() -> None:
    session = exactland.step("NH18:Thm3.4")
    figure = pattern(session, 1)
    (axes,) = figure.axes
    image = axes.images[0].get_array()
    shown = session.show("U_1").value
    texts = {
        (round(t.get_position()[1]), round(t.get_position()[0])): t.get_text() for t in axes.texts
    }
    for i, row in enumerate(shown):
        for h, name in enumerate(row):
            assert bool(image.mask[i, h]) == (name == "0")
            assert texts.get((i, h), "0") == name
    colours = {tuple(axes.images[0].to_rgba(v)) for v in image.compressed()}
    assert len(colours) == 4


def test_a_pattern_of_hundreds_of_neurons_has_a_bar_or_a_legend() -> None:
    layer = {"kind": "convolution", "filters": 2, "activation": "relu"}
    for size, axes_count in ((4, 1), (6, 2)):
        found = exactland.problem_from(
            {
                "format": "exactland-problem/1",
                "data": {"inputs": [list(range(200)), [n * n for n in range(200)]]},
                "network": {
                    "kind": "sequential",
                    "layers": [
                        {**layer, "patches": {"conv1d": {"length": 200, "size": size}}},
                        {"kind": "dense", "width": 1},
                    ],
                },
            }
        )
        figure = pattern(exactland.step("NH18:Thm3.4", found), 1)
        assert len(figure.axes) == axes_count
        image = figure.axes[0].images[0].get_array()
        assert image.shape == (200, 2 * (201 - size))
        assert image.count() == 2 * size * (201 - size)
        if axes_count == 1:
            assert len(figure.axes[0].get_legend().get_texts()) == 8


@pytest.mark.parametrize("ending", [".png", ".svg", ".pdf"])
@pytest.mark.parametrize("what", ["det", "A", "U_1"])
def test_the_verb_writes_a_file(what: str, ending: str, tmp_path: Path) -> None:
    session = finished("relu")
    path = tmp_path / f"picture of{ending}"
    answer = run(session, f"plot {what} {path}", ALL_VERBS)
    assert str(path) in answer.text
    assert path.read_bytes().startswith(MAGIC[ending])
    assert [entry.name for entry in tmp_path.iterdir()] == [path.name]
    # The same picture makes the same file, but for the names inside an SVG.
    if ending != ".svg":
        before = path.read_bytes()
        run(session, f"plot {what} {path}", ALL_VERBS)
        assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("plot", "no picture"),
        ("plot det", "ends in none of"),
        ("plot det picture.gif", "ends in none of .png, .svg, .pdf"),
        ("plot A picture", "ends in none of"),
        ("plot F_1 picture.png", "no picture of 'F_1'"),
        ("plot U_7 picture.png", "layer"),
    ],
)
def test_a_bad_command_is_one_line(command: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        run(finished("relu"), command, ALL_VERBS)


def test_before_the_samples_are_ordered_there_is_no_matrix(tmp_path: Path) -> None:
    session = exactland.step("NH18:Thm3.4")
    for what in ("det", "A"):
        with pytest.raises(UsageError, match="not known at this step"):
            run(session, f"plot {what} {tmp_path / 'a.png'}", ALL_VERBS)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        run(exactland.step("NH18:Thm3.4"), f"plot U_1 {tmp_path / 'none' / 'a.png'}", ALL_VERBS)


def test_max_pooling_and_too_large_ones() -> None:
    session = exactland.step("NH18:Thm3.4", "examples/cnn-max-pooling.json")
    with pytest.raises(UsageError, match="max-pooling"):
        pattern(session, 2)
    wide = exactland.step("NH18:Asm3.1", problem("relu", 1001))
    with pytest.raises(LimitError, match="2 x 1001"):
        pattern(wide, 1)


def test_without_matplotlib_the_remedy_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    session = finished("relu")
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    for what in ("det", "A", "U_1"):
        with pytest.raises(UsageError, match=r"pip install exactland\[plots\]"):
            run(session, f"plot {what} {tmp_path / 'a.png'}", ALL_VERBS)
    assert list(tmp_path.iterdir()) == []


def test_the_verb_is_explained_and_completed() -> None:
    session = exactland.step("NH18:Thm3.4")
    assert "det, A or U_1" in explained("plot", ALL_VERBS).text
    assert completions(session, "plot ", ALL_VERBS) == ["det", "A", "U_1", "U_2"]
    assert completions(session, "plo", ALL_VERBS) == ["plot"]
