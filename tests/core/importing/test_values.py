from datetime import UTC, datetime
from typing import Any

import polars as pl
import pytest

from al_core.metadata.fields import FieldType
from al_core.metadata.importing.suggesting import type_of
from al_core.metadata.importing.values import fast, settle

NUMBER, INTEGER, TIME, BOOLEAN, STRING = (
    FieldType.NUMBER,
    FieldType.INTEGER,
    FieldType.TIME,
    FieldType.BOOLEAN,
    FieldType.STRING,
)


def typed(values: pl.Series, kind: FieldType, position: str = "") -> tuple[list[Any], list[bool]]:
    first = values.to_frame("v").select(fast("v", values.dtype, kind)).to_series()
    found = settle(values, first, kind, position)
    assert found.values.dtype == kind.dtype
    return found.values.to_list(), [] if found.bad is None else found.bad.to_list()


@pytest.mark.parametrize("text", ["", " ", "nan", "NaN", "NULL", "null", "-", "n/a", "--", "inf", "-Infinity", None])
@pytest.mark.parametrize("kind", [NUMBER, INTEGER])
def test_what_means_none_is_missing_among_numbers(text: str | None, kind: FieldType) -> None:
    assert typed(pl.Series([text, "1"]), kind) == ([None, 1], [])


@pytest.mark.parametrize("text", ["", "nan", "NaN", "NULL", "Null", " - "])
def test_what_means_none_is_missing_among_texts(text: str) -> None:
    assert typed(pl.Series([text, " G5 ", "None", "99.0"]), STRING) == ([None, "G5", "None", "99.0"], [])


def test_numbers_are_read_with_blanks_signs_and_exponents() -> None:
    assert typed(pl.Series([" 12.5 ", "+1", "-1e-3", ".5", "99.0", "-9999.0"]), NUMBER)[0] == [
        12.5,
        1.0,
        -0.001,
        0.5,
        99.0,
        -9999.0,
    ]


def test_what_is_no_number_is_bad() -> None:
    assert typed(pl.Series(["1", "1,5", "abc", "", "0x10"]), NUMBER) == (
        [1.0, None, None, None, None],
        [False, True, True, False, True],
    )


def test_whole_numbers_may_be_written_as_floats() -> None:
    values = pl.Series(["55860.0", "+7", "1.5", "9007199254740993", "1e400"])
    assert typed(values, INTEGER) == ([55860, 7, None, 9007199254740993, None], [False, False, True, False, False])


def test_floats_become_whole_numbers_only_if_they_are() -> None:
    assert typed(pl.Series([1.0, 2.5, float("nan"), None]), INTEGER) == (
        [1, None, None, None],
        [False, True, False, False],
    )


def test_times_are_understood_as_surveys_write_them() -> None:
    texts = ["2011-10-25", "2011-10-25T12:30:01", "2011-10-25 12:30:01.5", "2011/10/25", "2011-10-25T12:30:00Z"]
    texts += ["2011-10-25T14:30:00+02:00", "25.10.2011", ""]
    values, bad = typed(pl.Series(texts), TIME)
    noon = datetime(2011, 10, 25, 12, 30, tzinfo=UTC)
    day = datetime(2011, 10, 25, tzinfo=UTC)
    assert values == [
        day,
        noon.replace(second=1),
        noon.replace(second=1, microsecond=500_000),
        day,
        noon,
        noon,
        None,
        None,
    ]
    assert bad == [False] * 6 + [True, False]


def test_dates_of_a_typed_table_become_times() -> None:
    day = datetime(2011, 10, 25, tzinfo=UTC)
    assert typed(pl.Series([day.date()]), TIME)[0] == [day]
    assert typed(pl.Series([day.replace(tzinfo=None)]), TIME)[0] == [day]
    assert typed(pl.Series([5.0]), TIME) == ([None], [True])


def test_truth_values() -> None:
    assert typed(pl.Series(["true", "F", "1", "no", "", "perhaps"]), BOOLEAN) == (
        [True, False, True, False, None, None],
        [False] * 5 + [True],
    )
    assert typed(pl.Series([0, 1, 2]), BOOLEAN) == ([False, True, None], [False, False, True])


def test_positions_may_be_sexagesimal() -> None:
    # 12h 34m 56.7s = 188.73625 deg, -12 deg 34' 56.7" = -12.58241667 deg, by hand
    ra, bad = typed(pl.Series(["12:34:56.7", "12 34 56.7", "12h34m56.7s", "188.73625", "24:60:00"]), NUMBER, "ra")
    assert ra[:4] == pytest.approx([188.73625] * 4, abs=1e-9)
    assert bad == [False] * 4 + [True]
    dec, _ = typed(pl.Series(["-12:34:56.7", "-00 30 00", "+0:30:00"]), NUMBER, "dec")
    assert dec == pytest.approx([-12.582416667, -0.5, 0.5], abs=1e-9)


def test_positions_outside_the_sky_are_bad_and_placeholders_missing() -> None:
    assert typed(pl.Series(["361", "-9999", "359.9"]), NUMBER, "ra") == ([None, None, 359.9], [True, False, False])
    assert typed(pl.Series([90.1, -999.0, -90.0]), NUMBER, "dec") == ([None, None, -90.0], [True, False, False])


@pytest.mark.parametrize(
    ("texts", "kind"),
    [
        (["1", "", "-3"], INTEGER),
        (["1", "2.5"], NUMBER),
        (["55860.0", "55861.0"], NUMBER),
        (["007", "008"], STRING),
        (["1.5", "abc"], STRING),
        (["123456789012345678", "1"], STRING),
        (["2011-10-25", "-"], TIME),
        (["true", "False", ""], BOOLEAN),
        (["", "nan"], STRING),
        (["B6202", "1"], STRING),
    ],
)
def test_a_type_is_what_all_values_are(texts: list[str], kind: FieldType) -> None:
    assert type_of(pl.Series(texts)) is kind
