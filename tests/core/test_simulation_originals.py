"""Whole spectra beside a survey of windows: the import of one is the row of the table."""

from pathlib import Path

import numpy as np
import polars as pl
from numpy.testing import assert_allclose

from al_core.labeling.originals import original_of
from al_core.preprocessing import RECIPES
from al_core.readers import read_spectrum
from al_core.simulation import SurveyParameters, simulate, write_csv_survey, write_originals
from al_core.simulation.originals import joined

SMALL = SurveyParameters(n_spectra=300, seed=3, emission_fraction=0.05, double_fraction=0.4, n_training=60)


def test_what_an_import_makes_of_a_whole_spectrum_is_the_row_of_the_table(tmp_path: Path) -> None:
    write_csv_survey(tmp_path, SMALL)
    table = pl.read_csv(tmp_path / "pool.csv")
    names = [name for name, *row in table.rows() if np.std(row) > 0.9][:40]  # dead and constant ones cannot be scaled
    assert write_originals(tmp_path / "spectra", SMALL, [*names, "gone"]) == 40
    assert sorted(path.name for path in (tmp_path / "spectra").iterdir()) == sorted(f"{name}.fits" for name in names)
    recipe = RECIPES["halpha"]
    for name in names:
        spectrum = read_spectrum(tmp_path / "spectra" / f"{name}.fits")
        assert (spectrum.spectrum_id, spectrum.n_pixels) == (name, 3909)
        row = table.row(by_predicate=pl.col("id") == name)
        assert_allclose(recipe.apply(spectrum), row[1:], atol=2e-5)


def test_the_label_page_finds_them_beside_the_table(tmp_path: Path) -> None:
    name = next(simulate(SMALL)).spectrum_ids[7]
    source = str(tmp_path / "pool.csv")
    assert "error" in original_of(source, name, (source,), RECIPES["halpha"]).full
    write_originals(tmp_path / "spectra", SMALL, [name])
    original = original_of(source, name, (source,), RECIPES["halpha"])
    assert original.full["n_pixels"] == 3909
    assert original.sigma is not None
    for other in ("../spectra/" + name, "..", "", "a\0b"):
        assert "error" in original_of(source, other, (source,), RECIPES["halpha"]).full


def test_the_arms_join_the_window_at_its_level() -> None:
    window = np.full((1, 160), 3.0, np.float32) * np.linspace(0.8, 1.2, 160, dtype=np.float32)
    flux, ivar = joined(np.ones((1, 3909), np.float32), np.full((1, 3909), 100, np.float32), window, window * 0 + 9)
    start = int(np.argmax(ivar[0] != ivar[0, 0]))
    # The median of the window is 3, so it is divided by 3: noise of 1/3 becomes 1/9, an inverse variance of 81.
    assert_allclose(flux[0, start : start + 160], np.linspace(0.8, 1.2, 160), rtol=1e-6)
    assert_allclose(ivar[0, start : start + 160], 81, rtol=1e-6)
    assert_allclose(flux[0, [start - 1, start + 160]], [0.8, 1.2], rtol=0.02)
    assert np.ptp(flux[0, :start]) == np.ptp(flux[0, start + 160 :]) == 0
