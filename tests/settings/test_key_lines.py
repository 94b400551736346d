"""On which line of a file a key is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tuimon.settings.key_lines import key_lines

FILE = """\
# a comment
first = 1

"quoted key" = '''
# not a comment, nor is the next line a key
second = 2
'''  # the end
[table] # a header
  third = [
    "a",  # with = signs

    "# and signs of comments",
  ]
dotted.fourth = {fifth = 5}
[ table . inner ]
sixth = 6
[[tables]]
seventh = 7
[table.last]
"""


def test_keys_are_found_where_they_stand() -> None:
    """Through comments, multi-line texts and lists, dotted keys, inline tables and headers."""
    assert key_lines(FILE) == {
        ("first",): 2,
        ("quoted key",): 4,
        ("table",): 8,
        ("table", "third"): 9,
        ("table", "dotted"): 14,
        ("table", "dotted", "fourth"): 14,
        ("table", "dotted", "fourth", "fifth"): 14,
        ("table", "inner"): 15,
        ("table", "inner", "sixth"): 16,
        ("tables",): 17,
        ("tables", "seventh"): 18,
        ("table", "last"): 19,
    }


def test_lines_end_in_either_way() -> None:
    """A file written on Windows has the same lines."""
    assert key_lines(FILE.replace("\n", "\r\n")) == key_lines(FILE)


STATEMENTS = st.sampled_from(
    ["{key} = 1", "{key} = [\n1,\n\n2]", '{key} = """\na = 1\n[b]\n"""', "{key} = {{x = 1}}", "{key}.x = '#'"]
)
BETWEEN = st.lists(st.sampled_from(["", "# comment = 1", "   ", "# [header]"]), max_size=3)


@given(st.lists(st.tuples(BETWEEN, st.booleans(), STATEMENTS), max_size=12))
def test_each_statement_is_found_on_its_first_line(
    statements: list[tuple[list[str], bool, str]],
) -> None:
    """Any mixture of headers, values of several lines, comments and blank lines."""
    lines: list[str] = []
    expected: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    for number, (between, has_header, statement) in enumerate(statements):
        lines += between
        if has_header:
            table = (f"table{number}",)
            lines.append(f"[{table[0]}]")
            expected[table] = len(lines)
        expected[*table, f"key{number}"] = len(lines) + 1
        lines += statement.format(key=f"key{number}").split("\n")
    found = key_lines("\n".join(lines))
    assert {path: found.get(path) for path in expected} == expected


def test_a_key_deeper_than_the_stack_is_no_trouble() -> None:
    """Dotted keys need no recursion to read, so they can be deeper than Python's stack."""
    assert key_lines("a" + ".a" * 2_000 + " = 1\nb = 2")["b",] == 2


def test_a_statement_without_end_costs_little() -> None:
    """The search gives up in a value of thousands of lines; what was found before it stays."""
    assert key_lines("first = 1\nmany = [\n" + "1,\n" * 20_000 + "]\n") == {("first",): 1}
