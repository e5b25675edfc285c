"""Guides: how a layout's file gets into its receiver the first time, as data beside the layout.

What each column is mapped to stands with the column; here is what a person does around it.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Guide:
    """One page of how to import a file.

    Attributes:
        receiver: the program that takes the file.
        steps: what to do, in order; the mapping itself is listed after `mapping_step`.
        checks: what to look at before and after the import.
        choices: what nobody documents, so that it is our choice.
        mapping_step: which of the steps, counted from 1, speaks of the mapping; 0 without one.
    """

    receiver: str
    steps: tuple[str, ...]
    checks: tuple[str, ...]
    choices: tuple[str, ...] = ()
    mapping_step: int = 0


ACCOUNTING_CS = "Accounting CS"
TRY_ONE_CLIENT = (
    "Import the first file for one client only, and compare count and total with the figures that "
    "stand beside the export here."
)
ONLY_ONCE = (
    "Import each file once: no check for duplicates is documented. This app lets each row leave "
    "once for the same reason."
)
PERIOD_WARNING = (
    "Read the warnings: a date in a closed period or an earlier fiscal year is posted to the "
    "current period."
)
WHOLE_TEXTS = (
    "Texts leave whole: how long a text may be is not documented. Compare a long one after the "
    "first import."
)
KEEP_AS_IT_IS = (
    "Leave the file as it was downloaded. Opened and saved in Excel, a CSV loses zeros (0042 "
    "becomes 42), and a code such as 100-00 can become a date."
)


def accounting_cs(worksheet: str, extra_checks: tuple[str, ...], choices: tuple[str, ...]) -> Guide:
    """The spreadsheet import of Accounting CS (Thomson Reuters help, spreadsheet import).

    Args:
        worksheet: the sheet to choose in the wizard, "" for a CSV file.
        extra_checks: what else to look at for this layout.
        choices: see `Guide`.
    """
    sheet = f", and the worksheet **{worksheet}**" if worksheet else ""
    return Guide(
        receiver=ACCOUNTING_CS,
        steps=(
            "Close the file wherever it is open.",
            "In Accounting CS, choose **File > Import > Spreadsheet**.",
            f"Choose the client, the data type for transactions, the file{sheet}.",
            "Tick **Omit row** for the first row: it holds the headers.",
            (
                "Map each column as listed below. Save the mapping as a template: Accounting CS "
                "keeps it **for each client**, so this is done once a client. Our columns never "
                "change their order or names."
            ),
            "Let the wizard validate, read what it says, then import.",
        ),
        checks=(*extra_checks, PERIOD_WARNING, TRY_ONE_CLIENT, ONLY_ONCE),
        choices=(*choices, WHOLE_TEXTS),
        mapping_step=5,
    )
