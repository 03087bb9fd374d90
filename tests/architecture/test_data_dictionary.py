"""The data dictionary says what the schemas say."""

from tools.write_data_dictionary import PAGE, dictionary


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == dictionary()
