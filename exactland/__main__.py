"""`exactland` and `python -m exactland`: the command line, which Ctrl-C ends at any time in a line.

Nothing is imported outside ``main``, so that what takes time is interrupted inside it.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as in typing, which takes its time to load
if TYPE_CHECKING:
    import sys
    from collections.abc import Callable


def main() -> None:
    """Run the command line."""
    import os

    try:
        import signal
        import sys

        from exactland.checker.leaving import (
            INTERRUPTED,
            ignore_interrupts,
            leave_when_interrupted,
        )

        raising = signal.getsignal(signal.SIGINT)  # or ignored, as in the background
        leave_when_interrupted()
        from exactland.interface.cli import main as run

        sys.unraisablehook = _interrupt_again(sys.unraisablehook)
        signal.signal(signal.SIGINT, raising)
        try:
            run()
        except SystemExit as stop:
            if stop.code == INTERRUPTED:
                # An interrupt that has come through exec (of dataclasses, for instance) would
                # make Python end by the signal instead; and all output has been flushed.
                os._exit(INTERRUPTED)
            raise
        finally:
            ignore_interrupts()
    except KeyboardInterrupt:
        os._exit(130)


def _interrupt_again(
    hook: Callable[[sys.UnraisableHookArgs], object],
) -> Callable[[sys.UnraisableHookArgs], object]:
    """A hook that repeats an interrupt which came where nothing can be raised, such as a callback.

    It would be printed and lost, for instance while a module is loaded.
    """
    import _thread
    import os
    import signal
    import time

    def later() -> None:
        time.sleep(0.01)  # by then the hook has returned
        os.kill(os.getpid(), signal.SIGINT)

    def repeated(event: sys.UnraisableHookArgs) -> None:
        if issubclass(event.exc_type, KeyboardInterrupt):
            _thread.start_new_thread(later, ())
        else:
            hook(event)

    return repeated


if __name__ == "__main__":
    main()
