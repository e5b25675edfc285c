import base64
import copy
import hmac
import pickle
import traceback
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from ledgersync.errors import InvalidInput, KeyMismatch, KeyMissing, SealBroken
from ledgersync.vault.masterkey import MasterKey, new_key
from ledgersync.vault.sealing import (
    Place,
    Purpose,
    audit_signing,
    check_value,
    confirm,
    key_id_of,
    read_recovery_kit,
    recovery_kit,
    seal,
    unseal,
)

K1 = MasterKey("K1", bytes(range(32)))
K2 = MasterKey("K2", bytes(range(32)))  # the same material: only the id tells them apart
HERE = Place(Purpose.CREDENTIALS, "connections", "c-1", "u-1", "password")
PASSWORD = "Thistle-and-Rye-42"


def finder(*keys: MasterKey) -> Callable[[str], MasterKey]:
    by_id = {key.id: key for key in keys}

    def find(key_id: str) -> MasterKey:
        if key_id not in by_id:
            raise KeyMissing(key_id)
        return by_id[key_id]

    return find


def sealed_password() -> str:
    return seal(SecretStr(PASSWORD), HERE, K1)


def payload(sealed: str) -> bytes:
    return base64.b64decode(sealed.split(":")[2])


def with_payload(data: bytes) -> str:
    return f"ls1:K1:{base64.b64encode(data).decode()}"


texts = st.text(min_size=1, max_size=200)
ids = st.text(max_size=30)


@given(
    texts,
    ids,
    ids,
    ids,
    ids,
    st.sampled_from([Purpose.CREDENTIALS, Purpose.TOKENS]),
    st.binary(min_size=32, max_size=32),
)
def test_what_is_sealed_opens_in_its_place(  # noqa: PLR0917  one argument a field
    secret: str, table: str, row: str, owner: str, field: str, purpose: Purpose, material: bytes
) -> None:
    key = MasterKey("K1", material)
    place = Place(purpose, table, row, owner, field)
    sealed = seal(SecretStr(secret), place, key)
    assert unseal(sealed, place, finder(key)).get_secret_value() == secret


def test_the_form_is_the_documented_one() -> None:
    sealed = sealed_password()
    version, key_id, text = sealed.split(":")
    assert (version, key_id) == ("ls1", "K1")
    assert len(base64.b64decode(text)) == 12 + len(PASSWORD) + 16
    assert key_id_of(sealed) == "K1"


def test_what_earlier_versions_sealed_still_opens() -> None:
    sealed = "ls1:K1:ZGVmZ2hpamtsbW5v8mWmVMv8Ajo5Hca5cozlNWOjqI1gRffMnFjgWdg8QtuRRw=="
    assert unseal(sealed, HERE, finder(K1)).get_secret_value() == PASSWORD


def subkey(info: bytes) -> bytes:
    """K1's subkey by RFC 5869, with no salt and one block."""
    extracted = hmac.digest(bytes(32), K1.material, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")


def test_subkeys_come_from_hkdf_sha256_one_a_purpose() -> None:
    assert (
        audit_signing(K1)("row")
        == hmac.digest(subkey(b"ledgersync ls1 audit"), b"row", "sha256").hex()
    )
    assert check_value(K1) == subkey(b"ledgersync ls1 check K1")[:16].hex()


@pytest.mark.parametrize("name", ["credentials", "tokens"])
def test_what_is_sealed_is_under_the_subkey_of_its_own_purpose(name: str) -> None:
    place = replace(HERE, purpose=Purpose(name))
    data = payload(seal(SecretStr(PASSWORD), place, K1))
    said = ("ls1", name, "connections", "c-1", "u-1", "password", "K1")
    bound = b"".join(len(part).to_bytes(4, "big") + part.encode() for part in said)
    for purpose in ("credentials", "tokens", "audit"):
        cipher = AESGCM(subkey(f"ledgersync ls1 {purpose}".encode()))
        if purpose == name:
            assert cipher.decrypt(data[:12], data[12:], bound) == PASSWORD.encode()
        else:
            with pytest.raises(InvalidTag):
                cipher.decrypt(data[:12], data[12:], bound)


def test_the_same_secret_never_gives_the_same_text() -> None:
    sealed = {sealed_password() for _ in range(500)}
    assert len(sealed) == 500
    assert len({payload(text)[:12] for text in sealed}) == 500


BYTES = [chr(number) for number in range(256)]
BEYOND = ["\u0661", "\uff21", "\u2066"]  # a digit, a letter and a mark that look or act like others


def refused(sealed: str, find: Callable[[str], MasterKey]) -> bool:
    try:
        unseal(sealed, HERE, find)
    except (SealBroken, KeyMissing):
        return True
    return False


def test_every_single_byte_change_is_refused() -> None:
    sealed = sealed_password()
    find = finder(K1, K2)
    changed = [
        sealed[:position] + other + sealed[position + 1 :]
        for position, present in enumerate(sealed)
        for other in {*BYTES, *BEYOND} - {present}
    ]
    assert len(changed) == len(sealed) * 258
    assert [text for text in changed if not refused(text, find)] == []


def test_every_single_byte_change_under_the_base64_is_refused() -> None:
    data = payload(sealed_password())
    changed = [
        with_payload(data[:position] + bytes([other]) + data[position + 1 :])
        for position, present in enumerate(data)
        for other in set(range(256)) - {present}
    ]
    assert len(changed) == len(data) * 255
    assert [text for text in changed if not refused(text, finder(K1))] == []


def test_every_swap_of_two_bytes_and_every_missing_or_doubled_one_is_refused() -> None:
    data = payload(sealed_password())
    changed = {
        data[:one] + data[other : other + 1] + data[one + 1 : other] + data[one : one + 1]
        + data[other + 1 :]
        for one in range(len(data))
        for other in range(one + 1, len(data))
    }  # fmt: skip
    changed |= {data[:at] + data[at + 1 :] for at in range(len(data))}
    changed |= {data[:at] + data[at : at + 1] + data[at:] for at in range(len(data))}
    assert len(changed) > len(data) ** 2 / 3
    assert not [text for text in changed - {data} if not refused(with_payload(text), finder(K1))]


def test_another_spelling_of_the_same_bytes_is_refused() -> None:
    one_spare = seal(SecretStr("abcd"), HERE, K1)  # 32 bytes leave two unused bits in the base64
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = one_spare[-2]
    twin = one_spare[:-2] + alphabet[alphabet.index(last) ^ 1] + "="
    assert payload(twin) == payload(one_spare)
    with pytest.raises(SealBroken):
        unseal(twin, HERE, finder(K1))


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(HERE, table="users"),
        replace(HERE, row_id="c-2"),
        replace(HERE, owner_id="u-2"),
        replace(HERE, field="email"),
        replace(HERE, purpose=Purpose.TOKENS),
        replace(HERE, row_id="u-1", owner_id="c-1"),
        replace(HERE, table="connectionsc", row_id="-1"),
        replace(HERE, row_id="c-1u", owner_id="-1"),
        replace(HERE, owner_id="u-1password", field=""),
    ],
    ids=str,
)
def test_a_text_moved_to_another_place_is_refused(elsewhere: Place) -> None:
    with pytest.raises(SealBroken):
        unseal(sealed_password(), elsewhere, finder(K1))


def test_no_stored_value_opens_in_the_place_of_another() -> None:
    """Every swap between the columns of three connections, one owner having two of them."""
    places = [
        Place(purpose, "connections", row, owner, field)
        for row, owner in (("c-1", "u-1"), ("c-2", "u-1"), ("c-3", "u-2"))
        for purpose, field in (
            (Purpose.CREDENTIALS, "email"),
            (Purpose.CREDENTIALS, "password"),
            (Purpose.TOKENS, "token"),
        )
    ]
    stored = {place: seal(SecretStr(PASSWORD), place, K1) for place in places}
    swaps = [(one, other) for one in places for other in places if one != other]
    assert len(swaps) == 72
    for one, other in swaps:
        with pytest.raises(SealBroken):
            unseal(stored[one], other, finder(K1))


@given(st.tuples(ids, ids, ids, ids), st.tuples(ids, ids, ids, ids))
def test_two_places_never_open_each_others_text(
    one: tuple[str, str, str, str], other: tuple[str, str, str, str]
) -> None:
    sealed = seal(SecretStr("x"), Place(Purpose.TOKENS, *one), K1)
    if one != other:
        with pytest.raises(SealBroken):
            unseal(sealed, Place(Purpose.TOKENS, *other), finder(K1))


@pytest.mark.parametrize("version", ["ls2", "ls0", "LS1", "ls11", "ls", ""])
def test_another_format_version_is_refused(version: str) -> None:
    sealed = version + sealed_password().removeprefix("ls1")
    with pytest.raises(SealBroken):
        unseal(sealed, HERE, finder(K1))


def test_a_truncated_text_is_refused_at_every_length() -> None:
    sealed = sealed_password()
    for length in range(len(sealed)):
        with pytest.raises(SealBroken):
            unseal(sealed[:length], HERE, finder(K1))
    data = payload(sealed)
    for length in range(len(data)):
        with pytest.raises(SealBroken):
            unseal(with_payload(data[:length]), HERE, finder(K1))


@pytest.mark.parametrize("more", ["A", "AAAA", "=", "\n", " ", ":", "\0"])
def test_an_extended_text_is_refused(more: str) -> None:
    for text in (sealed_password() + more, more + sealed_password()):
        with pytest.raises(SealBroken):
            unseal(text, HERE, finder(K1))
    with pytest.raises(SealBroken):
        unseal(with_payload(payload(sealed_password()) + more.encode()), HERE, finder(K1))


@given(st.text(max_size=120))
def test_rubbish_is_refused_and_never_a_crash(text: str) -> None:
    with pytest.raises(SealBroken):
        key_id_of(text)


def test_the_key_is_taken_by_id_and_never_by_trial() -> None:
    asked: list[str] = []

    def find(key_id: str) -> MasterKey:
        asked.append(key_id)
        return finder(K1, K2)(key_id)

    renamed = sealed_password().replace(":K1:", ":K2:")
    with pytest.raises(SealBroken):  # K2 has the same material, and still must not open it
        unseal(renamed, HERE, find)
    assert asked == ["K2"]
    assert unseal(sealed_password(), HERE, find).get_secret_value() == PASSWORD
    assert asked == ["K2", "K1"]


def test_a_missing_key_is_told_by_its_id() -> None:
    with pytest.raises(KeyMissing, match="K1") as caught:
        unseal(sealed_password(), HERE, finder(K2))
    assert caught.value.key_id == "K1"


def test_a_finder_that_gives_another_key_is_noticed() -> None:
    with pytest.raises(KeyMismatch, match="K2"):
        unseal(sealed_password(), HERE, lambda _: K2)


def test_the_check_value_tells_a_wrong_key_from_changed_text() -> None:
    wrong = MasterKey("K1", bytes(32))
    stored = check_value(K1)
    confirm(K1, stored)
    with pytest.raises(KeyMismatch, match="K1"):
        confirm(wrong, stored)
    with pytest.raises(KeyMismatch):
        confirm(K2, stored)
    for spoiled in ("", stored[:-1], stored + "0", "\u00e9"):
        with pytest.raises(KeyMismatch):
            confirm(K1, spoiled)
    with pytest.raises(SealBroken):
        unseal(sealed_password(), HERE, finder(wrong))


def test_the_check_value_holds_no_part_of_the_key() -> None:
    value = check_value(K1)
    assert len(bytes.fromhex(value)) == 16
    assert value not in K1.material.hex()


@pytest.mark.parametrize("secret", ["", "pass\ud800word"])
def test_what_cannot_be_sealed_is_refused_without_repeating_it(secret: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        seal(SecretStr(secret), HERE, K1)
    assert "word" not in "".join(traceback.format_exception(caught.value))


def test_the_audit_subkey_signs_and_never_encrypts() -> None:
    with pytest.raises(ValueError, match="audit"):
        seal(SecretStr("x"), replace(HERE, purpose=Purpose.AUDIT), K1)
    mac = audit_signing(K1)("row 1")
    assert len(bytes.fromhex(mac)) == 32
    assert mac == audit_signing(K1)("row 1")
    assert mac not in {audit_signing(K1)("row 2"), audit_signing(new_key("K1"))("row 1")}


def test_neither_password_nor_key_shows_in_errors() -> None:
    sealed = sealed_password()
    shown: list[str] = []
    for attempt in (
        lambda: unseal(sealed[:-4] + "AAAA", HERE, finder(K1)),
        lambda: unseal(sealed, replace(HERE, row_id="c-2"), finder(K1)),
        lambda: unseal(sealed, HERE, finder()),
        lambda: unseal(sealed, HERE, lambda _: K2),
        lambda: confirm(K1, check_value(K2)),
    ):
        try:
            attempt()
        except Exception as error:  # noqa: BLE001  whatever it is, it must be silent on secrets
            shown += [*traceback.format_exception(error), repr(error), str(error), repr(error.args)]
    text = "".join(shown)
    assert "KeyMismatch" in text
    for secret in (
        PASSWORD,
        K1.material.hex(),
        base64.b64encode(K1.material).decode(),
        repr(K1.material),
    ):
        assert secret not in text


def test_the_unsealed_secret_does_not_show_itself() -> None:
    opened = unseal(sealed_password(), HERE, finder(K1))
    assert PASSWORD not in f"{opened} {opened!r}"


def test_a_master_key_shows_only_its_id_and_is_never_copied() -> None:
    key = MasterKey("K1", b"k" * 32)
    assert repr(key) == str(key) == "MasterKey(id='K1')"
    for copied in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            copied(key)


@pytest.mark.parametrize(
    ("key_id", "material"),
    [("K1", b"short"), ("K1", bytes(33)), ("K0", bytes(32)), ("k1", bytes(32)), ("K1\n", bytes(32))]
    + [(name, bytes(32)) for name in ("", "K", "1", "K1234567", "K\u0661", "K1:", "../K1")],
)
def test_a_key_needs_a_proper_id_and_size(key_id: str, material: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        MasterKey(key_id, material)


key_ids = st.integers(1, 999_999).map("K{}".format)
materials = st.binary(min_size=32, max_size=32)


@given(key_ids, materials)
def test_a_recovery_kit_gives_the_key_back(key_id: str, material: bytes) -> None:
    key = MasterKey(key_id, material)
    assert read_recovery_kit(recovery_kit(key)) == key


def typed_rows(key: MasterKey) -> str:
    """What a person types: the key id and the four rows, without the page around them."""
    lines = [line.strip() for line in recovery_kit(key).splitlines() if line.startswith("    ")]
    assert len(lines) == 5
    return "\n".join(lines)


@pytest.mark.parametrize(
    "typed",
    [
        typed_rows(K1).lower(),
        typed_rows(K1).replace("-", ""),
        typed_rows(K1).replace("-", " ").replace("\n", "   "),
        typed_rows(K1).replace("-", "\u2013"),
        "\r\n\r\n" + typed_rows(K1).replace("\n", "\r\n") + "\r\n",
        typed_rows(K1).replace("K1", "Key id: K1 -"),
        typed_rows(K1).replace("0", "O").replace("1", "l").replace("Kl", "K1"),
    ],
)
def test_a_recovery_kit_is_read_however_it_is_typed(typed: str) -> None:
    assert read_recovery_kit(typed) == K1


def test_every_wrong_sign_is_noticed_and_its_row_named() -> None:
    typed = typed_rows(new_key("K7"))
    head, *rows = typed.splitlines()
    for number, row in enumerate(rows):
        for position, present in enumerate(row):
            for sign in "0123456789ABCDEFGHJKMNPQRSTUVWXYZ".replace(present, ""):
                if present == "-":
                    continue
                wrong = row[:position] + sign + row[position + 1 :]
                text = "\n".join([head, *rows[:number], wrong, *rows[number + 1 :]])
                with pytest.raises(InvalidInput, match=f"Row {number + 1}"):
                    read_recovery_kit(text)


def test_swapped_signs_swapped_rows_and_a_wrong_id_are_noticed() -> None:
    typed = typed_rows(K1)
    head, *rows = typed.splitlines()
    signs = rows[1].replace("-", "")
    for position in range(15):
        pair = signs[position : position + 2]
        swapped = signs[:position] + pair[::-1] + signs[position + 2 :]
        if pair[0] != pair[1]:
            with pytest.raises(InvalidInput, match="Row 2"):
                read_recovery_kit("\n".join([head, rows[0], swapped, *rows[2:]]))
    with pytest.raises(InvalidInput, match="Row 1"):
        read_recovery_kit("\n".join([head, rows[1], rows[0], *rows[2:]]))
    with pytest.raises(InvalidInput, match="K2"):
        read_recovery_kit(typed.replace("K1", "K2"))


@given(st.text(max_size=300))
def test_other_text_is_no_recovery_kit(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_recovery_kit(text)


def test_an_incomplete_recovery_key_says_so_and_repeats_nothing() -> None:
    typed = typed_rows(K1)
    for text in (typed[:-1], typed + "0", typed.removeprefix("K1"), "K1 " + "\u00e9" * 64, ""):
        with pytest.raises(InvalidInput, match="complete") as caught:
            read_recovery_kit(text)
        assert typed.splitlines()[1] not in "".join(traceback.format_exception(caught.value))


def test_the_kit_says_what_it_is_for_and_how_to_restore() -> None:
    kit = recovery_kit(K1)
    for words in ("recovery kit", "K1", "Print", "restore"):
        assert words in kit
    assert all(len(line) <= 100 for line in kit.splitlines())
