"""What a click did, in the words of an accountant: "Set GL code 6250 on 12 rows"."""

from collections.abc import Mapping, Sequence

from ledgersync.domain.decisions import Edit, Standing

_LONGEST = 40
_SAID = {
    Standing.REVIEWED: ("Marked {} reviewed", "Reviewed {}"),
    Standing.EXCLUDED: ("Excluded {}", "Excluded {}"),
    Standing.TO_REVIEW: ("Returned {} to review", "Returned {} to review"),
}


def edit_words(done: Sequence[tuple[Edit, str]], labels: Mapping[str, str]) -> str:
    """Edits that were saved together, each with its row's description; plain text.

    `labels` are what GL codes and vendors are called, by code and by vendor id.
    """
    if len(done) == 1:
        [(edit, description)] = done
        return _one_row(edit, _short(description), labels)
    return _many_rows([edit for edit, _ in done], labels)


def _one_row(edit: Edit, row: str, labels: Mapping[str, str]) -> str:
    if edit.standing is not None:
        return _SAID[edit.standing][1].format(row)
    set_to = [
        value
        for value in (_vendor(edit, labels), _gl_code(edit.gl_code, labels))
        if value is not None
    ]
    return f"{', '.join(set_to)} for {row}" if set_to else f"Changed {row}"


def _vendor(edit: Edit, labels: Mapping[str, str]) -> str | None:
    if edit.vendor_id is None:
        return None
    return f"Vendor {labels.get(edit.vendor_id, '')}" if edit.vendor_id else "No vendor"


def _gl_code(code: str | None, labels: Mapping[str, str]) -> str | None:
    if code is None:
        return None
    return f"GL code {labels.get(code, code)}" if code else "No GL code"


def _many_rows(edits: Sequence[Edit], labels: Mapping[str, str]) -> str:
    rows = f"{len(edits):,} rows"
    first = edits[0]
    if first.standing is not None and all(edit.standing is first.standing for edit in edits):
        return _SAID[first.standing][0].format(rows)
    if any(_asked(edit) != _asked(first) for edit in edits):
        return f"Changed {rows}"
    set_to = []
    if first.vendor_id is not None:
        name = labels.get(first.vendor_id, "")
        set_to.append(f"vendor {name}" if first.vendor_id else "no vendor")
    if first.gl_code is not None:
        set_to.append(f"GL code {first.gl_code}" if first.gl_code else "no GL code")
    return f"Set {' and '.join(set_to)} on {rows}" if set_to else f"Changed {rows}"


def _asked(edit: Edit) -> tuple[Standing | None, str | None, str | None]:
    return edit.standing, edit.vendor_id, edit.gl_code


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3].rstrip()}..."
