"""Labels of choices: no two read alike, and the rest stay as they are."""

from ledgersync.domain.charts import Vendor
from ledgersync.ui.labels import told_apart, unique_labels, vendor_labels


def test_only_labels_that_read_alike_get_their_mark() -> None:
    named = [("a", "Pine Street", "C1"), ("b", "Harbor", "C2"), ("c", "Pine Street", "C3")]
    assert told_apart(named) == {
        "a": "Pine Street [C1]",
        "b": "Harbor",
        "c": "Pine Street [C3]",
    }


def test_labels_name_one_id_each() -> None:
    names = [("a", "Uber (U1)"), ("b", "Uber"), ("c", "Uber"), ("d", "Uber #2")]
    found = unique_labels(names)
    assert found == {"a": "Uber (U1)", "b": "Uber", "c": "Uber #2", "d": "Uber #2 #2"}
    assert len(set(found.values())) == len(names)


def test_of_two_with_one_mark_the_second_is_numbered() -> None:
    assert told_apart([("a", "Pine Street", "C1"), ("b", "Pine Street", "C1")]) == {
        "a": "Pine Street [C1]",
        "b": "Pine Street [C1] #2",
    }


def test_a_clients_vendor_and_the_firms_of_the_same_name_are_told_apart() -> None:
    vendors = [Vendor(id_, owner, "", "Uber", "") for id_, owner in (("a", "pine"), ("b", ""))]
    assert vendor_labels(vendors) == {"a": "Uber", "b": "Uber [whole firm]"}
