"""The app's server process: Streamlit, started with all that the pages are made of.

    python -m ledgersync.serving run app.py --server.port 8501

`ledgersync run` starts it, once it has seen that the settings are safe. Streamlit alone would read
the modules when the first person opens a page, who waits for it.
"""

import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pkgutil import iter_modules
from types import FrameType

from streamlit.web import cli

from ledgersync import ui
from ledgersync.ui import shell


def main() -> None:
    """Streamlit's own command line, once the pages' modules are there."""
    _on_signals(_end)
    for module in iter_modules(ui.__path__, f"{ui.__name__}."):
        import_module(module.name)
    shell.STARTED_SAFELY.set()
    cli.main(prog_name="streamlit")


def _on_signals(do: Callable[[int, FrameType | None], object] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, do)


def _end(_number: int, _frame: FrameType | None) -> None:
    """End without the complaint of Python's own way; the server has closed its connections.

    Ctrl-C reaches this process and the command that started it, which sends its own signal.
    """
    _on_signals(signal.SIG_IGN)
    sys.exit()


if __name__ == "__main__":
    main()
