"""A believable firm without an account: the demo firm, and a LedgerSync server that speaks of it.

`firm` is what other parts use; `server` serves it over HTTP. The firm itself is data (the TOML
files beside this module), read by `plans`, worded by `wording` and written month by month in
`ledger`; `newcomers` are payees that a client never had before; `scaled` makes as many clients,
accounts and rows as a benchmark asks for.
"""
