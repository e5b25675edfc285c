"""How a command that serves until it is told to stop is told."""

import signal


def stop_on_signals() -> None:
    """Let Ctrl-C and the polite kill both end in KeyboardInterrupt.

    A shell that starts a command in the background has it ignore Ctrl-C's signal; a supervisor
    sends the other one.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)


def _stop(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt
