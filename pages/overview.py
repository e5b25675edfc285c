from ledgersync.ui.feedback import in_place
from ledgersync.ui.overview import overview
from ledgersync.ui.shell import open_page

viewer = open_page("Overview")

with in_place():
    overview(viewer)
