"""The table of spectral lines."""

import pytest

from al_core.lines import HALPHA, LINE_KINDS, line_named, load_lines


def morton_air(vacuum: float) -> float:
    """Morton (2000), eq. 8, written out again here as an independent check."""
    s2 = (1e4 / vacuum) ** 2
    return vacuum / (1 + 8.34254e-5 + 2.406147e-2 / (130 - s2) + 1.5998e-4 / (38.9 - s2))


def test_air_and_vacuum_of_every_line_agree_with_morton() -> None:
    for line in load_lines():
        assert morton_air(line.vacuum) == pytest.approx(line.air, abs=0.011), line.name


def test_names_are_unique_kinds_are_known_and_lines_are_sorted() -> None:
    lines = load_lines()
    assert len(lines) == 117
    assert len({line.name for line in lines}) == len(lines)
    assert {line.kind for line in lines} <= set(LINE_KINDS)
    assert [line.vacuum for line in lines] == sorted(line.vacuum for line in lines)


@pytest.mark.parametrize(
    ("air", "vacuum"), [(6562.80, 6564.61), (5006.84, 5008.24), (6583.46, 6585.28), (6716.44, 6718.29)]
)
def test_well_known_pairs_of_air_and_vacuum(air: float, vacuum: float) -> None:
    assert any(line.air == air and line.vacuum == vacuum for line in load_lines())


def test_bands_have_an_end_and_lines_have_none() -> None:
    assert line_named("O2 A").is_band
    assert line_named("O2 A").vacuum_end == pytest.approx(7692.12)
    assert not line_named("H-alpha").is_band
    assert line_named("H-alpha").vacuum == HALPHA


def test_kinds_can_be_chosen_and_an_unknown_name_is_an_error() -> None:
    assert {line.kind for line in load_lines("forbidden", "sky")} == {"forbidden", "sky"}
    with pytest.raises(KeyError, match="No spectral line is named 'Vulcanium'"):
        line_named("Vulcanium")
