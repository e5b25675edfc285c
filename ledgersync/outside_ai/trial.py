"""A try of an outside model, with a transaction and lists that are made up: nothing leaves."""

from ledgersync.domain.charts import GlAccount, Vendor
from ledgersync.domain.rules import Direction
from ledgersync.outside_ai.client import Endpoint, Patience
from ledgersync.outside_ai.consulting import consult
from ledgersync.outside_ai.failures import NOT_USABLE, Trouble
from ledgersync.outside_ai.prompt import listed
from ledgersync.outside_ai.questions import Question

_QUESTION = Question("SQ *CORNER COFFEE HOUSE", Direction.OUT, 7)
_LISTS = listed(
    [
        Vendor("v1", "", "COFFEE", "Corner Coffee House", ""),
        Vendor("v2", "", "FUEL", "Roadside Fuel", ""),
    ],
    [GlAccount("g1", "", "6100", "Meals", ""), GlAccount("g2", "", "6200", "Vehicle fuel", "")],
)


def tried(endpoint: Endpoint, patience: Patience) -> Trouble | None:
    """What keeps the model from being used; None when it answers as asked.

    It need not know the answer, so "none of these" is one too.

    Raises:
        SettingsInvalid: when the CA bundle holds no usable certificates.
    """
    outcome = consult(endpoint, [_QUESTION], _LISTS, patience)
    return outcome.trouble or (NOT_USABLE if outcome.refused else None)
