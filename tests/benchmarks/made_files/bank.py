"""Files of bank transactions in many dialects, with the sum that a reader has to find."""

from datetime import date, timedelta
from random import Random

from tests.benchmarks.made_files.kinds import Facts, Made
from tests.benchmarks.made_files.writing import Dialect, below, spelled

_DATES = ("Date", "Transaction Date", "Posting Date", "Posted Date", "Txn Date", "Booking Date")
_DESCRIPTIONS = ("Description", "Bank Description", "Details", "Narrative", "Original Description")
_AMOUNTS = ("Amount", "Transaction Amount", "Amt", "Amount (USD)")
_EXTRA = ("Client", "Bank Account", "Vendor Code", "GL Code", "Balance", "Reference #", "Category")
_DAYS = (
    *("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%m/%d/%Y", "%m-%d-%y", "%m.%d.%Y", "%b %d, %Y"),
    *("%d-%b-%y", "%d %B %Y", "%Y-%m-%dT%H:%M:%S", "%m/%d/%Y 12:30 PM", "%d/%m/%Y"),
)
_DAY_FIRST = "%d/%m/%Y"
_TEXTS = (
    *("SQ *COFFEE", "AMZN MKTP US*2K4", "CHECK 1042", 'SAY "HI" LLC', "CAFÉ OLÉ", "A, B; C", "O'S"),
    *("=1+1", "two\nlines", "-", "", "\u202eTXET LTR", "¥€$ £", "x" * 300, "12.50", "a|b\tc"),
)
NO_DATES = ("0000-00-00", "2026-02-30", "soon", "", "9999-99-99", "45292", "NaN", "2026-13-01")
NO_AMOUNTS = (
    *("1e9999", "NaN", "inf", "", "1.234,50", "12,34", "(5", "--5", "€5 GBP", "0x10", "1.005"),
    *("9" * 400, "1,2,3", "$$5", "(-5)", "\u0665", "1" * 16, "1 234,50", "$", "()", "5%", "1/2"),
)


def bank_file(dice: Random) -> Made:
    """A file whose good rows add up to a known sum, among rows that can't be read."""
    dialect = Dialect.drawn(dice)
    columns = [dice.choice(_DATES), dice.choice(_DESCRIPTIONS), dice.choice(_AMOUNTS)]
    columns += dice.sample(_EXTRA, dice.randrange(4))
    order = dice.sample(range(len(columns)), len(columns))
    day_format, worst = dice.choice(_DAYS), dice.choice((0.0, 0.0, 0.05, 0.4))
    records, cents, bad = [[spelled(dice, columns[at]) for at in order]], 0, []
    for number in range(below(dice, 2_000)):
        cells, amount = _row(dice, day_format, len(columns), first=number == 0)
        if number and dice.random() < worst:
            _spoil(dice, cells)
            bad.append(len(records))
        else:
            cents += amount
        records.append([cells[at] for at in order])
    data, begins = dialect.write(dice, records)
    facts = Facts(len(records) - 1 - len(bad), cents, tuple(begins[at] for at in bad))
    return Made(data, f"{dialect}, {day_format}, {len(records) - 1} rows", facts)


def _row(dice: Random, day_format: str, width: int, *, first: bool) -> tuple[list[str], int]:
    """Cells and cents; the first row's date can be meant in one way only."""
    day = date(2026, 1, 13) if first else date(1970, 1, 1) + timedelta(dice.randrange(30_000))
    cents = dice.choice((1, -1)) * below(dice, 10 ** dice.randrange(1, 14))
    cells = [day.strftime(day_format), dice.choice(_TEXTS), written_amount(dice, cents)]
    return cells + [dice.choice(_TEXTS) for _ in range(width - len(cells))], cents


def written_amount(dice: Random, cents: int) -> str:
    """An amount in one of the ways that banks write it."""
    size, out = f"{abs(cents) / 100:.2f}", cents < 0
    size = dice.choice((size, f"{abs(cents) // 100:,}.{abs(cents) % 100:02d}"))
    if out:
        return dice.choice((f"-{size}", f"-${size}", f"({size})", f"({size} )", f"{size}-"))
    return dice.choice((size, f"${size}", f"+{size}", f" {size} ", f"$ {size}", f"{size}0"))


def _spoil(dice: Random, cells: list[str]) -> None:
    """Make the date or the amount of a row one that nobody can read."""
    if dice.random() < 0.5:
        cells[0] = dice.choice(NO_DATES)
    else:
        cells[2] = dice.choice(NO_AMOUNTS)
