"""Secrets that are easily recognised, and the search for them in every form that they may take."""

import base64
import html
import json
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

# What a careless encoder would change, so that each form of a secret is a text of its own.
_AWKWARD = 'ñ"&<\\ /+'
_SHORTEST = 12


def word(kind: str) -> str:
    """A secret that stands nowhere else: letters and digits alone."""
    return f"{kind}{secrets.token_hex(8)}"


def awkward_word(kind: str) -> str:
    """A secret that every encoding writes in another way, and whose core none does."""
    return f"{word(kind)}{_AWKWARD}{secrets.token_hex(4)}"


def forms(secret: str) -> set[bytes]:
    """The secret as it is, and as URLs, JSON, HTML, base64, hex and UTF-16 write it."""
    raw = secret.encode()
    texts = {
        secret, quote(secret), quote(secret, safe=""), quote_plus(secret), html.escape(secret),
        json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1], repr(secret)[1:-1],
    }  # fmt: skip
    found = {text.encode() for text in texts}
    found |= {secret.encode("utf-16-le"), secret.encode("utf-16-be"), raw.hex().encode()}
    for alphabet in (base64.b64encode, base64.urlsafe_b64encode):
        found |= {_inner(alphabet(b"\0" * before + raw), before) for before in range(3)}
    return {raw} | {form for form in found if len(form) >= _SHORTEST}


def _inner(encoded: bytes, before: int) -> bytes:
    """The part of a base64 text that does not depend on what stands around the secret."""
    return encoded.rstrip(b"=")[0 if not before else 4 : -4]


def sightings(surface: bytes | str, canaries: Mapping[str, str]) -> list[str]:
    """The names of the secrets that are in a surface, in whatever form."""
    text = surface.encode(errors="surrogateescape") if isinstance(surface, str) else surface
    return [name for name, secret in canaries.items() if any(f in text for f in forms(secret))]


def in_files(folder: Path, canaries: Mapping[str, str], but: Iterable[Path] = ()) -> list[str]:
    """Where below a folder a secret is, in a file's name or bytes."""
    left_out = set(but)
    return [
        f"{name} in {file.relative_to(folder)}"
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file not in left_out
        for name in sightings(str(file).encode() + b"\n" + file.read_bytes(), canaries)
    ]
