from ledgersync.ui.feedback import in_place, show_kept
from ledgersync.ui.rules import rules
from ledgersync.ui.shell import open_page

viewer = open_page("Rules")
show_kept()
with in_place():
    rules(viewer)
