"""Opening the books for one command: settings, logs, the workspace, and who is acting."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ledgersync.commands.output import complain
from ledgersync.config import Mode, Settings, load_settings
from ledgersync.domain.actors import Actor
from ledgersync.logs import configure_logging
from ledgersync.services.workspace import Workspace, command_actor, open_workspace


def read_settings() -> Settings:
    """The settings, with logging set up as they say.

    A command is quiet unless somebody asked for logs: stderr is for its own sentences.

    Raises:
        SettingsInvalid: for a value that is refused.
    """
    settings = load_settings()
    asked = "log_level" in settings.model_fields_set
    configure_logging(settings.log_level if asked else "WARNING", json=not sys.stderr.isatty())
    return settings


def open_books(settings: Settings) -> Workspace:
    """The workspace; in demo mode with its own server, so that nothing leaves this machine."""
    if settings.mode is not Mode.DEMO:
        return open_workspace(settings)
    from ledgersync.demo.opening import open_demo  # noqa: PLC0415  brings a web server along

    return open_demo(settings, lambda step: complain(f"{step} ..."))


@contextmanager
def opened() -> Iterator[tuple[Actor, Workspace]]:
    """The person at this terminal and the open workspace, closed when the command ends."""
    workspace = open_books(read_settings())
    try:
        yield command_actor(workspace), workspace
    finally:
        workspace.close()
