"""Labels of choices: no two read alike, and the rest stay as they are."""

from ledgersync.ui.labels import told_apart


def test_only_labels_that_read_alike_get_their_mark() -> None:
    labels = {"a": "Pine Street", "b": "Harbor", "c": "Pine Street"}
    assert told_apart(labels, {"a": "C1", "b": "C2", "c": "C3"}) == {
        "a": "Pine Street [C1]",
        "b": "Harbor",
        "c": "Pine Street [C3]",
    }
