"""Logging: one JSON line an event on stderr, and one place where secrets are taken out.

Everything goes through that place: our own events, those of the libraries, and exceptions.
"""

import logging
import re
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

MASKED: Final = "[masked]"
MAX_DEPTH: Final = 6
# At DEBUG these write what they send, read or are asked for: URLs, headers, frames, rows.
QUIET_LIBRARIES: Final = (
    "alembic",
    "httpcore",
    "httpx",
    "keyring",
    "sqlalchemy",
    "uvicorn.error",
    "websockets",
)
HARMLESS_NAMES: Final = frozenset({"key_id", "key_ids"})

_SECRET_NAME = re.compile(
    r"passw|passphrase|token|authori[sz]ation|e-?_?mail|secret|cookie|credential"
    r"|(?:^|[_\W]|api|private|master)keys?(?:$|[_\W])|material",
    re.IGNORECASE,
)
# In this order: a later pattern finds nothing left of what an earlier one has masked.
_SECRETS_IN_TEXT: Final = (
    # Bearer abc.def, Basic abc=
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]+", re.IGNORECASE), rf"\1 {MASKED}"),
    # Cookie: a=1; b=2 - the rest of the line
    (
        re.compile(r"\b((?:Proxy-)?Authorization|(?:Set-)?Cookie)(['\"]?\s*[:=]).*", re.IGNORECASE),
        rf"\1\2 {MASKED}",
    ),
    # password='...', "token": "...", api_key=...
    (
        re.compile(
            r"((?:passw(?:or)?d|passphrase|secret|token|(?:api|private|master)[_-]?key)['\"]?"
            r"\s*[:=]\s*)(?:\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*')?[^\s,;&}\])]*",
            re.IGNORECASE,
        ),
        rf"\1{MASKED}",
    ),
    # https://user:password@host
    (re.compile(r"(://)[^\s/@]+@"), rf"\1{MASKED}@"),
    # https://host/path?query#fragment, and /path?name=value without a host
    (re.compile(r"(://(?:(?!://)[^\s?#\"'<>])*+)[?#][^\s\"'<>]*"), rf"\1?{MASKED}"),
    (re.compile(r"\?[^\s\"'<>=?]*=[^\s\"'<>]*"), f"?{MASKED}"),
    # name@firm.com, also URL-encoded
    (
        re.compile(
            r"(?<![\w.!#$%&*+/=^`{|}~-])[\w.!#$%&*+/=^`{|}~'-]++@[\w.-]+"
            r"|(?<![\w.+-])[\w.+-]++%40[\w.-]+",
            re.IGNORECASE,
        ),
        MASKED,
    ),
    # a master key or subkey as base64, a signed web token
    (re.compile(r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{43}=(?!=)"), MASKED),
    (re.compile(r"(?<![\w-])eyJ[\w-]+\.[\w-]+\.[\w-]*"), MASKED),
)


def configure_logging(level: str, *, json: bool = True) -> None:
    """Send every log record to stderr, without secrets; may be called again to change the level.

    `level` is DEBUG, INFO, WARNING or ERROR; `json=False` writes lines for a terminal instead.
    """
    handler = _ToStderr()
    handler.setFormatter(_formatter(json=json))
    root = logging.getLogger()
    for old in [old for old in root.handlers if _writes_to_a_stream(old)]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name in QUIET_LIBRARIES:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_COMMON,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def redact(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take secrets out of an event: by the name of a value, and by what texts look like."""
    return {str(name): _named(str(name), value) for name, value in event.items()}


def masked_text(text: str) -> str:
    """The text without e-mail addresses, tokens, passwords, keys and URL queries."""
    for pattern, replacement in _SECRETS_IN_TEXT:
        text = pattern.sub(replacement, text)
    return text


def _named(name: str, value: object, depth: int = 0) -> object:
    if _SECRET_NAME.search(name) and name not in HARMLESS_NAMES and value is not None:
        return MASKED
    return _masked(value, depth)


def _masked(value: object, depth: int) -> object:
    """The value without secrets, made only of what JSON knows."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return masked_text(value)
    if depth >= MAX_DEPTH or isinstance(value, bytes | bytearray | memoryview):
        return MASKED
    if isinstance(value, Mapping):
        return {masked_text(str(k)): _named(str(k), v, depth + 1) for k, v in value.items()}
    if isinstance(value, Sequence | set | frozenset):
        return [_masked(item, depth + 1) for item in value]
    return masked_text(str(value))


_COMMON: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def _formatter(*, json: bool) -> logging.Formatter:
    renderer: Processor = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        )
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_COMMON,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.StackInfoRenderer(),
            structlog.processors.format_exc_info,  # the traceback, without local variables
            redact,
            renderer,
        ],
    )


class _ToStderr(logging.Handler):
    """Writes to the stderr of the moment, and never shows a record that it could not format."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            line = self.format(record)
        except Exception:  # noqa: BLE001  the standard handler would print the raw arguments
            line = f'{{"event": "A log record of {record.name} could not be written."}}'
        # Without a console, or with a closed pipe, there is nobody to tell.
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.write(f"{line}\n")
            sys.stderr.flush()


def _writes_to_a_stream(handler: logging.Handler) -> bool:
    """Whether it is ours, or one that would write the same records without taking secrets out."""
    return isinstance(handler, _ToStderr) or type(handler) is logging.StreamHandler
