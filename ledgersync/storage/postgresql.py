"""Sessions of a PostgreSQL server: what each is told, and what is said where none can begin."""

from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, Dialect

from ledgersync.errors import DatabaseUnavailable
from ledgersync.storage.addresses import place
from ledgersync.storage.reasons import refused

_CONNECT_SECONDS = 5
_POOLED = "pooled"


def engine(url: URL, busy_timeout_ms: int) -> Engine:
    """An engine whose sessions wait for locks only so long, whatever the server's settings are."""
    told = {"connect_timeout": _CONNECT_SECONDS, "options": _options(url, busy_timeout_ms)}
    made = create_engine(
        url.difference_update_query(["options"]),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=10,
        connect_args={
            **{name: value for name, value in told.items() if name not in url.query},
            "options": told["options"],
            "client_encoding": "UTF8",
        },
    )
    _listen(made, url, busy_timeout_ms)
    return made


def _options(url: URL, busy_timeout_ms: int) -> str:
    """Ours, then those of the address, which go before them."""
    ours = f"-c lock_timeout={busy_timeout_ms} -c timezone=UTC -c datestyle=ISO"
    return " ".join((ours, *url.normalized_query.get("options", ())))


def is_pooled(tx: Connection) -> bool:
    """Whether a pooler stands between this program and the server."""
    return bool(tx.info.get(_POOLED))


def _listen(made: Engine, url: URL, busy_timeout_ms: int) -> None:
    # DBAPI connections have no type.
    @event.listens_for(made, "do_connect")
    def _connect(dialect: Dialect, _record: object, args: Any, told: Any) -> Any:  # noqa: ANN401
        try:
            return dialect.connect(*args, **told)
        except dialect.loaded_dbapi.Error as error:
            raise refused(error, place(url)) from None

    @event.listens_for(made, "connect")
    def _look(connection: Any, record: Any) -> None:  # noqa: ANN401
        _refuse_other_encodings(connection, url)
        # A pooler hands each transaction to another session, and has a process id of its own.
        [pid] = connection.execute("SELECT pg_backend_pid()").fetchone()
        connection.rollback()
        record.info[_POOLED] = pid != connection.info.backend_pid
        if record.info[_POOLED]:
            connection.prepare_threshold = None

    @event.listens_for(made, "begin")
    def _begin(connection: Connection) -> None:
        if connection.info[_POOLED]:
            # Of a session that others used before, nothing is taken as it is.
            connection.exec_driver_sql(
                f"SET LOCAL lock_timeout = {busy_timeout_ms}; SET LOCAL datestyle = 'ISO'; "
                "SET LOCAL search_path TO DEFAULT"
            )

    @event.listens_for(made, "checkin")
    def _forget(connection: Any, _record: object) -> None:  # noqa: ANN401
        # SQLAlchemy leaves "not only reading", which a standby refuses in words of its own.
        if connection is not None and not connection.closed:
            connection.read_only = None


def _refuse_other_encodings(connection: Any, url: URL) -> None:  # noqa: ANN401  DBAPI connections have no type
    encoding = connection.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseUnavailable(
            f"The database {url.database} keeps texts as {encoding}, which can't hold the "
            "signs of every name.",
            "Create one with createdb --encoding=UTF8 --template=template0, and name it in "
            "LEDGERSYNC_DATABASE_URL.",
        )
