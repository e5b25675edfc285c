"""Asking a model many questions: in batches, within limits, and no further once it fails."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from ledgersync.outside_ai.answers import Reading, read_answers
from ledgersync.outside_ai.client import Conversation, Endpoint, Patience
from ledgersync.outside_ai.failures import OUT_OF_TIME, Trouble
from ledgersync.outside_ai.prompt import BATCH, Lists, messages
from ledgersync.outside_ai.questions import Answer, Question


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it: `asked` questions were sent, `refused` answers could not be used.

    `trouble` is what ended the asking early, or left it without any answer.
    """

    answers: dict[Question, Answer]
    asked: int
    refused: int
    trouble: Trouble | None


def consult(
    endpoint: Endpoint, questions: Sequence[Question], lists: Lists, patience: Patience
) -> Outcome:
    """Ask each of these distinct questions once.

    The first failure of the server ends it, and so does the second answer that is not in form:
    what a failing model costs in time and money stays small.

    Raises:
        SettingsInvalid: when the CA bundle holds no usable certificates.
    """
    deadline = time.monotonic() + patience.all_answers
    answers: dict[Question, Answer] = {}
    asked = refused = 0
    spoiled: Trouble | None = None
    with Conversation(endpoint, patience) as talk:
        for batch in _batches(questions):
            got = _ask(talk, batch, lists, deadline - time.monotonic())
            asked += 0 if got is OUT_OF_TIME else len(batch)
            if isinstance(got, Reading):
                answers |= {batch[number]: answer for number, answer in got.answers.items()}
                refused += got.refused
            elif spoiled or not got.passing:
                return Outcome(answers, asked, refused, got)
            else:
                spoiled, refused = got, refused + len(batch)
    return Outcome(answers, asked, refused, None if answers else spoiled)


def _ask(
    talk: Conversation, batch: Sequence[Question], lists: Lists, seconds: float
) -> Reading | Trouble:
    if seconds <= 0:
        return OUT_OF_TIME
    said = talk.ask(messages(batch, lists), seconds)
    return said if isinstance(said, Trouble) else read_answers(said, len(batch), lists)


def _batches(questions: Sequence[Question]) -> list[Sequence[Question]]:
    return [questions[start : start + BATCH] for start in range(0, len(questions), BATCH)]
