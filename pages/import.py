from ledgersync.ui.feedback import in_place, show_kept
from ledgersync.ui.shell import open_page
from ledgersync.ui.statement_import import statement_import

viewer = open_page("Import")
show_kept()

with in_place():
    statement_import(viewer)
