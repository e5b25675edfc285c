"""A LedgerSync whose texts try to become code, links, pictures and formulas on our pages."""

from typing import Any
from urllib.parse import unquote

from tests.bankfeed.feed_server import Call, Reply, plain

EMAIL, PASSWORD = "books@northgate.example", "Quill-and-Ledger-77"
HOST = "evil.example"
TEXTS = (
    f"<img src=https://{HOST}/a.png onerror=window.hacked=1>",
    f"<script>window.hacked=2;fetch('https://{HOST}/b')</script>",
    f"![beacon](https://{HOST}/c.png) [pay](https://{HOST}/d) <https://{HOST}/e>",
    f"https://{HOST}/f www.{HOST} mail@{HOST} javascript:alert(1)",
    "[click](javascript:window.hacked=3) :material/delete: :red[late] $$\\frac{1}{2}$$ `x`",
    f'=HYPERLINK("https://{HOST}/g","open") |a|b| # head ~~gone~~ **bold** {{{{7*7}}}}',
    f"\"><svg/onload=window.hacked=4><a href='https://{HOST}/h'>link</a>",
)  # fmt: skip
# What else reads as Markdown, HTML or another direction; shown in the longest fields.
MORE = (
    f"<iframe src=https://{HOST}/i></iframe> &lt;img src=https://{HOST}/j&gt; &#x3C;b&#x3E;",
    f"[x][y] [y]: https://{HOST}/k \\[z](https://{HOST}/l) mailto:me@{HOST} ftp://{HOST}/m",
    "\u202e:material/skull: \u200b:rainbow[gone] $x^2$ \\(y\\) :blue-badge[paid] -> \u2066:+1:",
    f"{'very long ' * 60}https://{HOST}/n",
)


def client_name() -> str:
    return f"Acme {TEXTS[0]} {TEXTS[2]} {TEXTS[3]}"


def answer(call: Call) -> Reply:
    """Answer as the default profile expects; any password but the right one is refused."""
    match unquote(call.path).strip("/").split("/"):
        case ["authenticate"]:
            good = PASSWORD.encode() in call.body
            return plain({"token": "t"}) if good else plain({"error": TEXTS[0]}, 401)
        case ["clients"]:
            return _listed([{"id": "c1", "name": client_name(), "status": TEXTS[1]}])
        case ["clients", _, "accounts"]:
            return _listed([_account(number) for number in range(3)])
        case ["accounts", account, "transactions"]:
            return _listed(_rows_of(account, call))
        case ["accounts", "a0", "statements"]:
            return _listed([{"id": TEXTS[0], "startDate": TEXTS[1], "endDate": TEXTS[2]}])
    return plain({"error": TEXTS[0]}, 404)


def _listed(items: list[Any]) -> Reply:
    return plain({"items": items, "total": len(items)})


def _account(number: int) -> dict[str, Any]:
    return {
        "id": f"a{number}", "name": f"{TEXTS[number]} {TEXTS[2]}", "institution": TEXTS[3],
        "type": TEXTS[4], "mask": "4821", "currency": "USD", "status": TEXTS[6][:20] * number,
    }  # fmt: skip


def _rows(call: Call) -> list[dict[str, Any]]:
    day = call.params["startDate"]
    return [
        {
            "id": f"t{number}", "postedDate": day, "description": text, "amount": -10.5 - number,
            "payee": TEXTS[-1 - number], "memo": text, "checkNumber": "",
        }
        for number, text in enumerate(TEXTS)
    ]  # fmt: skip


def _rows_of(account: str, call: Call) -> list[dict[str, Any]]:
    if account == "a1":
        return [{"id": TEXTS[0], "amount": "x"}]
    return _rows(call) if account == "a0" else _other_side(call)


def _other_side(call: Call) -> list[dict[str, Any]]:
    """What may be the other legs of transfers, then one row that is there twice, then the rest."""
    legs = [row | {"id": f"o{row['id']}", "amount": -row["amount"]} for row in _rows(call)[:2]]
    twins = [_rows(call)[2] | {"id": f"twin{number}"} for number in range(2)]
    more = [
        {**twins[0], "id": f"m{number}", "description": text, "payee": text, "amount": -1 - number}
        for number, text in enumerate(MORE)
    ]
    return [*legs, *twins, *more]
