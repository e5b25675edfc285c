from ledgersync.ui import review_address, review_choice, review_room
from ledgersync.ui.feedback import in_place, show_kept
from ledgersync.ui.shell import open_page

viewer = open_page("Review")
show_kept()
with in_place():
    review_address.follow()
    choice = review_choice.choose(viewer)
    if choice is not None:
        review_room.show(viewer, choice)
