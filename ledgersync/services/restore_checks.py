"""Whether a backup fits this installation: of this program, a firm or the demo, its keys here."""

from pathlib import Path

from ledgersync.config import Mode, Settings
from ledgersync.errors import InvalidInput, KeyMismatch, KeyMissing, SealBroken, VaultError
from ledgersync.services.workspace import open_keys
from ledgersync.storage import upgrading
from ledgersync.storage.backups import Contents
from ledgersync.vault.keys import KeyStore, MasterKey
from ledgersync.vault.sealing import confirm, key_id_of

_WITHOUT = (
    "Put the key back first. If it is on paper only, restore with --without-key and type its "
    "recovery kit in Settings."
)


def require_fits(
    settings: Settings, file: Path, found: Contents | None, *, without_key: bool
) -> None:
    """Refuse a backup that says of itself what does not belong here; nothing is touched.

    Raises:
        InvalidInput: when it is no backup of this program, or holds the wrong firm.
        SchemaMismatch: when it was written by a newer version.
        VaultError: when its keys are not here, or others of the same names are.
    """
    if found is None or not found.kind:
        raise InvalidInput(
            f"{file} is no backup of this program.", "Choose another file; nothing was changed."
        )
    upgrading.refuse_newer(found.revision)
    kind = "demo" if settings.mode is Mode.DEMO else "firm"
    if found.kind != kind:
        raise InvalidInput(
            f"{file} holds {'the demo' if found.kind == 'demo' else 'a firm'}'s data, and this is "
            f"{'the demo' if kind == 'demo' else 'a firm'}.",
            "Choose another backup; nothing was changed.",
        )
    _require_keys(open_keys(settings), found, without_key=without_key)


def _require_keys(keys: KeyStore, found: Contents, *, without_key: bool) -> None:
    """The keys of what is sealed have to be here; any key that is here has to be the right one."""
    needed = {_key_of(text) for text in found.sealed} - {""}
    for key_id in sorted({*found.key_checks, *needed}):
        try:
            key = keys.find(key_id)
        except KeyMissing as error:
            if key_id in needed and not without_key:
                raise KeyMissing(key_id, _untouched(error), _WITHOUT) from None
            continue
        except VaultError as error:
            raise VaultError(_untouched(error), error.next_step) from None
        if check := found.key_checks.get(key_id):
            _require_same(key, check)


def _require_same(key: MasterKey, check: str) -> None:
    try:
        confirm(key, check)
    except KeyMismatch:
        raise KeyMismatch(
            f"The key {key.id} that is here is not the one of this backup; nothing was changed.",
            "Move this key's file aside and put the right one there. If that is on paper only, "
            "restore with --without-key then, and type its recovery kit in Settings.",
        ) from None


def _key_of(sealed: str) -> str:
    """The key of a sealed text; "" where the text was changed, which says so when it is used."""
    try:
        return key_id_of(sealed)
    except SealBroken:
        return ""


def _untouched(error: VaultError) -> str:
    return f"{error.sentence} The backup needs it; nothing was changed."
