import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledgersync.domain.periods import Period
from ledgersync.exports.names import file_name

OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))
HASH = "1a2b3c4d" + "0" * 56


def name_of(
    client: str = "Oak Hill Dental",
    bank: str = "First Bank Checking ...4821",
    extension: str = "xlsx",
    watermark: str = "",
) -> str:
    return file_name(client, bank, OCTOBER, 7, HASH, extension, watermark)


def test_a_name_says_client_bank_period_batch_and_hash() -> None:
    assert name_of() == (
        "Oak-Hill-Dental_First-Bank-Checking-4821_2026-10-01_2026-10-31_0007_1a2b3c4d.xlsx"
    )


def test_a_demo_name_starts_with_the_watermark() -> None:
    assert name_of(watermark="DEMO").startswith("DEMO_Oak-Hill-Dental_")


@pytest.mark.parametrize(
    ("client", "start"),
    [
        ("Café Müller & Søn", "Cafe-Muller-and-Son_"),
        ("../../etc/passwd", "etc-passwd_"),
        ("C:\\Windows\\x", "C-Windows-x_"),
        (".hidden", "hidden_"),
        ("-rf", "rf_"),
        ("CON", "CON_First"),
        ("con.aux", "con-aux_First"),
        ("日本", "Client_"),
        ("", "Client_"),
    ],
)
def test_a_client_name_is_data_never_a_path(client: str, start: str) -> None:
    assert name_of(client=client).startswith(start)


def test_a_bank_without_plain_letters_is_called_bank() -> None:
    assert "_Bank_2026-10-01" in name_of(bank="銀行")


def test_long_names_are_cut_and_the_rest_of_the_name_is_kept() -> None:
    name = name_of(client="C" * 300, bank="B" * 300, extension="zip")
    assert len(name) == 120
    assert name.endswith("_2026-10-01_2026-10-31_0007_1a2b3c4d.zip")
    assert re.match("C{30,}_B{30,}_", name)


@pytest.mark.parametrize("mask", ["4821", "9"])
def test_accounts_with_long_names_stay_apart_by_their_number(mask: str) -> None:
    name = name_of(client="C" * 300, bank=f"{'Harbor Community Credit Union ' * 5}...{mask}")
    assert len(name) == 120
    assert re.search(rf"_Harbor-Community-Cred[A-Za-z-]*[A-Za-z]-{mask}_2026-10-01_", name)


def test_an_extension_is_taken_with_or_without_its_dot_and_must_be_plain() -> None:
    assert name_of(extension=".csv").endswith(".csv")
    with pytest.raises(ValueError, match="not a file extension"):
        name_of(extension="csv/../x")


@given(
    client=st.text(max_size=200),
    bank=st.text(max_size=200),
    number=st.integers(0, 10**20),
    sha256=st.text(max_size=64),
    start=st.dates(),
    extension=st.sampled_from(["xlsx", "csv", "zip"]),
    watermark=st.sampled_from(["", "DEMO"]),
)
def test_every_name_is_safe_on_every_system(  # noqa: PLR0917  the parts of a name
    client: str, bank: str, number: int, sha256: str, start: date, extension: str, watermark: str
) -> None:
    period = Period(start, start)
    name = file_name(client, bank, period, number, sha256, extension, watermark)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_-]*\.[a-z]+", name)
    assert len(name) <= 120
    assert name.endswith(f".{extension}")
    device = r"(?i)(con|prn|aux|nul|com\d|lpt\d)"
    assert not re.fullmatch(device, name.partition(".")[0])
    assert f"_{start}_{start}_" in name
