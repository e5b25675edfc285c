"""What a client's people want no longer suggested, and what that leaves of what was learned."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ledgersync.matching.learning import Prediction  # which brings numpy and scipy along

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What a client's people want no longer suggested for a descriptor; "" stands for any."""

    client_id: str
    descriptor: str
    vendor_id: str
    gl_code: str


def by_place(forgotten: AbstractSet[Forgotten]) -> Mapping[tuple[str, str], list[Forgotten]]:
    """By client and descriptor."""
    found: dict[tuple[str, str], list[Forgotten]] = {}
    for one in forgotten:
        found.setdefault((one.client_id, one.descriptor), []).append(one)
    return found


def without(prediction: "Prediction", forgotten: Sequence[Forgotten]) -> "Prediction":
    """What is left of a prediction when people want some of it no longer suggested."""
    codes, vendors = codes_of(forgotten), vendors_of(forgotten)
    if prediction.vendor_id in vendors:
        prediction = replace(prediction, vendor_id="", vendor_confidence=0.0)
    others = tuple(choice for choice in prediction.others if choice.gl_code not in codes)
    if prediction.gl_code in codes:
        prediction = replace(prediction, gl_code="", confidence=0.0, why="")
    return replace(prediction, others=others)


def codes_of(forgotten: Sequence[Forgotten]) -> frozenset[str]:
    """The GL codes that are unwanted."""
    return frozenset(one.gl_code for one in forgotten if one.gl_code) if forgotten else _NOTHING


def vendors_of(forgotten: Sequence[Forgotten]) -> frozenset[str]:
    """The vendors that are unwanted."""
    return frozenset(one.vendor_id for one in forgotten if one.vendor_id) if forgotten else _NOTHING
