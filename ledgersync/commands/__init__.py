"""The commands of `ledgersync`, by subject; each module has a typer app that cli.py assembles.

A command opens the books, calls services, and prints: answers on stdout, all else on stderr.
"""
