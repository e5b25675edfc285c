"""Codes of the whole firm: which vendors and GL codes each client's rows may carry."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ledgersync.domain.charts import Vendor
from ledgersync.domain.rules import Rule


@dataclass(frozen=True, slots=True)
class Coding:
    """What a row is coded to, or would be; "" where nothing is set."""

    vendor_id: str
    gl_code: str

    def within(self, other: "Coding") -> bool:
        """Whether another coding says all that this one says."""
        return self.vendor_id in {"", other.vendor_id} and self.gl_code in {"", other.gl_code}


@dataclass(frozen=True, slots=True)
class FirmCodes:
    """Every vendor by id, and the GL codes of every client; those of "" are the whole firm's."""

    vendors: Mapping[str, Vendor]
    charts: Mapping[str, frozenset[str]]

    def has_code(self, client_id: str, gl_code: str) -> bool:
        """Whether a client may use a GL code: its own or one of the whole firm."""
        return gl_code in self.charts.get(client_id, ()) or gl_code in self.charts.get("", ())

    def has_vendor(self, client_id: str, vendor_id: str) -> bool:
        """Whether a client may use a vendor: its own or one of the whole firm."""
        vendor = self.vendors.get(vendor_id)
        return vendor is not None and vendor.client_id in {"", client_id}

    def anybody_has(self, gl_code: str) -> bool:
        """Whether any chart in the firm knows a GL code."""
        return any(gl_code in codes for codes in self.charts.values())

    def result(self, rule: Rule, client_id: str) -> Coding | None:
        """What a rule sets for a client's row.

        None where the client lacks the rule's vendor or GL code: there the rule does not apply at
        all, and the next one may. A vendor without a GL code brings its default, where the client
        has it.
        """
        if rule.vendor_id and not self.has_vendor(client_id, rule.vendor_id):
            return None
        if rule.gl_code:
            known = self.has_code(client_id, rule.gl_code)
            return Coding(rule.vendor_id, rule.gl_code) if known else None
        if not rule.vendor_id:
            return None
        default = self.vendors[rule.vendor_id].default_gl
        return Coding(rule.vendor_id, default if self.has_code(client_id, default) else "")


Sets = Callable[[Rule, str], Coding | None]  # what a rule sets for a client's row, as `result` says


def as_written(rule: Rule, _client_id: str) -> Coding:
    """What a rule sets by its own words, where nothing is known of any client."""
    return Coding(rule.vendor_id, rule.gl_code)


def having_a_say(rules: Iterable[Rule], client_id: str, sets: Sets) -> Iterator[Rule]:
    """Of the rules that claim a row, in their order, those that set what is still open by then.

    The first one that applies decides; a vendor rule leaves the GL code to a GL rule after it, and
    the other way round.
    """
    vendor_open = gl_open = True
    for rule in rules:
        coding = sets(rule, client_id)
        if coding and ((coding.vendor_id and vendor_open) or (coding.gl_code and gl_open)):
            yield rule
            vendor_open = vendor_open and not coding.vendor_id
            gl_open = gl_open and not coding.gl_code
