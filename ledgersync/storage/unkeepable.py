"""Values that no column holds: told to whoever sent them, not as a fault of the database."""

from sqlalchemy import Engine, ExceptionContext, event

from ledgersync.errors import InvalidInput

# PostgreSQL's codes: a number or a day out of range, bytes or an escape that are no character.
_CODES = frozenset({"22003", "22008", "22021", "22P05"})
_LIMITS = "54"  # the class of what is too long or too much, such as an entry of an index
# What the drivers and SQLite say where there is no code.
_WORDS = ("cannot contain NUL", "pattern too complex", "string or blob too big")


def refuse_unkeepable(engine: Engine) -> None:
    """Let a statement whose values can't be kept or looked for raise InvalidInput."""

    @event.listens_for(engine, "handle_error")
    def _refuse(context: ExceptionContext) -> None:
        if _is_of_the_values(context.original_exception):
            raise InvalidInput(
                "The database can't keep one of these texts or numbers: it is far too long, or "
                "holds signs that are no letters.",
                "Nothing was saved. Shorten it or type it anew, then try again.",
            ) from None


def _is_of_the_values(error: BaseException) -> bool:
    if isinstance(error, UnicodeEncodeError | OverflowError):
        return True
    code = getattr(error, "sqlstate", None)
    if code:
        return code in _CODES or code.startswith(_LIMITS)
    return any(words in str(error) for words in _WORDS)
