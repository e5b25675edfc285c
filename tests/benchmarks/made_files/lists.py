"""FIRMADMIN lists as rows, with the entries that a reader has to find."""

from dataclasses import dataclass
from random import Random

from ledgersync.domain.firm_lists import ListKind
from tests.benchmarks.made_files.kinds import Facts, Made
from tests.benchmarks.made_files.writing import Dialect, below, spelled

_HEADERS = {
    ListKind.CLIENTS: (
        ("Client Code", "Client Number", "ACS Code"),
        ("Client Name", "Company Name", "Legal Name"),
        ("Status",),
    ),
    ListKind.VENDORS: (
        ("Vendor Code", "Vendor ID", "Vendor #", "Supplier Number"),
        ("Vendor Name", "Name", "Payee Name"),
        ("Default GL Code", "GL Account", "Expense Account"),
    ),
    ListKind.CHART: (
        ("Account", "Account Number", "GL Code", "Acct #"),
        ("Account Description", "Description", "Account Name"),
        ("Type Code", "Account Type", "Category"),
    ),
}
_EXTRA = ("Phone", "Zip", "Notes", "Fax", "Terms", "Contact")
_NAMES = (
    "Harbor & Sons",
    "Café Olé",
    "O'Brien, LLC",
    'The "Mill"',
    "=",
    "Smith; Jones",
    "Ünal GmbH",
)
_CODES = ("{:05d}", "V{:04d}", "{:04d}-00", "{}", "A.{}", "10{:03d}.1")
_THIRD = ("", "", "6010", "0042-00", "A1")


@dataclass(frozen=True)
class ListRows:
    """A header and rows; `entries` are those to be read, `bad` the places of rows to refuse."""

    kind: ListKind
    rows: list[list[str]]
    entries: frozenset[tuple[str, ...]]
    bad: tuple[int, ...]


def list_rows(dice: Random, kind: ListKind, most: int = 2_000) -> ListRows:
    headers = [dice.choice(names) for names in _HEADERS[kind]]
    titles = [spelled(dice, title) for title in headers]
    titles += dice.sample(_EXTRA, dice.randrange(3))
    order = dice.sample(range(len(titles)), len(titles))
    code, worst = dice.choice(_CODES), dice.choice((0.0, 0.0, 0.1))
    rows, entries, bad = [[titles[at] for at in order]], set(), []
    for number in range(below(dice, most)):
        cells = [code.format(number), f"{dice.choice(_NAMES)} {number}".lstrip("= ")]
        cells += [dice.choice(_THIRD), *("1", "2")[: len(titles) - 3]]
        if dice.random() < worst:
            _spoil(dice, cells, number)
            bad.append(len(rows))
        else:
            entries.add(tuple(cells[:3]))
        rows.append([cells[at] for at in order])
    return ListRows(kind, rows, frozenset(entries), tuple(bad))


def _spoil(dice: Random, cells: list[str], number: int) -> None:
    """Make it an entry that can't be taken in."""
    at, text = dice.choice(
        ((1, ""), (1, "=1+1"), (1, "a\x07b"), (0, "7" * 60), (1, "x" * 300), (1, "\u202eb\u200f"))
    )
    cells[at] = f"{text}{number}" if at == 0 else text


def list_file(dice: Random, kind: ListKind) -> Made:
    """A list as delimited text."""
    dialect = Dialect.drawn(dice)
    made = list_rows(dice, kind)
    if dialect.encoding == "cp1252" and any("\u202e" in cell for row in made.rows for cell in row):
        dialect = Dialect(dialect.delimiter, dialect.ending, "utf-8", dialect.quotes_all, False)  # noqa: FBT003  the last field
    data, begins = dialect.write(dice, made.rows)
    facts = Facts(len(made.entries), made.entries, tuple(begins[at] for at in made.bad))
    return Made(data, f"{kind.value}, {dialect}, {len(made.rows) - 1} rows", facts)
