"""Profiles: every key is read, and a wrong one is one line that names it."""

import re
import tomllib
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from ledgersync.bankfeed.profiles import DEFAULT_PROFILE, Profile, load_profile
from ledgersync.errors import ProfileInvalid
from tests.bankfeed.feeds import write_profile

DEFAULT = DEFAULT_PROFILE.read_text(encoding="utf-8")
VALUES = tomllib.loads(DEFAULT)


REQUIRED = [
    "base_url",
    "auth__path",
    "auth__token_field",
    "paging__style",
    "paging__page_param",
    "clients__path",
    "clients__fields__id",
    "clients__fields__name",
    "accounts__path",
    "accounts__fields__id",
    "accounts__fields__name",
    "transactions__path",
    "transactions__amount_sign",
    "transactions__fields__date",
    "transactions__fields__description",
    "transactions__fields__amount",
    "statements__path",
    "statements__fields__start_date",
    "statements__fields__end_date",
    "refresh__path",
    "refresh__status_path",
]
SECTIONS = [
    *("auth", "paging", "clients", "accounts", "transactions"),
    *("clients__fields", "accounts__fields", "transactions__fields", "statements__fields"),
]


def written(values: dict[str, Any], prefix: str = "") -> str:
    """TOML for nested tables of text and numbers."""
    scalars = {key: value for key, value in values.items() if not isinstance(value, dict)}
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    text = f"[{prefix}]\n" if prefix else ""
    text += "".join(f"{key} = {value!r}\n".replace("'", '"') for key, value in scalars.items())
    return text + "".join(
        written(table, f"{prefix}.{key}" if prefix else key) for key, table in tables.items()
    )


def changed(**keys: Any) -> dict[str, Any]:
    """The default's values with dotted keys replaced; None takes a key out."""
    values = deepcopy(VALUES)
    for key, value in keys.items():
        *tables, last = key.split("__")
        target = values
        for table in tables:
            target = target[table]
        if value is None:
            del target[last]
        else:
            target[last] = value
    return values


def loaded(folder: Path, values: dict[str, Any]) -> Profile:
    return load_profile(write_profile(folder, written(values)))


def refusal(folder: Path, content: str) -> str:
    with pytest.raises(ProfileInvalid) as caught:
        load_profile(write_profile(folder, content))
    assert "\n" not in str(caught.value)
    assert "profile.toml" in caught.value.sentence
    return caught.value.sentence


def every_key(values: dict[str, Any], prefix: str = "") -> Iterator[str]:
    for key, value in values.items():
        name = f"{prefix}__{key}" if prefix else key
        yield name
        if isinstance(value, dict):
            yield from every_key(value, name)


def test_default_profile_loads_with_every_key() -> None:
    profile = load_profile()
    assert profile.model_dump(by_alias=True) == VALUES


def test_api_url_replaces_the_base() -> None:
    assert load_profile(None, "http://127.0.0.1:9000/v2/").base_url == "http://127.0.0.1:9000/v2"


def test_api_url_stands_in_for_a_missing_base(tmp_path: Path) -> None:
    file = write_profile(tmp_path, written(changed(base_url=None)))
    assert load_profile(file, "https://x.example").base_url == "https://x.example"


@pytest.mark.parametrize("key", list(every_key(VALUES)))
def test_each_key_taken_out_loads_or_is_named(tmp_path: Path, key: str) -> None:
    named = re.escape(f"the key {key.replace('__', '.')} is missing")
    if key in REQUIRED or key in SECTIONS:
        with pytest.raises(ProfileInvalid, match=named):
            loaded(tmp_path, changed(**{key: None}))
    else:
        loaded(tmp_path, changed(**{key: None}))


@pytest.mark.parametrize("key", list(every_key(VALUES)))
def test_each_key_of_a_wrong_type_is_named(tmp_path: Path, key: str) -> None:
    wrong = refusal(tmp_path, written(changed(**{key: [1]})))
    assert re.search(rf"the key {re.escape(key.replace('__', '.'))}\b", wrong)


@pytest.mark.parametrize(
    "optional",
    [
        "auth__expires_in_field",
        "auth__scheme",
        "paging__total_field",
        "paging__cursor_param",
        "paging__next_field",
        "accounts__fields__balance",
        "transactions__fields__id",
        "transactions__fields__memo",
        "transactions__fields__pending",
        "transactions__fields__debit",
        "statements",
        "refresh",
    ],
)
def test_optional_keys_may_be_left_out(tmp_path: Path, optional: str) -> None:
    loaded(tmp_path, changed(**{optional: None}))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("base_url", "http://app.ledgersync.com"),
        ("base_url", "https://user:word@x.example"),
        ("base_url", "app.ledgersync.com"),
        ("base_url", "https://x.example/?key=1"),
        ("auth__header", "Bad Header"),
        ("auth__header", ""),
        ("auth__scheme", "a\r\nb"),
        ("auth__token_field", ""),
        ("auth__token_field", "data..token"),
        ("paging__style", "pages"),
        ("paging__size", 0),
        ("paging__size", "500"),
        ("paging__first_page", -1),
        ("clients__path", ""),
        ("clients__path", "https://evil.example/clients"),
        ("clients__path", "/clients/{client_id}"),
        ("accounts__path", "/accounts"),
        ("accounts__path", "/accounts/{account_id}?c={client_id}"),
        ("transactions__path", "/transactions"),
        ("transactions__path", "/t/{account_id}/{other}"),
        ("transactions__date_format", "ISO"),
        ("transactions__amount_sign", "negative"),
        ("transactions__fields__date", ""),
        ("transactions__fields__amount", ""),
        ("statements__path", "/statements"),
        ("refresh__status_path", "/refresh"),
    ],
)
def test_wrong_values_are_named(tmp_path: Path, key: str, value: Any) -> None:
    wrong = refusal(tmp_path, written(changed(**{key: value})))
    assert f"the key {key.replace('__', '.')} " in wrong


@pytest.mark.parametrize("key", ["speed", "auth__pth", "paging__pages", "clients__fields__nam"])
def test_unknown_keys_are_named(tmp_path: Path, key: str) -> None:
    wrong = refusal(tmp_path, written(changed(**{key: "x"})))
    assert f"the key {key.replace('__', '.')} is unknown" in wrong


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"paging__style": "cursor", "paging__next_field": ""}, "paging.next_field"),
        ({"paging__style": "cursor", "paging__cursor_param": ""}, "paging.cursor_param"),
        ({"paging__style": "offset", "paging__page_param": ""}, "paging.page_param"),
        (
            {
                "transactions__amount_sign": "debit_credit_fields",
                "transactions__fields__credit": "",
            },
            "transactions.fields.credit",
        ),
        (
            {"transactions__amount_sign": "type_field", "transactions__fields__type": ""},
            "transactions.fields.type",
        ),
    ],
)
def test_keys_that_others_make_necessary_are_named(
    tmp_path: Path, changes: dict[str, Any], missing: str
) -> None:
    assert f"the key {missing} is missing" in refusal(tmp_path, written(changed(**changes)))


def test_amount_may_be_left_out_where_two_columns_say_it(tmp_path: Path) -> None:
    changes = {
        "transactions__amount_sign": "debit_credit_fields",
        "transactions__fields__amount": None,
    }
    loaded(tmp_path, changed(**changes))


@pytest.mark.parametrize("content", ["a = ", "\x00", "[" * 5000, "x = 1\nx = 2"])
def test_files_that_are_no_toml(tmp_path: Path, content: str) -> None:
    assert "not valid TOML" in refusal(tmp_path, content)


def test_files_that_are_no_text_or_not_there(tmp_path: Path) -> None:
    file = tmp_path / "profile.toml"
    with pytest.raises(ProfileInvalid, match="can't be read"):
        load_profile(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ProfileInvalid, match="not valid TOML"):
        load_profile(file)
    with pytest.raises(ProfileInvalid, match="can't be read"):
        load_profile(tmp_path)


def test_a_file_that_is_far_too_long_is_refused_before_it_is_understood(tmp_path: Path) -> None:
    """A key of half a million parts would take hours."""
    file = tmp_path / "mine.toml"
    file.write_text(DEFAULT + "a." * 250_000, encoding="utf-8")
    with pytest.raises(ProfileInvalid, match="more than 32,000 characters"):
        load_profile(file)


def test_of_an_endless_key_only_the_beginning_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(f"{'k' * 5_000} = 1\n{DEFAULT}", encoding="utf-8")
    with pytest.raises(ProfileInvalid, match=f"the key {'k' * 80} is unknown"):
        load_profile(file)
