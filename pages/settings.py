from ledgersync.ui.audit_trail import audit_section
from ledgersync.ui.backups import backups_section
from ledgersync.ui.connection import connection_section
from ledgersync.ui.encryption_keys import keys_section
from ledgersync.ui.export_keeping import keeping_section
from ledgersync.ui.feed_address import address_section, demo_log_ins
from ledgersync.ui.feedback import in_place, show_kept
from ledgersync.ui.outside_ai import outside_ai_section
from ledgersync.ui.people import people_section
from ledgersync.ui.shell import open_page

viewer = open_page("Settings")

show_kept()
with in_place():
    connection_section(viewer)
    if viewer.in_demo:
        demo_log_ins()
    address_section(viewer)
    people_section(viewer)
    keys_section(viewer)
    keeping_section(viewer)
    outside_ai_section(viewer)
    backups_section(viewer)
    audit_section(viewer)
