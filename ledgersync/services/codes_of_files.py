"""Vendors, GL codes and split templates, gathered from the files that name them."""

from dataclasses import dataclass, field

from ledgersync.domain.charts import Vendor
from ledgersync.domain.codes import FirmCodes
from ledgersync.domain.split_templates import SplitTemplate
from ledgersync.imports.bank_rows import name_id


@dataclass
class CodesOfFiles:
    """Vendors and GL codes, as they come up in one file after the other; remarks on the files."""

    vendors: dict[str, Vendor] = field(default_factory=dict)
    gl_codes: set[str] = field(default_factory=set)
    templates: set[str] = field(default_factory=set)
    remarks: list[str] = field(default_factory=list)
    _by_code: dict[str, str] = field(default_factory=dict)
    _by_name: dict[str, list[str]] = field(default_factory=dict)

    def add(self, code: str, name: str, default_gl: str = "") -> str:
        """Take in a vendor, and return its id."""
        vendor = Vendor(str(len(self.vendors)), "", code, name, default_gl)
        self.vendors[vendor.id] = vendor
        self.gl_codes.update({default_gl} - {""})
        if code:
            self._by_code.setdefault(name_id(code), vendor.id)
        if name:
            self._by_name.setdefault(name_id(name), []).append(vendor.id)
        return vendor.id

    def of_rule(self, code: str, name: str) -> str:
        """The vendor that a rule sets; where it is on no list, the rule itself lists it."""
        if not code:
            return self.named(name) if name else ""
        return self._by_code.get(name_id(code)) or self.add(code, name)

    def named(self, text: str) -> str:
        """The vendor that a code or a name stands for. A name of several vendors means none."""
        if found := self._by_code.get(name_id(text)):
            return found
        same_name = self._by_name.get(name_id(text), [])
        if len(same_name) == 1:
            return same_name[0]
        itself = [id_ for id_ in same_name if not self.vendors[id_].code]
        return itself[0] if itself else self.add("", text)

    def codes(self) -> FirmCodes:
        """All that the files name; of a split template they know nothing but the name."""
        templates = {name: SplitTemplate(name, "", "", name, ()) for name in self.templates}
        return FirmCodes(self.vendors, {"": frozenset(self.gl_codes)}, templates)
