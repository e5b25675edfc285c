"""What a company's sign-in says of somebody, as Streamlit hands it on."""

from itertools import count
from typing import Any

from ledgersync import clock

ISSUER = "https://login.firm.example"
_numbers = count(1)


def claims(email: str, **others: Any) -> dict[str, Any]:
    """The claims of a new sign-in; the part of the address before the @ is the subject."""
    name = email.partition("@")[0]
    return {
        "iss": ISSUER,
        "sub": f"subject of {name}",
        "email": email,
        "email_verified": True,
        "name": name.capitalize(),
        "iat": int(clock.now().timestamp()),
        "nonce": f"n{next(_numbers)}",
    } | others
