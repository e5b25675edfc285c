"""The probe: asks each operation once and shows the fields it saw beside the profile's.

It is how a profile is fitted to the real API. It reports names and types, never values.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from ledgersync import clock
from ledgersync.bankfeed import census, failures, log_in
from ledgersync.bankfeed.access import Credentials, Token
from ledgersync.bankfeed.census import Census, Check, Expected
from ledgersync.bankfeed.client import Feed, Session, period_params
from ledgersync.bankfeed.documents import Malformed, kind, parse
from ledgersync.bankfeed.paths import MISSING, find
from ledgersync.bankfeed.profiles import Profile, Refresh
from ledgersync.domain.periods import Period
from ledgersync.errors import FeedError, LogInRefused

TEXT = frozenset({"text"})
NUMBER = frozenset({"a number"})
TEXT_OR_NUMBER = TEXT | NUMBER
_TYPES = {
    "id": TEXT_OR_NUMBER,
    "mask": TEXT_OR_NUMBER,
    "check_number": TEXT_OR_NUMBER,
    "amount": TEXT_OR_NUMBER,
    "debit": TEXT_OR_NUMBER,
    "credit": TEXT_OR_NUMBER,
    "balance": TEXT_OR_NUMBER,
    "opening_balance": TEXT_OR_NUMBER,
    "closing_balance": TEXT_OR_NUMBER,
    "pending": TEXT | {"true or false"},
}
_DATES = frozenset({"date", "balance_date", "start_date", "end_date"})
_NO_ID = "Not asked: the list before it showed no id to ask with."
_UNUSED = {
    "negative_is_money_out": {"debit", "credit", "type"},
    "positive_is_money_out": {"debit", "credit", "type"},
    "debit_credit_fields": {"amount", "type"},
    "type_field": {"debit", "credit"},
}


@dataclass(frozen=True, slots=True)
class Operation:
    """What one operation showed; `problem` says why it could not be asked or read.

    Nothing depends on one that is `optional`.
    """

    name: str
    path: str
    problem: str = ""
    rows: int = 0
    around: tuple[Check, ...] = ()
    fields: tuple[Check, ...] = ()
    seen: tuple[tuple[str, tuple[str, ...], int], ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ProbeReport:
    """All that was asked and what was not; `refusal` where LedgerSync refused the log-in itself."""

    operations: tuple[Operation, ...]
    not_tried: tuple[str, ...]
    refusal: LogInRefused | None = None


def probe(feed: Feed, credentials: Callable[[], Credentials]) -> ProbeReport:
    """Log in once, then ask for one page of each list; what fails is part of the report."""
    profile = feed.profile
    first, got = _log_in(feed, credentials())
    if not isinstance(got, Token):
        refusal = got if isinstance(got, LogInRefused) else None
        return ProbeReport((first,), ("everything after the log-in",), refusal)
    with feed.session(credentials, got) as session:
        return ProbeReport((first, *_after_log_in(session, profile)), tuple(_not_tried(profile)))


def _not_tried(profile: Profile) -> Iterator[str]:
    """What stays unproven, so that nobody takes silence for a fit."""
    yield "more than the first page of each list, of one client and one of its bank accounts"
    if profile.statements is None:
        yield "statements: the profile has no [statements] section"
    if profile.refresh is None:
        yield "refresh: the profile has no [refresh] section"
    else:
        yield f"refresh.path: POST {profile.refresh.path} would make LedgerSync ask the bank"


def _log_in(feed: Feed, credentials: Credentials) -> tuple[Operation, Token | FeedError]:
    auth = feed.profile.auth
    try:
        answer = feed.portal.call(feed.answer_to, credentials)
        document = parse(answer.body)
    except FeedError as error:
        return Operation("log in", auth.path, str(error)), error
    except Malformed:
        failure = failures.malformed(log_in.LABEL)
        return Operation("log in", auth.path, str(failure)), failure
    expected = [Expected("auth.token_field", auth.token_field, TEXT)]
    if auth.expires_in_field:
        expected.append(
            Expected("auth.expires_in_field", auth.expires_in_field, TEXT_OR_NUMBER, optional=True)
        )
    seen = census.take([document])
    around = tuple(_check(field, [document], seen) for field in expected)
    got: Token | FeedError
    try:
        got, problem = log_in.read_token(answer, auth), ""
    except FeedError as error:
        got, problem = error, str(error)
    return Operation("log in", auth.path, problem, 0, around, (), _table(seen)), got


def _after_log_in(session: Session, profile: Profile) -> Iterator[Operation]:
    clients, rows = _list(session, profile, "clients", {}, {})
    yield clients
    ids = _first_id(rows, profile.clients.fields_.id, "client_id")
    accounts, rows = _list(session, profile, "accounts", ids, {})
    yield accounts
    ids |= _first_id(rows, profile.accounts.fields_.id, "account_id")
    today = clock.today()
    params = period_params(profile, Period(today - timedelta(days=30), today))
    yield _list(session, profile, "transactions", ids, params)[0]
    if profile.statements:
        yield _list(session, profile, "statements", ids, {})[0]
    if profile.refresh:
        yield _refresh_status(session, profile.refresh, ids)


def _refresh_status(session: Session, section: Refresh, ids: dict[str, str]) -> Operation:
    """How the newest refresh of the account went; there may never have been one."""
    name, path = "refresh status", section.status_path
    if "account_id" not in ids:
        return Operation(name, path, _NO_ID, optional=True)
    try:
        document = session.peek("the state of a refresh", path, ids, {}, paged=False)
    except FeedError as error:
        return Operation(name, path, str(error), optional=True)
    seen = census.take([document])
    expected = Expected("refresh.status_field", section.status_field, TEXT, optional=True)
    around = (_check(expected, [document], seen),)
    return Operation(name, path, around=around, seen=_table(seen), optional=True)


def _list(
    session: Session, profile: Profile, name: str, ids: dict[str, str], params: dict[str, str]
) -> tuple[Operation, list[object]]:
    path: str = getattr(profile, name).path
    needed = "client_id" if name == "accounts" else "account_id"
    if name != "clients" and needed not in ids:
        return Operation(name, path, _NO_ID), []
    try:
        document = session.peek(f"the list of {name}", path, ids, params)
    except FeedError as error:
        return Operation(name, path, str(error)), []
    return _reported(profile, name, path, document)


def _reported(
    profile: Profile, name: str, path: str, document: object
) -> tuple[Operation, list[object]]:
    items = find(document, profile.paging.items_field)
    rows = items if isinstance(items, list) else []
    outer, inner = census.take([document]), census.take(rows)
    around = tuple(_check(field, [document], outer) for field in _paging(profile))
    fields = tuple(_check(field, rows, inner) for field in _fields(profile, name)) if rows else ()
    seen = _table(inner) if rows else _table(outer)
    return Operation(name, path, "", len(rows), around, fields, seen), rows


def _paging(profile: Profile) -> list[Expected]:
    paging = profile.paging
    expected = [Expected("paging.items_field", paging.items_field, frozenset({"a list"}))]
    if paging.total_field:
        expected.append(
            Expected("paging.total_field", paging.total_field, TEXT_OR_NUMBER, optional=True)
        )
    if paging.style == "cursor":
        expected.append(
            Expected("paging.next_field", paging.next_field, TEXT_OR_NUMBER, optional=True)
        )
    return expected


def _fields(profile: Profile, name: str) -> list[Expected]:
    section = getattr(profile, name)
    unused = _UNUSED[profile.transactions.amount_sign] if name == "transactions" else set()
    dates = NUMBER | TEXT if profile.transactions.date_format == "epoch_ms" else TEXT
    required = {"id", "name", "date", "description", "amount", "debit", "credit", "start_date"}
    return [
        Expected(
            f"{name}.fields.{key}",
            path,
            dates if key in _DATES else _TYPES.get(key, TEXT),
            optional=key not in required,
        )
        for key, path in section.fields_.model_dump().items()
        if path and key not in unused
    ]


def _check(field: Expected, values: list[object], seen: Census) -> Check:
    found = (find(value, field.path) for value in values)
    return census.check(field, seen, [kind(value) for value in found if value is not MISSING])


def _first_id(rows: list[object], path: str, name: str) -> dict[str, str]:
    found = (find(row, path) for row in rows)
    return next(({name: str(value)} for value in found if isinstance(value, str) and value), {})


def _table(seen: Census) -> tuple[tuple[str, tuple[str, ...], int], ...]:
    return tuple((path, tuple(sorted(types)), types.total()) for path, types in seen.items())


def lines(report: ProbeReport) -> Iterator[str]:
    """The report as lines of plain text."""
    for operation in report.operations:
        yield f"{operation.name}: {operation.path}"
        if operation.problem:
            yield f"  PROBLEM{', optional' if operation.optional else ''}  {operation.problem}"
        for item in (*operation.around, *operation.fields):
            yield f"  {_verdict(item)}"
        if operation.seen:
            counted = f" in {operation.rows} rows" if operation.rows else ""
            yield f"  Seen{counted}:"
        for path, types, count in operation.seen:
            yield f"    {path}: {' or '.join(types)} ({count})"
        yield ""
    yield "Not tried:"
    for what in report.not_tried:
        yield f"  {what}"


def _verdict(item: Check) -> str:
    expected = item.expected
    line = f"{item.verdict.value:<10} {expected.key} = {expected.path or '(the answer itself)'}"
    if item.verdict is census.Verdict.FOUND:
        return line
    if item.verdict is census.Verdict.OTHER_TYPE:
        wanted = " or ".join(sorted(expected.types))
        return f"{line}: {' or '.join(item.types)}, where {wanted} is expected"
    hint = f"; did you mean {item.suggestion}?" if item.suggestion else ""
    return f"{line}{' (optional)' if expected.optional else ''}{hint}"
