from ledgersync.ui.shell import open_page

viewer = open_page("Clients")
