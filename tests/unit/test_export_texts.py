import pytest

from ledgersync.exports.texts import TextWriter, looks_like_formula


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-5 off",
        "@SUM(A1)",
        "  =1",
        "\ufeff=1",
        "\u200b\u2060=1",
        "\x01=1",
        "\n=1",
        "\tplain",
        "\rplain",
        " \tplain",
        "\uff1d1",
        "\uff0b1",
        "\uff0d1",
        "\uff201",
        "\ufe631",
        "\u22121",
    ],
)
def test_what_a_spreadsheet_might_run_is_recognised(text: str) -> None:
    assert looks_like_formula(text)
    assert TextWriter(guard=True, one_line=False).write(text).startswith("'")


@pytest.mark.parametrize("text", ["", " ", "a=b", "12.50", "'=1", "\u2013 dash", "(1)", "\nplain"])
def test_other_texts_are_left_as_they_are(text: str) -> None:
    writer = TextWriter(guard=True, one_line=False)
    assert not looks_like_formula(text)
    assert writer.write(text) == text
    assert writer.guarded == 0


def test_what_is_hidden_behind_a_removed_character_is_guarded_too() -> None:
    writer = TextWriter(guard=True, one_line=True)
    assert writer.write("\x00\r\n=1") == "' =1"
    assert (writer.cleaned, writer.joined, writer.guarded) == (1, 1, 1)
