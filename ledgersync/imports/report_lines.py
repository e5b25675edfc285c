"""What reports print around a list: totals and page numbers, which are no entries of it."""

import re
from collections.abc import Sequence

_SHOWN = 8
_LONGEST = 80  # characters of a total or a page number
_WHAT = "accounts?|gl accounts?|clients?|vendors?|suppliers?|records?|lines?|entries|listed"
_TOTAL = re.compile(
    rf"(?:(?:grand|report|list) )?totals?(?: number)?(?: of)?(?: (?:{_WHAT}))*[ :=#]*[\d,.]*"
    rf"|(?:number|count) of (?:{_WHAT})[ :=#]*[\d,.]*"
    rf"|[\d,]+ (?:{_WHAT})(?: listed| printed)?"
    r"|end of (?:report|list)",
    re.IGNORECASE,
)
_PAGE = re.compile(r"page:? \d+(?: ?(?:of|/) ?\d+)?", re.IGNORECASE)
_ONLY_A_TOTAL = re.compile(r"(?:(?:grand|report|list) )?totals?:?", re.IGNORECASE)


def is_report_line(code: str, name: str) -> bool:
    """Whether a line with these two cells is a total or a page number.

    Whole texts only: "Total Wine & More" is a vendor. A line with a code is a total only where its
    name is nothing but the word.
    """
    if code and name:
        return bool(_ONLY_A_TOTAL.fullmatch(name) or _ONLY_A_TOTAL.fullmatch(code))
    text = code or name
    if len(text) > _LONGEST:
        return False
    return bool(_TOTAL.fullmatch(text) or _PAGE.fullmatch(text))


def lines_words(lines: Sequence[int]) -> str:
    """Where in the file: "line 4", "lines 4, 9, 12", "lines 4, 9, 12 and 3 more"."""
    shown = ", ".join(map(str, lines[:_SHOWN]))
    more = f" and {len(lines) - _SHOWN:,} more" if len(lines) > _SHOWN else ""
    return f"line{'' if len(lines) == 1 else 's'} {shown}{more}"
