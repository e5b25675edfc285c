"""clients, accounts, transactions: what is stored, as tables for people or JSON for programs."""

import typer

from ledgersync import money
from ledgersync.commands.choosing import chosen_account, chosen_client
from ledgersync.commands.opening import opened
from ledgersync.commands.options import (
    AccountOption,
    ClientOption,
    FromOption,
    JsonOption,
    ToOption,
    period,
)
from ledgersync.commands.output import say, say_json, table
from ledgersync.domain.clients import BankAccount, Client
from ledgersync.domain.transactions import Transaction
from ledgersync.services import reviewing

app = typer.Typer(rich_markup_mode=None)

_TEXT_SHOWN = 48
_CLIENT_KEYS = ("id", "source_id", "name", "email", "status", "accounts")
_ACCOUNT_KEYS = (
    *("id", "source_id", "name", "institution", "mask", "type", "currency"),
    *("balance", "balance_date", "feed_status"),
)


@app.command()
def clients(*, as_json: JsonOption = False) -> None:
    """List the clients.

    The keys of --json, a list: id, source_id (LedgerSync's id), name, email, status, accounts.
    Options of other commands take either id.
    """
    with opened() as (actor, workspace):
        everyone = [c for c in reviewing.list_clients(actor, workspace) if not c.removed]
    if as_json:
        say_json([_client(client) for client in everyone])
        return
    rows = [[str(value) for value in _client(client).values()] for client in everyone]
    say(table(_CLIENT_KEYS, rows, numbers=("accounts",)))


@app.command()
def accounts(client: ClientOption, *, as_json: JsonOption = False) -> None:
    """List a client's bank accounts.

    The keys of --json, a list: id, source_id, name, institution, mask, type, currency, balance (a
    string such as "-42.17", or null), balance_date (or null), feed_status (active, broken,
    needs_mfa, other, not_given).
    """
    with opened() as (actor, workspace):
        found = reviewing.list_accounts(
            actor, workspace, chosen_client(actor, workspace, client).id
        )
    documents = [_account(account) for account in found if not account.removed]
    if as_json:
        say_json(documents)
        return
    rows = [[str(value or "") for value in document.values()] for document in documents]
    say(table(_ACCOUNT_KEYS, rows, numbers=("balance",)))


@app.command()
def transactions(
    client: ClientOption,
    account: AccountOption,
    start: FromOption = None,
    end: ToOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """List a bank account's transactions.

    The keys of --json, a list by date: id, source_id, date, description, amount (a string,
    negative is money out), currency, check_number, payee, vendor_code, vendor_name, gl_code,
    method (rule, ai, semantic, manual, none), confidence (a number or null), why, status
    (to_review, reviewed, excluded, exported, problem). A split transaction has an empty gl_code,
    and one more key, split: a list of gl_code, amount and memo.
    """
    days = period(start, end)
    with opened() as (actor, workspace):
        _, found = chosen_account(actor, workspace, client, account)
        rows = reviewing.review_sheet(actor, workspace, found.id, days).rows
    if as_json:
        say_json([_transaction(row) for row in rows])
        return
    headers = ("date", "amount", "description", "check", "vendor", "gl_code", "status")
    say(table(headers, [_as_row(row) for row in rows], numbers=("amount",)))
    total = money.plain(sum(row.amount for row in rows))
    say(f"{len(rows):,} transactions, {days.words()}, sum {total}.")


def _client(client: Client) -> dict[str, object]:
    return {key: getattr(client, key) for key in _CLIENT_KEYS}


def _account(account: BankAccount) -> dict[str, object]:
    balance, on = account.balance, account.balance_date
    return {key: getattr(account, key) for key in _ACCOUNT_KEYS} | {
        "balance": None if balance is None else money.plain(balance),
        "balance_date": on.isoformat() if on else None,
        "feed_status": account.feed_status.value,
    }


def _transaction(row: Transaction) -> dict[str, object]:
    return {
        "id": row.id,
        "source_id": row.source_id,
        "date": row.date.isoformat(),
        "description": row.description,
        "amount": money.plain(row.amount),
        "currency": row.currency,
        "check_number": row.check_number,
        "payee": row.payee,
        "vendor_code": row.vendor_code,
        "vendor_name": row.vendor_name,
        "gl_code": row.gl_code,
        "method": row.method.value,
        "confidence": row.confidence,
        "why": row.why,
        "status": row.status.value,
    } | _split(row)


def _split(row: Transaction) -> dict[str, object]:
    if not row.split:
        return {}
    lines = [
        {"gl_code": line.gl_code, "amount": money.plain(line.amount), "memo": line.memo}
        for line in row.split
    ]
    return {"split": lines}


def _as_row(row: Transaction) -> tuple[str, ...]:
    return (
        f"{row.date:%m/%d/%Y}",
        money.plain(row.amount),
        row.description[:_TEXT_SHOWN],
        row.check_number,
        row.vendor_name[:_TEXT_SHOWN],
        "split" if row.split else row.gl_code,
        row.status.value,
    )
