"""The outside model's line in the report of a load."""

from ledgersync.outside_ai.consulting import Outcome
from ledgersync.outside_ai.prompt import Lists


def report(outcome: Outcome, found: int, rows_per_run: int, lists: Lists) -> str:
    """One sentence on what was asked and what came of it; "" when there was nothing to ask.

    Args:
        outcome: of the questions that were asked.
        found: how many distinct questions there were.
        rows_per_run: how many a run may ask.
        lists: what an answer could name.
    """
    if not found:
        return ""
    if outcome.trouble:
        open_ones = found - len(outcome.answers)
        return f"{outcome.trouble.sentence}; {_descriptions(open_ones)} without its advice."
    parts = [_asked(outcome)] if outcome.asked else []
    if outcome.refused:
        parts.append(f"{outcome.refused:,} of its answers could not be used")
    if left := found - outcome.asked:
        because = (
            f"a run asks {rows_per_run:,} at most" if lists else "there is nothing to choose from"
        )
        parts.append(f"{_descriptions(left)} unasked, because {because}")
    if lists.left_out:
        parts.append(f"{' and '.join(lists.left_out)} were too many to be sent")
    return f"{'; '.join(parts)}."


def _asked(outcome: Outcome) -> str:
    about = f"{outcome.asked:,} description{'' if outcome.asked == 1 else 's'}"
    return f"The outside model was asked about {about} and coded {len(outcome.answers):,}"


def _descriptions(number: int) -> str:
    return "1 description stays" if number == 1 else f"{number:,} descriptions stay"
