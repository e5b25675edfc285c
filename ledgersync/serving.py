"""The app's server process: Streamlit, started with all that the pages are made of.

    python -m ledgersync.serving run app.py --server.port 8501

Streamlit alone would read the modules when the first person opens a page, who waits for it.
"""

from importlib import import_module
from pkgutil import iter_modules

from streamlit.web import cli

from ledgersync import ui


def main() -> None:
    """Streamlit's own command line, once the pages' modules are there."""
    for module in iter_modules(ui.__path__, f"{ui.__name__}."):
        import_module(module.name)
    cli.main(prog_name="streamlit")


if __name__ == "__main__":
    main()
