"""What a terminal shows while a step takes long: which one, for how long, and how to stop it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from exactland.interface.output import clean

#: Seconds before anything is shown: most steps are quicker.
PATIENCE = 0.7
#: Seconds between two lines of the same step.
PAUSE = 0.25


class Progress:
    """The step that is being checked. ``report`` is told of it; ``shown`` shows it, if it lasts."""

    def __init__(self) -> None:
        self._doing = ""

    def report(self, doing: str) -> None:
        """Remember what is being done; it is called often and has to be quick."""
        self._doing = doing

    def line(self, seconds: float, width: int) -> str:
        """The line that is shown.

        >>> progress = Progress()
        >>> progress.report("step 9: det A(alpha) != 0")
        >>> progress.line(3.2, 80)
        'step 9: det A(alpha) != 0 (3 s; Ctrl-C interrupts)'
        """
        end = f" ({seconds:.0f} s; Ctrl-C interrupts)"
        room = max(width - len(end) - 4, 8)
        doing = clean(self._doing or "working")
        return (doing if len(doing) <= room else f"{doing[: room - 3]}...") + end

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Show it on standard error while the body runs, where that is a terminal."""
        stream = sys.stderr
        if stream is None or not stream.isatty():
            yield
            return
        self._doing = ""
        done = threading.Event()
        watcher = threading.Thread(target=self._watch, args=(done, stream.write, stream.flush))
        watcher.daemon = True
        watcher.start()
        try:
            yield
        finally:
            done.set()
            watcher.join()

    def _watch(
        self, done: threading.Event, write: Callable[[str], object], flush: Callable[[], object]
    ) -> None:
        """Rewrite one line until the work is done, then take it away."""
        import shutil

        begin, drawn = time.monotonic(), 0
        pause = PATIENCE
        try:
            while not done.wait(pause):
                pause = PAUSE
                width = shutil.get_terminal_size().columns
                line = self.line(time.monotonic() - begin, width)
                write("\r" + line.ljust(drawn))
                flush()
                drawn = len(line)
            if drawn:
                # The terminal itself writes ^C behind the line.
                write("\r" + " " * (drawn + 2) + "\r")
                flush()
        except (OSError, ValueError):  # the terminal has gone
            return
