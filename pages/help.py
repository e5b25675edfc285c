from ledgersync.ui.feedback import in_place
from ledgersync.ui.help_topics import after_connecting, troubleshooting
from ledgersync.ui.import_guide import guides_section
from ledgersync.ui.shell import open_page
from ledgersync.ui.support_message import support_section

viewer = open_page("Help")

troubleshooting()
after_connecting()
with in_place():
    guides_section()
with in_place():
    support_section(viewer)
