from ledgersync.ui.feedback import in_place
from ledgersync.ui.help_topics import after_connecting, importing, troubleshooting
from ledgersync.ui.shell import open_page
from ledgersync.ui.support_message import support_section

viewer = open_page("Help")

troubleshooting()
after_connecting()
importing()
with in_place():
    support_section(viewer)
