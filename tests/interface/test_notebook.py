"""examples/theorem-3-4.ipynb in a real Jupyter kernel: every cell runs, and says what it should."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent.parent
NOTEBOOK = ROOT / "examples" / "theorem-3-4.ipynb"


def test_the_notebook_is_kept_without_outputs():
    import json

    document = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    cells = [cell for cell in document["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 15
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    """The outputs of every cell by its source; the kernel runs in an empty folder."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    pytest.importorskip("matplotlib")
    folder = tmp_path_factory.mktemp("notebook")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    # The kernel is a process of its own: it imports the package of this checkout.
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder)}
    client = nbclient.NotebookClient(
        notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(folder)}}
    )
    client.execute(env=environment)
    return {cell.source: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}


def only(outputs: list[Any]) -> Any:
    """The data of the last output, which is the value of the cell."""
    assert outputs[-1].output_type == "execute_result"
    return outputs[-1].data


def test_every_cell_answers_in_text_and_html_without_errors(outputs):
    assert all(outputs.values())
    for source, shown in outputs.items():
        for output in shown:
            assert output.output_type in ("execute_result", "display_data"), (source, output)
        data = only(shown)
        assert data["text/plain"]
        assert len(data.get("text/html", "")) < 8000
        if "exactland" in source.split()[0]:
            assert data["text/html"].startswith("<pre ")
            assert "error:" not in data["text/plain"]


def test_matrices_have_latex_too(outputs):
    data = only(outputs["%exactland show F_1"])
    assert data["text/latex"].startswith(r"$\begin{pmatrix}1 & 0 & 0 & 2 \\")
    assert "features of layer 1" in data["text/plain"]
    assert "text/latex" not in only(outputs["%exactland check"])


def test_the_proof_is_walked_varied_and_checked(outputs):
    text = {source: only(shown)["text/plain"] for source, shown in outputs.items()}
    assert "[5] Layer 1: the activation satisfies Assumption 3.2." in text["%exactland next 5"]
    assert "evidence: exact" in text["%%exactland\nnext 2\nshow d\nwhy"]
    assert "The proof is complete on this instance: 14 facts." in text["%exactland next 99"]
    assert "14 facts checked again" in text["%exactland check"]
    varied = text["%exactland vary layer 1 bias filter"]
    assert "[!] false: every neuron has its own bias." in varied
    assert "erratum NH18:E2" in varied
    assert (
        "finite limits suffice"
        in text["%%exactland\nvary layer 1 activation tanh\nsearch repaired"]
    )


def test_the_picture_is_shown(outputs):
    shown = outputs["%exactland plot det determinant.svg"]
    assert shown[0].output_type == "display_data"
    assert shown[0].data["image/svg+xml"].lstrip().startswith("<?xml") or "<svg" in str(shown[0])
    assert "drawn: determinant.svg" in only(shown)["text/plain"]
