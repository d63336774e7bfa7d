"""Labels as files state them, and lists of labels by id."""

from pathlib import Path

import pytest

from al_core.errors import ConfigurationError, ReadError
from al_core.runs.labels import class_index, read_label_list

CLASSES = ("other", "single peak", "double peak")


@pytest.mark.parametrize(
    ("label", "index"),
    [
        ("other", 0),
        (" single peak ", 1),
        ("absorption", 0),
        ("emission", 1),
        ("double-peak", 2),
        ("2", 2),
        ("1.0", 1),
        (0, 0),
        (2.0, 2),
        (None, None),
        ("", None),
        ("  ", None),
    ],
)
def test_a_label_is_a_position_or_a_name(label: object, index: int | None) -> None:
    assert class_index(label, CLASSES) == index


@pytest.mark.parametrize("label", ["triple peak", "3", "-1", "1.5", "nan", "inf"])
def test_a_label_that_is_no_class_is_named_with_those_allowed(label: str) -> None:
    with pytest.raises(ConfigurationError, match=f"found label '{label}'; allowed: 0 'other', 1 'single peak'"):
        class_index(label, CLASSES)


def test_a_class_named_as_the_published_label_wins_over_the_synonym() -> None:
    assert class_index("emission", ("single peak", "emission")) == 1


def test_a_class_with_a_number_for_a_name_is_found_by_name() -> None:
    assert class_index("1", ("1", "0")) == 0


@pytest.mark.parametrize(
    "text",
    [
        "id,label,comment\na,0,weak\nb,2,\nc,,look again\n",
        "ID,Label,Comment\na,0,weak\nb,2,\nc,,look again\n",
        "label,comment,id\n0,weak,a\n2,,b\n,look again,c\n",
        "a,0,weak\nb,2,undefined\nc,,look again\n",
        "a,other,weak\nb,double peak\nc,,look again\n",
        '"a","0","weak"\n"b","2"\n"c","","look again"\n',
    ],
)
def test_lists_are_read_with_or_without_header(text: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text)
    labels, comments = read_label_list(path, CLASSES)
    assert labels == {"a": 0, "b": 2}
    assert comments == {"a": "weak", "c": "look again"}


def test_a_comment_may_hold_commas_and_quotes(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text('id,label,comment\na,1,"core, ""deep"""\n')
    assert read_label_list(path, CLASSES).comments == {"a": 'core, "deep"'}


def test_the_later_of_two_labels_counts(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("id,label\na,0\na,1\n")
    assert read_label_list(path, CLASSES).labels == {"a": 1}


@pytest.mark.parametrize("text", ["0\n1\n2\n", "0,weak\n1,strong\n", "single peak\nother\n"])
def test_lists_without_ids_are_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text)
    with pytest.raises(ReadError, match=r"labels\.csv, row 1: expected an id.*line number"):
        read_label_list(path, CLASSES)


def test_a_header_without_ids_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("label,comment\n0,weak\n")
    with pytest.raises(ReadError, match="expected columns 'id' and 'label', found label, comment"):
        read_label_list(path, CLASSES)


def test_a_wrong_label_is_named_with_file_and_spectrum(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.write_text("id,label\na,0\nb,quasar\n")
    with pytest.raises(ConfigurationError, match=r"labels\.csv, spectrum 'b': found label 'quasar'"):
        read_label_list(path, CLASSES)


def test_an_empty_list_is_named(tmp_path: Path) -> None:
    path = tmp_path / "labels.csv"
    path.touch()
    with pytest.raises(ReadError, match=r"labels\.csv: expected a list of labels"):
        read_label_list(path, CLASSES)
