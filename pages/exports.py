from ledgersync.ui.export_history import export_history
from ledgersync.ui.feedback import in_place, show_kept
from ledgersync.ui.shell import open_page

viewer = open_page("Exports")
show_kept()

with in_place():
    export_history(viewer)
