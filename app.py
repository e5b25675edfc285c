"""The router: navigation; how a page is framed is in ledgersync/ui/shell.py, the rest in pages/."""

from ledgersync.ui import shell

shell.run()
