import base64
import copy
import os
import stat
import sys
import traceback
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from threading import Barrier

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend
from keyring.errors import InitError, KeyringLocked

from ledgersync.errors import KeyMismatch, KeyMissing, KeyUnsafe, VaultError
from ledgersync.vault import keychain as keychain_module
from ledgersync.vault import keyfile
from ledgersync.vault.keys import Keychain, KeyStore, MasterKey, open_keychain
from ledgersync.vault.masterkey import new_key, written
from tests.conftest import another_user_has

posix_only = pytest.mark.skipif(
    sys.platform == "win32", reason="permission bits and links mean something else on Windows"
)


class MemoryBackend(KeyringBackend):
    """Stands in for a desktop's keychain: keeps entries, and fails when it is told to."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}
        self.trouble: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        self._answer()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._answer()
        self.entries[service, username] = password

    def _answer(self) -> None:
        if self.trouble:
            raise self.trouble


@pytest.fixture
def backend() -> MemoryBackend:
    return MemoryBackend()


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config"


def line(key: MasterKey) -> str:
    return f"{key.id} {written(key)}\n"


def key_file(path: Path, *keys: MasterKey, mode: int = 0o600) -> Path:
    path.write_text("".join(line(key) for key in keys))
    path.chmod(mode)
    return path


def store(
    config: Path, named: Path | None = None, backend: KeyringBackend | None = None
) -> KeyStore:
    keychain = Keychain(backend) if backend else None
    return KeyStore(key_file=named, config_folder=config, keychain=keychain)


# Making keys


@posix_only
def test_the_first_key_goes_to_a_private_file_in_a_private_folder(config: Path) -> None:
    key = store(config).create("K1")
    path = config / "ledgersync.key"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(config.stat().st_mode) == 0o700
    assert path.read_text() == line(key)
    assert store(config).find("K1") == key


@posix_only
def test_a_permissive_umask_does_not_open_the_file(config: Path) -> None:
    before = os.umask(0)
    try:
        store(config).create("K1")
        store(config).create("K2")
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in config.iterdir()} == {0o600}


def test_keys_are_random(tmp_path: Path) -> None:
    keys = [store(tmp_path / str(number)).create("K1").material for number in range(20)]
    assert len(set(keys)) == 20


def test_a_key_that_exists_is_never_made_again(config: Path) -> None:
    first = store(config).create("K1")
    content = (config / "ledgersync.key").read_bytes()
    assert store(config).create("K1") == first
    assert (config / "ledgersync.key").read_bytes() == content


def test_a_second_key_joins_the_first_and_keeps_the_comments(config: Path) -> None:
    first = store(config).create("K1")
    path = config / "ledgersync.key"
    path.write_text("# kept by Mary\n" + path.read_text().rstrip("\n"))
    second = store(config).create("K2")
    assert path.read_text() == "# kept by Mary\n" + line(first) + line(second)
    assert store(config).ids() == ("K1", "K2")
    assert {path.name for path in config.iterdir()} == {"ledgersync.key", "ledgersync.key.lock"}


def test_a_failed_write_loses_no_key(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = store(config).create("K1")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(VaultError, match="No space left"):
            store(config).create("K2")
    assert store(config).ids() == ("K1",)
    assert store(config).find("K1") == first
    assert {path.name for path in config.iterdir()} == {"ledgersync.key", "ledgersync.key.lock"}


def test_a_first_write_that_fails_leaves_no_half_file(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(VaultError, match="No space left"):
            store(config).create("K1")
    assert not (config / "ledgersync.key").exists()
    store(config).create("K1")


def test_a_new_key_is_on_the_disk_before_it_is_used(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[bool] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    store(config).create("K1")
    assert synced == ([False] if sys.platform == "win32" else [False, True])


def test_a_file_that_appears_at_the_last_moment_is_not_overwritten(config: Path) -> None:
    config.mkdir()
    path = key_file(config / "ledgersync.key", new_key("K1"))
    before = path.read_bytes()
    with pytest.raises(FileExistsError):
        keyfile._create(path, b"other")
    assert path.read_bytes() == before


def test_threads_that_create_at_once_get_the_same_key(config: Path) -> None:
    start = Barrier(8)

    def create(_: int) -> bytes:
        start.wait()
        return store(config).create("K1").material

    with ThreadPoolExecutor(8) as pool:
        materials = set(pool.map(create, range(8)))
    assert materials == {store(config).find("K1").material}
    assert len((config / "ledgersync.key").read_text().splitlines()) == 1


def _create_in_process(config: str, key_id: str) -> bytes:
    return store(Path(config)).create(key_id).material


def test_processes_that_create_at_once_get_the_same_keys(config: Path) -> None:
    wanted = [key_id for _ in range(6) for key_id in ("K1", "K2", "K3")]
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        made = list(pool.map(_create_in_process, [str(config)] * len(wanted), wanted))
    kept = {key_id: store(config).find(key_id).material for key_id in ("K1", "K2", "K3")}
    assert made == [kept[key_id] for key_id in wanted]
    assert len(set(kept.values())) == 3


def test_threads_that_create_different_keys_lose_none(config: Path) -> None:
    names = [f"K{number}" for number in range(1, 17)]
    with ThreadPoolExecutor(8) as pool:
        made = dict(zip(names, pool.map(store(config).create, names), strict=True))
    assert {name: store(config).find(name) for name in names} == made


# The named key file


def test_a_named_file_takes_every_new_key(
    config: Path, tmp_path: Path, backend: MemoryBackend
) -> None:
    named = tmp_path / "keys" / "firm.key"
    key = store(config, named, backend).create("K1")
    assert named.read_text() == line(key)
    assert not backend.entries
    assert not config.exists()


def test_a_named_file_that_is_missing_is_not_created_unless_allowed(
    config: Path, tmp_path: Path, backend: MemoryBackend
) -> None:
    named = tmp_path / "firm.key"
    keys = KeyStore(
        key_file=named, config_folder=config, keychain=Keychain(backend), may_create_key_file=False
    )
    for attempt in (keys.find, keys.create):
        with pytest.raises(KeyMissing, match="LEDGERSYNC_KEY_FILE does not exist") as caught:
            attempt("K1")
        assert str(named) in caught.value.sentence
    with pytest.raises(KeyMissing):
        keys.restore(new_key("K1"))
    assert list(tmp_path.iterdir()) == []
    assert not backend.entries


def test_a_key_that_is_given_is_taken_from_a_folder_that_can_only_be_read(
    config: Path, tmp_path: Path
) -> None:
    named = tmp_path / "firm.key"
    given = store(config, named).create("K2")
    (tmp_path / "firm.key.lock").unlink()
    (tmp_path / "firm.key.lock").mkdir()  # so that nobody, root neither, could lock the file
    assert store(config, named).create("K2") == given
    with pytest.raises(VaultError, match="can't be written"):
        store(config, named).create("K3")


def test_an_empty_named_file_takes_the_first_key(config: Path, tmp_path: Path) -> None:
    named = key_file(tmp_path / "firm.key")
    keys = KeyStore(key_file=named, config_folder=config, keychain=None, may_create_key_file=False)
    key = keys.create("K1")
    assert named.read_text() == line(key)


def test_a_file_holds_several_keys_comments_and_blank_lines(config: Path, tmp_path: Path) -> None:
    keys = [new_key("K3"), new_key("K1")]
    named = key_file(tmp_path / "firm.key")
    named.write_text(f"# the firm's keys\r\n\n  {line(keys[0])}\t{line(keys[1]).strip()} # old\n")
    assert store(config, named).ids() == ("K3", "K1")
    assert [store(config, named).find(key.id) for key in keys] == keys


@posix_only
@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_private_files_are_read(config: Path, tmp_path: Path, mode: int) -> None:
    key = new_key("K1")
    named = key_file(tmp_path / "firm.key", key, mode=mode)
    assert store(config, named).find("K1") == key


@posix_only
@pytest.mark.parametrize(
    "mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o644, 0o666, 0o700, 0o777, 0o440, 0o4600]
)
def test_files_open_to_others_are_refused(config: Path, tmp_path: Path, mode: int) -> None:
    named = key_file(tmp_path / "firm.key", new_key("K1"), mode=mode)
    before = named.read_bytes()
    for attempt in (store(config, named).find, store(config, named).create):
        with pytest.raises(KeyUnsafe, match=f"{mode:04o}") as caught:
            attempt("K1")
        assert str(named) in str(caught.value)
    assert named.read_bytes() == before


@posix_only
def test_a_loose_file_in_the_config_folder_is_refused_too(config: Path) -> None:
    store(config).create("K1")
    (config / "ledgersync.key").chmod(0o644)
    with pytest.raises(KeyUnsafe):
        store(config).find("K1")


@posix_only
def test_links_are_refused_wherever_they_point(config: Path, tmp_path: Path) -> None:
    link = tmp_path / "firm.key"
    for target in (key_file(tmp_path / "real.key", new_key("K1")), tmp_path / "nowhere"):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        for attempt in (store(config, link).find, store(config, link).create):
            with pytest.raises(KeyUnsafe, match="link"):
                attempt("K1")
    assert not (tmp_path / "nowhere").exists()


@posix_only
@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo], ids=["folder", "pipe"])
def test_only_plain_files_are_read(
    config: Path, tmp_path: Path, make: Callable[[Path], None]
) -> None:
    named = tmp_path / "firm.key"
    make(named)
    with pytest.raises(KeyUnsafe, match=r"firm\.key is not a plain file"):
        store(config, named).find("K1")


@posix_only
def test_a_file_of_another_user_is_refused(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = key_file(tmp_path / "firm.key", new_key("K1"))
    another_user_has(named, monkeypatch)
    with pytest.raises(KeyUnsafe, match="another user") as refused:
        store(config, named).find("K1")
    # Its mode is right: what helps is another user at the command.
    assert "Run the command as the user that the app runs as" in str(refused.value)
    assert "chmod" not in str(refused.value)


GOOD = base64.b64encode(bytes(range(32))).decode()


@pytest.mark.parametrize(
    "bad",
    [
        "K2",
        GOOD,
        f"K2 {GOOD} more",
        f"K2 {GOOD[:-4]}",
        f"K2 {GOOD}AAAA",
        f"K2 {GOOD[:-2]}9=",
        f"K2={GOOD}",
        f"X2 {GOOD}",
        f"K0 {GOOD}",
        "K2 Sorrel-Lantern",
        "K2 \xe9\xff",
        f"K1 {GOOD}",
    ],
)
def test_a_bad_line_is_named_by_number_and_never_repeated(
    config: Path, tmp_path: Path, bad: str
) -> None:
    key = new_key("K1")
    named = key_file(tmp_path / "firm.key")
    named.write_bytes(f"# keys\n{line(key)}{bad}\n".encode("latin-1"))
    before = named.read_bytes()
    for attempt in (store(config, named).find, store(config, named).create):
        with pytest.raises(VaultError, match=r"Line 3 of the key file .*firm\.key") as caught:
            attempt("K2")
        shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        for content in (GOOD[:12], written(key)[:12], "Sorrel"):
            assert content not in shown
    assert named.read_bytes() == before


def test_an_oversized_file_is_refused(config: Path, tmp_path: Path) -> None:
    named = key_file(tmp_path / "firm.key")
    named.write_bytes(b"#" * (64 * 1024) + b"\n")
    with pytest.raises(VaultError, match="too large"):
        store(config, named).find("K1")


# Finding keys in several places


def test_places_are_asked_in_order(config: Path, tmp_path: Path, backend: MemoryBackend) -> None:
    first, second, third = new_key("K3"), new_key("K2"), new_key("K1")
    named = key_file(tmp_path / "firm.key", first)
    Keychain(backend).add(second)
    Keychain(backend).add(new_key("K3"))
    config.mkdir()
    key_file(config / "ledgersync.key", third, new_key("K2"))
    keys = store(config, named, backend)
    assert [keys.find(key_id) for key_id in ("K3", "K2", "K1")] == [first, second, third]
    assert keys.ids() == ("K3", "K2", "K1")


def test_a_missing_key_is_named(config: Path) -> None:
    with pytest.raises(KeyMissing, match="K2") as caught:
        store(config).find("K2")
    assert caught.value.key_id == "K2"
    assert not config.exists()


@pytest.mark.parametrize("key_id", ["", "k1", "K0", "../K1", "K1\n"])
def test_what_is_no_key_id_is_refused(config: Path, key_id: str) -> None:
    for attempt in (store(config).find, store(config).create):
        with pytest.raises(ValueError, match="key id"):
            attempt(key_id)
    assert not config.exists()


def test_places_are_shown_without_keys(
    config: Path, tmp_path: Path, backend: MemoryBackend
) -> None:
    named = key_file(tmp_path / "firm.key", new_key("K2"))
    Keychain(backend).add(new_key("K1"))
    shown = store(config, named, backend).places()
    assert [(place.source, place.path, place.key_ids, place.note) for place in shown] == [
        ("key file", named, ("K2",), ""),
        ("keychain", None, ("K1",), ""),
        ("config folder", config / "ledgersync.key", (), "The file does not exist."),
    ]
    assert named.read_text().split()[1] not in repr(shown)


@posix_only
def test_a_place_with_trouble_is_shown_with_a_note(config: Path, tmp_path: Path) -> None:
    named = key_file(tmp_path / "firm.key", new_key("K2"), mode=0o644)
    unsafe, keychain, _ = store(config, named).places()
    assert "0644" in unsafe.note
    assert unsafe.key_ids == ()
    assert (keychain.source, bool(keychain.note)) == ("keychain", True)


# The keychain


def test_a_new_key_goes_to_the_keychain_where_there_is_one(
    config: Path, backend: MemoryBackend
) -> None:
    key = store(config, backend=backend).create("K1")
    assert backend.entries["LedgerSync for Accounting CS", "K1"] == written(key)
    assert not (config / "ledgersync.key").exists()
    assert store(config, backend=backend).find("K1") == key
    store(config, backend=backend).create("K2")
    assert store(config, backend=backend).ids() == ("K1", "K2")


def test_threads_that_create_in_the_keychain_get_the_same_key(
    config: Path, backend: MemoryBackend
) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(store(config, backend=backend).create, ["K1"] * 16))
    assert {key.material for key in made} == {store(config, backend=backend).find("K1").material}


def test_a_keychain_that_does_not_work_makes_way_for_the_file(
    config: Path, backend: MemoryBackend
) -> None:
    backend.trouble = InitError("no collection")
    key = store(config, backend=backend).create("K1")
    assert (config / "ledgersync.key").read_text() == line(key)
    assert store(config, backend=backend).find("K1") == key


def test_a_keychain_that_forgets_makes_way_for_the_file(config: Path) -> None:
    key = store(config, backend=null.Keyring()).create("K1")  # type: ignore[no-untyped-call]
    assert (config / "ledgersync.key").read_text() == line(key)


def test_no_key_is_made_beside_a_locked_keychain(config: Path, backend: MemoryBackend) -> None:
    key = store(config, backend=backend).create("K1")
    backend.trouble = KeyringLocked("dismissed")
    with pytest.raises(KeyMissing, match=r"K1 .* keychain is locked"):
        store(config, backend=backend).find("K1")
    with pytest.raises(VaultError, match="locked"):
        store(config, backend=backend).create("K1")
    assert not (config / "ledgersync.key").exists()
    backend.trouble = None
    assert store(config, backend=backend).create("K1") == key


def test_a_keychain_never_overwrites_a_key(backend: MemoryBackend) -> None:
    key = new_key("K1")
    assert Keychain(backend).add(key)
    assert Keychain(backend).add(key)
    with pytest.raises(KeyMismatch, match="K1"):
        Keychain(backend).add(new_key("K1"))
    assert Keychain(backend).find("K1") == key


def test_a_spoiled_keychain_entry_is_told_and_left_alone(
    config: Path, backend: MemoryBackend
) -> None:
    backend.entries["LedgerSync for Accounting CS", "K1"] = "Sorrel-Lantern"
    for attempt in (store(config, backend=backend).find, store(config, backend=backend).create):
        with pytest.raises(VaultError, match="K1") as caught:
            attempt("K1")
        assert "Sorrel" not in "".join(traceback.format_exception(caught.value))
    assert list(backend.entries.values()) == ["Sorrel-Lantern"]


def test_a_keychain_shows_no_entries(backend: MemoryBackend) -> None:
    Keychain(backend).add(new_key("K1"))
    assert "backend" not in repr(Keychain(backend))


class Chain(ChainerBackend):
    backends: list[KeyringBackend] = []  # noqa: RUF012


@pytest.fixture
def real_backend(monkeypatch: pytest.MonkeyPatch) -> MemoryBackend:
    monkeypatch.setattr(keychain_module, "_REAL_BACKENDS", {MemoryBackend.__module__})
    return MemoryBackend()


def choose(monkeypatch: pytest.MonkeyPatch, backend: KeyringBackend) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)


def test_a_real_keychain_is_opened(
    monkeypatch: pytest.MonkeyPatch, real_backend: MemoryBackend
) -> None:
    choose(monkeypatch, real_backend)
    assert open_keychain() == Keychain(real_backend)


def test_of_a_chain_the_first_real_keychain_is_opened(
    monkeypatch: pytest.MonkeyPatch, real_backend: MemoryBackend
) -> None:
    monkeypatch.setattr(Chain, "backends", [null.Keyring(), real_backend])  # type: ignore[no-untyped-call]
    choose(monkeypatch, Chain())  # type: ignore[no-untyped-call]
    assert open_keychain() == Keychain(real_backend)


@pytest.mark.parametrize("make", [fail.Keyring, null.Keyring, MemoryBackend, Chain])
def test_backends_that_do_not_encrypt_are_no_keychain(
    monkeypatch: pytest.MonkeyPatch, make: Callable[[], KeyringBackend]
) -> None:
    choose(monkeypatch, make())
    assert open_keychain() is None


def test_a_desktop_in_trouble_has_no_keychain(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> KeyringBackend:
        raise RuntimeError("no bus")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    assert open_keychain() is None


# Restoring a key


def test_a_restored_key_is_found_again(config: Path) -> None:
    key = new_key("K4")
    store(config).restore(key)
    store(config).restore(key)
    assert store(config).find("K4") == key
    assert store(config).ids() == ("K4",)


def test_a_restored_key_never_replaces_another(config: Path) -> None:
    kept = store(config).create("K1")
    with pytest.raises(KeyMismatch, match="K1"):
        store(config).restore(new_key("K1"))
    assert store(config).find("K1") == kept


def test_a_found_key_shows_no_material(config: Path) -> None:
    key = store(config).create("K1")
    assert repr(key) == "MasterKey(id='K1')"
    with pytest.raises(TypeError):
        copy.deepcopy(key)
