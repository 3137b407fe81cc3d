"""File names made from names: safe on every system, distinct, readable."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from talkshow.store.naming import safe_name


@given(name=st.one_of(st.text(max_size=300), st.text("./\\ CON:aux.com1~\0\n…🙂ß", max_size=90)))
def test_no_name_is_dangerous(name: str) -> None:
    safe = safe_name(name)
    assert safe and len(safe) <= 60 and len(safe.encode("utf-8")) <= 180
    assert not set(safe) & set('/\\:*?"<>|\0') and safe.isprintable()
    assert ".." not in safe and not safe.startswith((".", " ")) and not safe.endswith((".", " "))
    assert safe.split(".")[0].strip().casefold() not in {"con", "prn", "aux", "nul", "com1", "lpt9"}
    assert safe_name(safe) == safe


@given(names=st.lists(st.text("aA/\\.é", min_size=0, max_size=70), max_size=12))
def test_names_stay_apart_on_systems_that_ignore_case(names: list[str]) -> None:
    taken: list[str] = []
    for name in names:
        taken.append(safe_name(name, taken))
    assert len({name.casefold() for name in taken}) == len(names)


@pytest.mark.parametrize(
    ("name", "taken", "expected"),
    [
        ("MAYA", (), "MAYA"),
        ("Dr. Who?", (), "Dr. Who_"),
        ("../../etc", (), "____etc"),
        ("A/B", ("a_b",), "A_B-2"),
        ("A:B", ("A_B", "A_B-2"), "A_B-3"),
        ("Ünsal 中文", (), "Ünsal 中文"),
        ("", (), "unnamed"),
        ("...", (), "unnamed"),
        ("con.txt", (), "_con.txt"),
        (".hidden", (), "hidden"),
        ("e\u0301", (), "é"),
        ("x" * 99, (), "x" * 60),
        ("x" * 99, ("x" * 60,), "x" * 58 + "-2"),
    ],
)
def test_examples(name: str, taken: tuple[str, ...], expected: str) -> None:
    assert safe_name(name, taken) == expected
