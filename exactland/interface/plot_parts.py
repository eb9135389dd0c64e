"""What the pictures of a proof share: the figure, the caption, colours and ticks."""

from __future__ import annotations

import io
import textwrap
from pathlib import Path
from typing import Any

from exactland.errors import UsageError
from exactland.model.messages import shown
from exactland.outputs import PICTURE, SOFTWARE, Output

ENDINGS = (".png", ".svg", ".pdf")

#: Colours that readers with any colour vision tell apart (Okabe and Ito).
BLUE, ORANGE, RED = "#0072B2", "#E69F00", "#D55E00"
COLOURS = (BLUE, ORANGE, "#009E73", "#CC79A7", "#56B4E9", RED, "#F0E442", "#8C8C8C")
#: What every caption says.
NOTHING = "A picture proves nothing; the steps of the proof do."


def new_figure(width: float, height: float) -> Any:
    """An empty figure, in inches; UsageError without matplotlib."""
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as missing:
        reason = "matplotlib is not installed"
        raise UsageError("plot", reason, "pip install exactland[plots]") from missing
    figure = Figure(figsize=(width, height), dpi=120, facecolor="white")
    FigureCanvasAgg(figure)
    return figure


def save(figure: Any, output: Output) -> str:
    """Write a figure as its name's ending says (SVG to standard output); the name for a message."""
    content = io.BytesIO()
    ending = Path(output.path).suffix.lower().removeprefix(".") or "svg"
    # Files of the same picture are the same: no date is written.
    metadata: dict[str, dict[str, str | None]] = {
        "png": {"Software": SOFTWARE},
        "svg": {"Creator": SOFTWARE, "Date": None},
        "pdf": {"Creator": SOFTWARE, "CreationDate": None},
    }
    figure.savefig(content, format=ending, metadata=metadata[ending])
    return output.write(content.getvalue())


def picture_output(
    path: str, where: str, force: bool = False, inputs: tuple[str, ...] = ()
) -> Output:
    """Where a picture goes; UsageError for a name that ends in none of ENDINGS and is not ``-``."""
    if path != "-" and Path(path).suffix.lower() not in ENDINGS:
        reason = f"{shown(path)} ends in none of {', '.join(ENDINGS)}"
        raise UsageError(where, reason, "name it picture.png, .svg or .pdf")
    output = Output(path, PICTURE, force, inputs)
    output.check()
    return output


def write_caption(figure: Any, text: str, width: int) -> None:
    """The caption along the lower edge."""
    lines = textwrap.fill(text, width)
    figure.text(0.02, 0.02, lines, fontsize=8.5, color="#333333", va="bottom")


def count_from_one(axes: Any, rows: int, columns: int) -> None:
    """At most twelve ticks a side, counted from 1."""
    for count, axis in ((rows, axes.yaxis), (columns, axes.xaxis)):
        step = next(s for s in (1, 2, 5, 10, 20, 25, 50, 100, 200) if count <= 12 or count / s <= 8)
        ticks = [0, *range(step - 1, count, step)] if step > 1 else list(range(count))
        axis.set_ticks(ticks, [str(tick + 1) for tick in ticks])


def ink_on(drawn: Any, value: float) -> str:
    """Black or white, whichever is read on the colour of a value."""
    red, green, blue, _ = drawn.cmap(drawn.norm(value))
    return "black" if 0.3 * red + 0.59 * green + 0.11 * blue > 0.45 else "white"
