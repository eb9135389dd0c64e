"""How a program ends when the user or the reader of its output leaves: in a line or without a word.

Little is imported at once, so that Ctrl-C finds this in place.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # as in typing, which takes its time to load
if TYPE_CHECKING:
    from collections.abc import Callable

#: As shells say it: 128 and the number of the signal.
INTERRUPTED, READER_GONE = 130, 141
UNWRITABLE = 65


def leave_when_interrupted() -> None:
    """Let Ctrl-C end the program at once, also while modules are loaded."""
    sys.excepthook = _without_a_word  # while the next line loads what it needs
    import signal

    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as in the background
        signal.signal(signal.SIGINT, _leave)
    sys.excepthook = sys.__excepthook__


def _without_a_word(kind: type[BaseException], *rest: object) -> None:
    if kind is KeyboardInterrupt:
        _leave()
    sys.__excepthook__(kind, *rest)  # type: ignore[arg-type]


def _leave(*_: object) -> None:
    os._exit(INTERRUPTED)


def ignore_interrupts() -> None:
    """The answer is out, and the program about to end: nothing is worth another word."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


def ended(program: Callable[[], int], name: str = "") -> int:
    """Run the program; its exit code, or that of a reader that has gone away or of a full disc.

    ``name`` stands before what is said of a disc that is full.
    """
    try:
        code = program()
        if sys.stdout is not None:
            sys.stdout.flush()
    except BrokenPipeError:
        code = READER_GONE
    except OSError as error:
        code = UNWRITABLE
        reason = error.strerror or "unknown"
        try:
            print(f"{name}the output cannot be written: {reason}", file=sys.stderr, flush=True)
        except OSError:
            code = READER_GONE
    else:
        return code
    # What is left in the buffers cannot be written either.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for handle in (1, 2):
        os.dup2(nowhere, handle)
    return code
