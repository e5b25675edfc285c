"""Split templates: how the payments of a vendor are usually split, such as a loan's."""

from dataclasses import dataclass

from ledgersync.domain.splits import (
    WHOLE,
    Share,
    Shares,
    percent_words,
    require_shares,
)
from ledgersync.errors import InvalidInput
from ledgersync.money import dollars


@dataclass(frozen=True, slots=True)
class SplitTemplate:
    """A named set of shares. `client_id` "" is the whole firm's, `vendor_id` "" any vendor.

    The firm's reach a client whose chart has all of their GL codes. `version` grows by one with
    every change and is 0 before the first save.
    """

    id: str
    client_id: str
    vendor_id: str
    name: str
    shares: Shares
    version: int = 0

    @property
    def gl_codes(self) -> frozenset[str]:
        return frozenset(share.gl_code for share in self.shares)


def require_template(template: SplitTemplate) -> None:
    """Refuse a template that could split no amount, or one amount by chance.

    Raises:
        InvalidInput: in one sentence for the first thing that is wrong.
    """
    require_shares(template.shares)
    if any(share.takes_the_rest for share in template.shares):
        return
    percents = [share.percent for share in template.shares if share.percent is not None]
    fixed = len(percents) < len(template.shares)
    if percents and (fixed or sum(percents) != WHOLE):
        come_to = "" if fixed else f": the percentages come to {percent_words(sum(percents))}"
        raise InvalidInput(f"These lines would not add up{come_to}.", "Let one line take the rest.")


def shares_words(shares: Shares) -> str:
    """Shares as people read them: "61500 80%, 62600 $12.50, 25000 the rest"."""
    return ", ".join(f"{share.gl_code} {_share_words(share)}" for share in shares)


def _share_words(share: Share) -> str:
    if share.percent is not None:
        return percent_words(share.percent)
    return "the rest" if share.amount is None else dollars(share.amount)
