"""Codes of the whole firm: which vendors and GL codes each client's rows may carry."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ledgersync.domain.charts import Vendor
from ledgersync.domain.rules import Rule
from ledgersync.domain.split_templates import SplitTemplate
from ledgersync.domain.splits import Split


class Coding(NamedTuple):
    """What a row is coded to, or would be; "" where nothing is set.

    `split` shares a row's amount between GL codes, and `gl_code` is "" then. `template_id` stands
    in its place where a rule is not asked about any one amount.
    """

    vendor_id: str
    gl_code: str
    split: Split = ()
    template_id: str = ""

    @property
    def placed(self) -> bool:
        """Whether it says where the whole amount goes."""
        return bool(self.gl_code or self.split or self.template_id)

    def within(self, other: "Coding") -> bool:
        """Whether another coding says all that this one says."""
        return (
            self.vendor_id in {"", other.vendor_id}
            and self.gl_code in {"", other.gl_code}
            and self.split in {(), other.split}
            and self.template_id in {"", other.template_id}
        )


@dataclass(frozen=True, slots=True)
class FirmCodes:
    """Every vendor by id, and the GL codes of every client; those of "" are the whole firm's.

    `templates` are the split templates by id.
    """

    vendors: Mapping[str, Vendor]
    charts: Mapping[str, frozenset[str]]
    templates: Mapping[str, SplitTemplate] = field(default_factory=dict)

    def has_code(self, client_id: str, gl_code: str) -> bool:
        """Whether a client may use a GL code: its own or one of the whole firm."""
        return gl_code in self.charts.get(client_id, ()) or gl_code in self.charts.get("", ())

    def has_vendor(self, client_id: str, vendor_id: str) -> bool:
        """Whether a client may use a vendor: its own or one of the whole firm."""
        vendor = self.vendors.get(vendor_id)
        return vendor is not None and vendor.client_id in {"", client_id}

    def has_template(self, client_id: str, template_id: str) -> bool:
        """Whether a client may use a split template: in its scope, with codes that it has."""
        template = self.templates.get(template_id)
        return (
            template is not None
            and template.client_id in {"", client_id}
            and all(self.has_code(client_id, code) for code in template.gl_codes)
        )

    def anybody_has(self, gl_code: str) -> bool:
        """Whether any chart in the firm knows a GL code."""
        return any(gl_code in codes for codes in self.charts.values())

    def result(self, rule: Rule, client_id: str) -> Coding | None:
        """What a rule sets for a client's row.

        None where the client lacks the rule's vendor, GL code or split template: there the rule
        does not apply at all, and the next one may. A vendor without a GL code brings its default,
        where the client has it.
        """
        if rule.vendor_id and not self.has_vendor(client_id, rule.vendor_id):
            return None
        if rule.gl_code:
            known = self.has_code(client_id, rule.gl_code)
            return Coding(rule.vendor_id, rule.gl_code) if known else None
        if rule.template_id:
            known = self.has_template(client_id, rule.template_id)
            return Coding(rule.vendor_id, "", template_id=rule.template_id) if known else None
        if not rule.vendor_id:
            return None
        default = self.vendors[rule.vendor_id].default_gl
        return Coding(rule.vendor_id, default if self.has_code(client_id, default) else "")


Sets = Callable[[Rule, str], Coding | None]  # what a rule sets for a client's row, as `result` says


def as_written(rule: Rule, _client_id: str) -> Coding:
    """What a rule sets by its own words, where nothing is known of any client."""
    return Coding(rule.vendor_id, rule.gl_code, template_id=rule.template_id)


def having_a_say(rules: Iterable[Rule], client_id: str, sets: Sets) -> Iterator[Rule]:
    """Of the rules that claim a row, in their order, those that set what is still open by then.

    The first one that applies decides; a vendor rule leaves the GL code to a GL rule after it, and
    the other way round.
    """
    vendor_open = gl_open = True
    for rule in rules:
        coding = sets(rule, client_id)
        if coding and ((coding.vendor_id and vendor_open) or (coding.placed and gl_open)):
            yield rule
            vendor_open = vendor_open and not coding.vendor_id
            gl_open = gl_open and not coding.placed
