"""The LedgerSync client: what is asked, how answers are read, and what is refused.

What LedgerSync calls things is data (a profile in TOML), never code: see profiles.py. The way of a
request, outside in: client.py (threads and deadlines) -> access.py (one log-in for all) ->
paging.py (whole lists or an honest "incomplete") -> transport.py (eight at once, retried) ->
lanes.py (one exchange over HTTP) -> documents.py and rows.py (text to dataclasses).
"""
