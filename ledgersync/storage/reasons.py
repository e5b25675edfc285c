"""What databases say when they can't do their work, and what it means to a person.

Of a statement, PostgreSQL tells a code; when it lets nobody in there are only its words, in the
server's language. They are kept as details, for whoever runs it.
"""

import re

from sqlalchemy.exc import DatabaseError, InterfaceError, OperationalError

from ledgersync.errors import DatabaseUnavailable

_LONGEST_WORDS = 300
_AGAIN = "Nothing was saved. Try again in a moment."
_AWAY = "The database does not answer."
_POOLER = "The pooler before the database mixes up what its users have prepared or set."

# Words of SQLite and codes of PostgreSQL.
_REASONS = {
    ("is locked", "55P03", "40P01", "40001"): (
        "The database is busy with another change and did not answer in time.",
        _AGAIN,
    ),
    ("is full", "53100"): (
        "The disk that holds the database is full.",
        "Nothing was saved. Free some space, then try again.",
    ),
    ("disk I/O error", "58030"): (
        "The disk that holds the database did not take what was written, or did not give it back.",
        "Nothing was saved. Check that it has space and is in order, then try again.",
    ),
    ("malformed", "not a database", "XX001", "XX002"): (
        "The database file is damaged.",
        "Restore the newest backup; see Help.",
    ),
    ("readonly", "unable to open"): (
        "The database file can't be written to.",
        "Nothing was saved. Check the permissions of its folder, then try again.",
    ),
    ("25006",): (
        "The database is one that takes no changes: a standby, or set to a read-only transaction.",
        (
            "Nothing was saved. Name the main server in its address, or let its administrator set "
            "default_transaction_read_only to off."
        ),
    ),
    ("53200",): (
        "The database server has no memory left.",
        "Nothing was saved. Try again in a moment; if it stays, tell its administrator.",
    ),
    ("57014",): (
        "The database broke off what takes longer than its statement_timeout allows.",
        (
            "Nothing was saved. Try again; if it stays, let its administrator allow this program's "
            "user more."
        ),
    ),
    ("25P03", "25P04", "57P05"): (
        "The database ended a session that took longer than its time-outs allow.",
        (
            "Nothing was saved. Try again; if it stays, let its administrator allow this program's "
            "user more: idle_in_transaction_session_timeout, transaction_timeout."
        ),
    ),
    ("26000", "42P05"): (
        _POOLER,
        (
            "Nothing was saved. Name the database server itself in the address, or let the pooler "
            "work with pool_mode = session."
        ),
    ),
    ("42501",): (
        "The database's user may not do what this program needs.",
        (
            "Nothing was saved. Let the database's administrator make that user the owner: ALTER "
            "DATABASE ... OWNER TO ..., and of what is in it."
        ),
    ),
    ("3F000",): (
        "The database has no schema for this program's tables.",
        (
            "Nothing was saved. Let its administrator set one that exists: ALTER DATABASE ... SET "
            "search_path = public."
        ),
    ),
}
# What the words are for whoever grants rights; those of other codes may quote what people typed.
_TELLING = {"42501", "3F000"}

# Patterns for the words of PostgreSQL and its client when nobody is let in, where in English.
_REFUSALS = {
    (
        "failed to resolve host",
        "Connection refused",
        "No such file or directory",
        "timeout expired",
        "No route to host",
        "unreachable",
        "closed the connection",
        "database system is",
    ): (_AWAY, "Nothing was saved. Check that it is running, then try again."),
    ("password authentication failed", "no password supplied"): (
        "The database does not take the user or the password.",
        (
            "Correct them in its address; in a password there, write @ as %40, : as %3A, / as %2F "
            "and % as %25."
        ),
    ),
    ("too many", "remaining connection slots"): (
        "The database has as many connections as it takes.",
        (
            "Nothing was saved. Try again in a moment; if it stays, let its administrator raise "
            "max_connections."
        ),
    ),
    ("startup parameter",): (
        "The pooler before the database does not take what this program sets.",
        (
            "Set ignore_startup_parameters = options in the pooler, or name the database server "
            "itself in the address."
        ),
    ),
    (r"FATAL: .* does not exist",): (
        "The database server knows no such database or user.",
        "Create it with createdb --owner, or correct the address.",
    ),
}
_ANY_REFUSAL = (
    "The database does not let this program in.",
    (
        "Check that it is running, and the user, the password and all else in its address, then "
        "try again."
    ),
)


def unavailable(error: BaseException | None) -> DatabaseUnavailable | None:
    """The error for what a database said when it could not do its work; None for all else."""
    code = getattr(error, "sqlstate", None)
    said = code or str(error)
    for signs, (sentence, next_step) in _REASONS.items():
        if any(sign in said for sign in signs):
            details = f"({_one_line(str(error))}.)" if code in _TELLING else ""
            return DatabaseUnavailable(sentence, next_step, details)
    return None


def away(error: DatabaseError) -> DatabaseUnavailable | None:
    """The error for a database that does not answer; None for all else."""
    if not (error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)):
        return None
    return DatabaseUnavailable(
        _AWAY, "Nothing was saved. Check that it is running, then try again."
    )


def refused(error: BaseException, place: str) -> DatabaseUnavailable:
    """The error for a database that let nobody in, with its own words as details."""
    said = str(error)
    found = (told for signs, told in _REFUSALS.items() if re.search("|".join(signs), said))
    sentence, next_step = next(found, _ANY_REFUSAL)
    words = said.splitlines()[0].rpartition(" failed: ")[2]
    return DatabaseUnavailable(sentence, next_step, f"({place}: {_one_line(words)}.)")


def _one_line(words: str) -> str:
    return " ".join(words.partition("\nLINE ")[0].split())[:_LONGEST_WORDS].rstrip(".")
