from ledgersync.ui.clients import clients
from ledgersync.ui.feedback import in_place
from ledgersync.ui.shell import open_page

viewer = open_page("Clients")

with in_place():
    clients(viewer)
