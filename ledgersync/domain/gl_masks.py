"""GL masks: the shape of a client's GL codes, as Accounting CS is set up for it.

In a mask 9 is a digit, A a letter, X either; every other sign stands for itself. The letters are
our choice: Thomson Reuters shows masks of digits and separators only.
"""

from ledgersync.errors import InvalidInput

_PLACES = {"9": str.isdecimal, "A": str.isalpha, "X": str.isalnum}


def fits_mask(code: str, mask: str) -> bool:
    """Whether a code has the shape of the mask; without a mask every code has."""
    if not mask:
        return True
    return len(code) == len(mask) and all(map(_fits, code, mask.upper()))


def require_mask(mask: str) -> str:
    """The mask in capitals.

    Raises:
        InvalidInput: when it has no place for a digit or a letter, such as 6100-00.
    """
    mask = mask.upper()
    if mask and not any(sign in _PLACES for sign in mask):
        raise InvalidInput(
            f"The GL mask {mask[:40]!r} has no 9, A or X, so only one code would fit it.",
            "Write 9 for each digit, such as 99999-99 for 61000-10.",
        )
    return mask


def mask_of(codes: list[str]) -> str:
    """The mask that all these codes fit, with 9 for digits; "" when they differ in shape."""
    shapes = {"".join("9" if sign.isdecimal() else sign for sign in code) for code in codes}
    return shapes.pop() if len(shapes) == 1 else ""


def _fits(sign: str, place: str) -> bool:
    accepts = _PLACES.get(place)
    return accepts(sign) and sign.isascii() if accepts else sign.upper() == place
