"""The demo firm: the same every day, tying to the cent, with everything that a real feed has."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledgersync.demo.days import EPOCH, is_business_day, paydays, window_start
from ledgersync.demo.firm import DemoFirm
from ledgersync.demo.records import DemoAccount, DemoCoding, DemoTransaction, Scale
from ledgersync.errors import NotFound
from ledgersync.matching.normalise import normalise

TODAY = date(2026, 11, 22)
OCTOBER = (date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture(scope="module")
def firm() -> DemoFirm:
    return DemoFirm(7, TODAY)


def accounts(firm: DemoFirm) -> Iterator[DemoAccount]:
    for client in firm.clients:
        yield from firm.accounts(client.id)


def every_row(firm: DemoFirm) -> Iterator[DemoTransaction]:
    for account_id in firm.account_ids():
        yield from firm.transactions(account_id)


def account_named(firm: DemoFirm, name: str) -> DemoAccount:
    return next(account for account in accounts(firm) if account.name == name)


def test_twelve_clients_with_36_accounts(firm: DemoFirm) -> None:
    assert len(firm.clients) == 12
    assert len(list(accounts(firm))) == len(firm.account_ids()) == 36
    kinds = Counter(account.type for account in accounts(firm))
    assert kinds.keys() == {"checking", "savings", "credit_card"}
    assert len({client.acs_code for client in firm.clients}) == 12
    assert len({account.acs_description for account in accounts(firm)}) == 36


def test_the_special_accounts_are_there(firm: DemoFirm) -> None:
    states = Counter(account.status for account in accounts(firm))
    assert states["broken"] == states["needs_mfa"] == 1
    assert [c.name for c in firm.clients if not firm.accounts(c.id)] == ["Juniper & Oak Pet Supply"]


def test_a_broken_feed_stopped_some_days_ago(firm: DemoFirm) -> None:
    broken = next(account for account in accounts(firm) if account.status == "broken")
    assert broken.balance_date < TODAY - timedelta(days=7)
    assert max(row.date for row in firm.transactions(broken.id)) <= broken.balance_date


@pytest.mark.parametrize("later", [date(2026, 12, 1), date(2027, 4, 30)])
def test_a_month_is_the_same_whatever_today_is(firm: DemoFirm, later: date) -> None:
    other = DemoFirm(7, later)
    for account_id in firm.account_ids():
        assert firm.transactions(account_id, *OCTOBER) == other.transactions(account_id, *OCTOBER)


def test_the_order_of_questions_changes_nothing(firm: DemoFirm) -> None:
    backwards = DemoFirm(7, TODAY)
    for account_id in reversed(backwards.account_ids()):
        assert backwards.transactions(account_id) == firm.transactions(account_id)


def test_another_seed_is_another_history(firm: DemoFirm) -> None:
    account_id = firm.account_ids()[0]
    other = DemoFirm(8, TODAY)
    assert other.transactions(account_id, *OCTOBER) != firm.transactions(account_id, *OCTOBER)
    assert other.clients == firm.clients


def test_ids_are_unique_in_the_whole_firm(firm: DemoFirm) -> None:
    ids = [row.id for row in every_row(firm)]
    assert len(ids) == len(set(ids))
    assert all(row_id.startswith("txn_") for row_id in ids)


def test_rows_lie_in_the_window_and_in_order(firm: DemoFirm) -> None:
    assert firm.start == date(2025, 6, 1)
    for account_id in firm.account_ids():
        days = [row.date for row in firm.transactions(account_id)]
        assert days == sorted(days)
        assert firm.start <= days[0]
        assert days[-1] <= TODAY


@settings(max_examples=60, deadline=None)
@given(
    start=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    end=st.dates(date(2025, 1, 1), date(2027, 1, 1)),
)
def test_a_period_is_a_cut_from_the_window(firm: DemoFirm, start: date, end: date) -> None:
    account_id = firm.account_ids()[0]
    everything = firm.transactions(account_id)
    expected = tuple(row for row in everything if start <= row.date <= end)
    assert firm.transactions(account_id, start, end) == expected


def with_statements(firm: DemoFirm) -> list[DemoAccount]:
    """All accounts but the one whose statements come by mail."""
    return [account for account in accounts(firm) if account.id != "acc_100302"]


def test_one_account_has_its_statements_on_paper(firm: DemoFirm) -> None:
    without = [account for account in accounts(firm) if not firm.statements(account.id)]
    assert [account.name for account in without] == ["Payroll Account"]


def test_every_statement_ties_and_follows_the_one_before(firm: DemoFirm) -> None:
    for account in with_statements(firm):
        statements = firm.statements(account.id)
        assert len(statements) == 17
        assert statements[0].start == firm.start
        for statement in statements:
            rows = firm.transactions(account.id, statement.start, statement.end)
            moved = sum(row.amount for row in rows)
            assert statement.opening_balance + moved == statement.closing_balance
        for before, after in pairwise(statements):
            assert before.closing_balance == after.opening_balance
            assert before.end + timedelta(days=1) == after.start


def test_a_statement_comes_some_days_after_its_month(firm: DemoFirm) -> None:
    account_id = firm.account_ids()[0]
    on_the_first = DemoFirm(7, date(2026, 12, 1)).statements(account_id)
    on_the_fifth = DemoFirm(7, date(2026, 12, 5)).statements(account_id)
    assert on_the_first[-1].end == date(2026, 10, 31)
    assert on_the_fifth[-1].end == date(2026, 11, 30)


def test_the_balance_is_the_last_statement_and_what_posted_since(firm: DemoFirm) -> None:
    for account in with_statements(firm):
        last = firm.statements(account.id)[-1]
        since = firm.transactions(account.id, last.end + timedelta(days=1))
        posted = sum(row.amount for row in since if not row.pending)
        assert account.balance == last.closing_balance + posted


def test_balances_stay_on_the_right_side(firm: DemoFirm) -> None:
    for account in with_statements(firm):
        balance = firm.statements(account.id)[0].opening_balance
        balances = [balance := balance + row.amount for row in firm.transactions(account.id)]
        if account.type == "credit_card":
            assert max(balances) <= 20_000
        else:
            assert min(balances) >= 0


def test_a_card_is_paid_from_checking_one_to_three_days_apart(firm: DemoFirm) -> None:
    for client in firm.clients:
        owned = {account.gl_code: account for account in firm.accounts(client.id)}
        for card in owned.values():
            if card.type != "credit_card":
                continue
            received = [r for r in firm.transactions(card.id, *OCTOBER) if is_transfer(firm, r)]
            assert len(received) == 1
            payer = owned[firm.coding(card.id, received[0].id).gl_code]
            sent = [
                row
                for row in firm.transactions(payer.id, *OCTOBER)
                if firm.coding(payer.id, row.id).gl_code == card.gl_code
            ]
            assert [row.amount for row in sent] == [-received[0].amount]
            assert 1 <= (received[0].date - sent[0].date).days <= 3


def is_transfer(firm: DemoFirm, row: DemoTransaction) -> bool:
    return not firm.coding(row.account_id, row.id).vendor_name


def test_transfers_stand_on_both_sides(firm: DemoFirm) -> None:
    for client in firm.clients:
        moved: dict[int, int] = defaultdict(int)
        for account in firm.accounts(client.id):
            for row in firm.transactions(account.id, *OCTOBER):
                if is_transfer(firm, row):
                    moved[abs(row.amount)] += row.amount
        assert not any(moved.values())
        assert moved or not firm.accounts(client.id)


def test_real_duplicates_have_ids_of_their_own(firm: DemoFirm) -> None:
    rows = list(every_row(firm))
    alike = Counter((r.account_id, r.date, r.description, r.amount) for r in rows)
    twins = [what for what, count in alike.items() if count > 1]
    assert len(twins) >= 20
    assert all(amount < 0 for *_, amount in twins)


def test_refunds_come_back_on_cards(firm: DemoFirm) -> None:
    refunds = [
        row
        for account in accounts(firm)
        if account.type == "credit_card"
        for row in firm.transactions(account.id)
        if row.amount > 0 and not is_transfer(firm, row)
    ]
    assert len(refunds) >= 20


def test_pending_rows_are_few_and_recent_and_post_under_the_same_id(firm: DemoFirm) -> None:
    pending = [row for row in every_row(firm) if row.pending]
    current = {account.id for account in accounts(firm) if account.balance_date == TODAY}
    assert 5 <= len(pending) <= 120
    assert all(
        row.date >= TODAY - timedelta(days=1) for row in pending if row.account_id in current
    )
    later = DemoFirm(7, TODAY + timedelta(days=5))
    posted = {row.id: row for account_id in current for row in later.transactions(account_id)}
    assert not any(posted[row.id].pending for row in pending if row.account_id in current)


def test_check_numbers_run_on_and_one_bank_shortens_them(firm: DemoFirm) -> None:
    operating = account_named(firm, "Practice Checking")
    numbers = sorted(int(r.check_number) for r in firm.transactions(operating.id) if r.check_number)
    assert len(numbers) > 50
    assert all(after == before + 1 for before, after in pairwise(numbers[:-4]))
    shortened = account_named(firm, "General Fund Checking")
    checks = [row.check_number for row in firm.transactions(shortened.id) if row.check_number]
    assert {len(number) for number in checks} == {3}


def test_the_words_of_us_banks_are_there(firm: DemoFirm) -> None:
    texts = [row.description for row in every_row(firm)]
    for words in [
        "SQ *",
        "TST*",
        "PAYPAL *",
        "CHECKCARD ",
        "POS DEBIT ",
        "PURCHASE AUTHORIZED ON ",
        "AMZN MKTP US*",
        "FACEBK *",
        "VZWRLSS*",
        "ACH DEBIT ",
        "PAYMENT THANK YOU",
        "MERCHANT BANKCD",
        "INTEREST PAYMENT",
        "MONTHLY SERVICE FEE",
    ]:
        assert any(words in text for text in texts), words


def test_hostile_words_are_there_and_no_template_is_left(firm: DemoFirm) -> None:
    texts = {row.description for row in every_row(firm)}
    for start in ["=HYPERLINK(", "+1-800", "@HOME"]:
        assert any(text.startswith(start) for text in texts), start
    for part in ["<b>", '"', ",", " & ", "'"]:
        assert any(part in text for text in texts), part
    assert not [text for text in texts if set(text) & set("{}~^") or text != text.strip()]


def test_the_busiest_account_gives_review_something_to_do(firm: DemoFirm) -> None:
    busiest = account_named(firm, "Business Checking")
    assert 250 <= len(firm.transactions(busiest.id, *OCTOBER)) <= 350
    months = [len(firm.transactions(account.id, *OCTOBER)) for account in accounts(firm)]
    assert sum(20 <= rows <= 110 for rows in months) >= 20


def test_every_code_stands_in_its_clients_chart_and_vendor_list(firm: DemoFirm) -> None:
    for client in firm.clients:
        codes = [gl.code for gl in firm.chart(client.id)]
        vendors = {vendor.name: vendor for vendor in firm.vendors(client.id)}
        assert len(codes) == len(set(codes))
        for account in firm.accounts(client.id):
            assert account.gl_code in codes
            for coding in firm.codings(account.id).values():
                assert {coding.gl_code, coding.confirmed_gl} <= set(codes)
                if coding.vendor_name:
                    assert vendors[coding.vendor_name].code == coding.vendor_code


def test_vendor_codes_differ_and_some_are_missing(firm: DemoFirm) -> None:
    for client in firm.clients:
        vendors = firm.vendors(client.id)
        codes = [vendor.code for vendor in vendors if vendor.code]
        assert len(codes) == len(set(codes))
        assert len(vendors) - len(codes) <= 6
    missing = [v.name for c in firm.clients for v in firm.vendors(c.id) if not v.code]
    assert len(missing) >= 10


def test_people_slip_in_about_four_rows_of_a_hundred(firm: DemoFirm) -> None:
    codings = [c for account_id in firm.account_ids() for c in firm.codings(account_id).values()]
    slips = sum(coding.gl_code != coding.confirmed_gl for coding in codings)
    assert 0.03 < slips / len(codings) < 0.05


def test_the_code_depends_on_client_account_and_amount(firm: DemoFirm) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for account in accounts(firm):
        for coding in firm.codings(account.id).values():
            if coding.vendor_name == "Amazon":
                found[account.id].add(coding.gl_code)
    dental = {a.name: a.id for a in firm.accounts("cl_1002")}
    assert found[dental["Visa Signature Business"]] == {"6250", "1500"}
    assert found[dental["Dr. Voss Card"]] == {"3200"}
    assert found[account_named(firm, "Business Visa").id] == {"6260-10", "1500-10"}


BEFORE_OCTOBER = date(2026, 9, 30)
STRANGERS = "One-time Payees"


def first_met(firm: DemoFirm, client_id: str) -> list[tuple[DemoTransaction, DemoCoding]]:
    """The client's rows of October whose vendor it had never had before."""
    rows = [
        (row, firm.codings(account.id)[row.id])
        for account in firm.accounts(client_id)
        for row in firm.transactions(account.id, end=OCTOBER[1])
    ]
    known = {coding.vendor_name for row, coding in rows if row.date <= BEFORE_OCTOBER}
    return [(row, coding) for row, coding in rows if coding.vendor_name not in known]


def test_each_month_brings_vendors_that_only_the_list_knows(firm: DemoFirm) -> None:
    everything = sum(len(firm.transactions(one.id, *OCTOBER)) for one in accounts(firm))
    met = {client.id: first_met(firm, client.id) for client in firm.clients}
    assert 0.04 < sum(map(len, met.values())) / everything < 0.12
    for client in firm.clients:
        listed = {vendor.name for vendor in firm.vendors(client.id)}
        names = {coding.vendor_name for _, coding in met[client.id]}
        assert names <= listed
        assert len(names) >= 3 or not firm.accounts(client.id)


def test_the_usual_code_of_a_new_vendor_is_mostly_right(firm: DemoFirm) -> None:
    right = []
    for client in firm.clients:
        usual = {vendor.name: vendor.default_gl for vendor in firm.vendors(client.id)}
        met = first_met(firm, client.id)
        right += [usual[coding.vendor_name] == coding.gl_code for _, coding in met]
    assert 0.7 < sum(right) / len(right) < 0.97


def test_strangers_come_once_and_have_no_usual_code(firm: DemoFirm) -> None:
    met, again = 0, 0
    for client in firm.clients:
        rows = [
            (row, normalise(row.description).text)
            for account in firm.accounts(client.id)
            for row in firm.transactions(account.id, end=OCTOBER[1])
            if firm.codings(account.id)[row.id].vendor_name == STRANGERS
        ]
        before = {text for row, text in rows if row.date <= BEFORE_OCTOBER}
        new = [text for row, text in rows if row.date > BEFORE_OCTOBER]
        met += len(new)
        again += sum(text in before for text in new)
        listed = {vendor.name: vendor.default_gl for vendor in firm.vendors(client.id)}
        assert listed.get(STRANGERS, "") == ""
    assert met >= 60
    assert again <= met / 10


def test_what_reads_the_same_may_be_coded_in_two_ways(firm: DemoFirm) -> None:
    card = account_named(firm, "Firm Card")
    rides = [
        firm.codings(card.id)[row.id].gl_code
        for row in firm.transactions(card.id)
        if row.description.startswith("UBER") and "EATS" not in row.description
    ]
    assert Counter(rides).keys() == {"6550-00", "6080-00"}
    assert 0.2 < rides.count("6080-00") / len(rides) < 0.5


def test_a_scaled_firm_meets_nobody_new() -> None:
    firm = DemoFirm(7, TODAY, Scale(2, 2, 200))
    names = {vendor.name for client in firm.clients for vendor in firm.vendors(client.id)}
    assert STRANGERS not in names


def test_unknown_ids_are_not_found(firm: DemoFirm) -> None:
    known = firm.account_ids()[0]
    asks: list[Callable[[], object]] = [
        lambda: firm.accounts("cl_9"),
        lambda: firm.chart("cl_9"),
        lambda: firm.transactions("acc_9"),
        lambda: firm.statements("acc_9"),
        lambda: firm.coding(known, "txn_9"),
    ]
    for ask in asks:
        with pytest.raises(NotFound):
            ask()


def test_before_its_epoch_the_firm_has_no_rows() -> None:
    firm = DemoFirm(7, EPOCH - timedelta(days=1))
    assert not list(every_row(firm))


@settings(max_examples=40)
@given(st.dates(EPOCH, date(2040, 1, 1)))
def test_the_window_is_18_months_with_the_current_one(today: date) -> None:
    start = window_start(today)
    assert start.day == 1
    months = (today.year - start.year) * 12 + today.month - start.month + 1
    assert months == 18 or start == EPOCH


def test_paydays_are_business_days_a_fortnight_apart() -> None:
    days = [day for month in range(1, 13) for day in paydays(date(2026, month, 1))]
    assert len(days) == 26
    assert all(map(is_business_day, days))


SCALES = st.builds(Scale, st.integers(1, 4), st.integers(1, 4), st.integers(0, 700))


@settings(max_examples=25, deadline=None)
@given(scale=SCALES, today=st.dates(date(2025, 1, 1), date(2027, 12, 31)))
def test_a_scaled_firm_has_exactly_what_was_asked_for(scale: Scale, today: date) -> None:
    firm = DemoFirm(7, today, scale)
    assert len(firm.clients) == scale.clients
    assert len(firm.account_ids()) == scale.clients * scale.accounts
    for account_id in firm.account_ids():
        rows = firm.transactions(account_id)
        assert len({row.id for row in rows}) == len(rows) == scale.transactions


@settings(max_examples=15, deadline=None)
@given(rows=st.integers(1, 500), today=st.dates(date(2026, 7, 1), date(2027, 12, 31)))
@example(rows=341, today=date(2026, 7, 1))  # June's last purchases are pending on July 1st
def test_scaled_statements_tie_too(rows: int, today: date) -> None:
    firm = DemoFirm(7, today, Scale(1, 2, rows))
    for account in accounts(firm):
        statements = firm.statements(account.id)
        for before, after in pairwise(statements):
            assert before.closing_balance == after.opening_balance
        since = firm.transactions(account.id, statements[-1].end + timedelta(days=1))
        posted = sum(row.amount for row in since if not row.pending)
        assert account.balance == statements[-1].closing_balance + posted


def test_scaled_rows_are_coded_with_the_clients_own_codes() -> None:
    firm = DemoFirm(7, TODAY, Scale(3, 2, 200))
    for client in firm.clients:
        codes = {gl.code for gl in firm.chart(client.id)}
        for account in firm.accounts(client.id):
            assert {coding.gl_code for coding in firm.codings(account.id).values()} <= codes


def test_a_negative_scale_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        Scale(1, -1, 10)
