"""Rows that nothing else could match: what the outside model says of them, now and from before."""

from collections.abc import Sequence

from ledgersync.domain.codes import Coding
from ledgersync.domain.suggestions import Suggestion
from ledgersync.domain.transactions import Method
from ledgersync.services import outside_advice
from ledgersync.services.knowledge import Knowledge
from ledgersync.services.workspace import Workspace
from ledgersync.storage import charts, suggestions
from ledgersync.storage.engine import Tx
from ledgersync.storage.suggestions import Waiting

_WHY = "Proposed by the outside model that an administrator has set up"


class AdviceRun:
    """What the outside model was asked in one run, and what there is to say of it."""

    def __init__(self) -> None:
        self.asked = 0
        self.working = True
        self._sentences: list[str] = []

    @property
    def sentences(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._sentences))

    def on(
        self, workspace: Workspace, known: Knowledge, open_rows: Sequence[Waiting]
    ) -> dict[str, Suggestion]:
        """The outside model's suggestions for rows that nothing else could match.

        None for a client whose learning is off: there, rules and vendor names alone speak.
        """
        if not self.working or not open_rows or known.lists.learning_off:
            return {}
        questions = [outside_advice.question_about(row.line) for row in open_rows]
        with workspace.database.reading() as tx:
            chart = charts.chart_for(tx, known.client_id)
        advice = outside_advice.advise(workspace, questions, known.lists.vendors, chart, self.asked)
        self.asked += advice.asked
        self.working = advice.working
        self._sentences += [advice.sentence] if advice.sentence else []
        return {
            row.transaction_id: _suggestion(answer)
            for row, answer in zip(open_rows, advice.answers, strict=True)
            if answer and _may_stand(known, row, Coding(answer.vendor_id, answer.gl_code))
        }


def standing_advice(
    tx: Tx, known: Knowledge, open_rows: Sequence[Waiting]
) -> dict[str, Suggestion]:
    """What the outside model said of these rows before, where it may still be said.

    Asking again would cost again, and a change of lists or rules elsewhere must not lose it.
    """
    stored = suggestions.suggestions_for(tx, [row.transaction_id for row in open_rows])
    return {
        row.transaction_id: said
        for row in open_rows
        if (said := stored.get(row.transaction_id))
        and said.why == _WHY
        and _may_stand(known, row, Coding(said.vendor_id, said.gl_code))
    }


def _may_stand(known: Knowledge, row: Waiting, coding: Coding) -> bool:
    """Whether the client learns, has these codes, and nobody stopped them for such rows."""
    if known.lists.learning_off:
        return False
    vendors = {vendor.id for vendor in known.lists.vendors}
    return (
        coding.vendor_id in {"", *vendors}
        and coding.gl_code in {"", *known.lists.chart}
        and not known.matcher.stops(row.line, coding)
    )


def _suggestion(answer: outside_advice.Answer) -> Suggestion:
    return Suggestion(
        vendor_id=answer.vendor_id,
        gl_code=answer.gl_code,
        method=Method.AI,
        confidence=answer.confidence,
        why=_WHY,
    )
