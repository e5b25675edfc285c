"""Vendors and GL accounts: what a transaction can be coded to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Vendor:
    """A payee that Accounting CS knows by code. `client_id` is "" for the whole firm's."""

    id: str
    client_id: str
    code: str
    name: str
    default_gl: str


@dataclass(frozen=True, slots=True)
class GlAccount:
    """An account of the chart of accounts. Codes are text: "100-00" is not a number."""

    id: str
    client_id: str
    code: str
    name: str
    type: str

    @property
    def label(self) -> str:
        return f"{self.code} - {self.name}" if self.name else self.code
