import polars as pl
import pytest

from al_core.simulation.catalog import CATALOG_COLUMNS, index_rows, simulate_catalog

N = 70_000


@pytest.fixture(scope="module")
def catalog() -> pl.DataFrame:
    return pl.concat(simulate_catalog(N, seed=3))


def test_the_same_seed_gives_the_same_rows_whatever_the_chunk(catalog: pl.DataFrame) -> None:
    frames = list(simulate_catalog(N, seed=3, chunk=9_999))
    assert [len(frame) for frame in frames] == [9_999] * 7 + [7]
    assert pl.concat(frames).equals(catalog)
    assert not pl.concat(simulate_catalog(N, seed=4)).equals(catalog)


def test_a_longer_catalog_begins_with_a_shorter_one(catalog: pl.DataFrame) -> None:
    assert pl.concat(simulate_catalog(1234, seed=3)).equals(catalog.head(1234))
    assert list(simulate_catalog(0)) == []


def test_columns_are_those_of_the_survey_and_ids_are_unique(catalog: pl.DataFrame) -> None:
    assert tuple(catalog.columns) == CATALOG_COLUMNS
    assert len(CATALOG_COLUMNS) == 38
    assert catalog["filename"].n_unique() == catalog["obsid"].n_unique() == N
    assert catalog["designation"].n_unique() < N  # stars that were observed twice


def test_the_sky_is_clumped_and_reaches_its_edges(catalog: pl.DataFrame) -> None:
    assert catalog["ra"].is_between(0, 360, closed="left").all()
    assert catalog["dec"].is_between(-12, 90).all()
    assert len(catalog.filter(pl.col("dec") > 88)) > 100
    assert len(catalog.filter((pl.col("ra") > 359) | (pl.col("ra") < 1), pl.col("dec").abs() < 10)) > 50
    cells = catalog.group_by(pl.col("ra").floor(), pl.col("dec").floor()).len()["len"]
    assert cells.max() > 5 * cells.median()  # type: ignore[operator]
    assert len(cells) < 0.2 * 360 * 100


def test_a_designation_is_the_position(catalog: pl.DataFrame) -> None:
    row = catalog.row(0, named=True)
    hours, north = row["designation"][1:10], row["designation"][10:]
    ra = 15 * (int(hours[:2]) + int(hours[2:4]) / 60 + float(hours[4:]) / 3600)
    dec = int(north[:3]) + (int(north[3:5]) / 60 + float(north[5:]) / 3600) * (-1 if north[0] == "-" else 1)
    assert ra == pytest.approx(row["ra"], abs=15 * 0.01 / 3600)
    assert dec == pytest.approx(row["dec"], abs=0.1 / 3600)


def test_missing_values_are_those_of_the_survey(catalog: pl.DataFrame) -> None:
    assert (catalog["mag7"] == 99.0).any()
    assert ((catalog["z"] == -9999.0) == (catalog["class"] == "Unknown")).all()
    assert 0 < catalog["tcomment"].null_count() < N


def test_rows_of_an_index_have_an_id_and_times(catalog: pl.DataFrame) -> None:
    rows = index_rows(catalog)
    assert rows["id"][0] + ".fits" == catalog["filename"][0]
    assert rows.schema["obsdate"] == pl.Datetime("ms", "UTC")
