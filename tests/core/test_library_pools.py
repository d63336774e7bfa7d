"""Pools in the library: lists, plates, imports as jobs, deletion; recipes and previews."""

import json
import time
from pathlib import Path

import numpy as np
import pytest

from al_core.errors import LibraryError, PoolError, RecipeError
from al_core.jobs import JobRegistry, Phase
from al_core.library import ImportOrder, Library
from al_core.library.folders import DataRoot
from al_core.library.names import checked_name
from al_core.library.preview import preview, sample_ids, sources_of_files, sources_of_pool
from al_core.library.recognition import recognize
from al_core.pools import import_pool
from al_core.preprocessing import RECIPES, STEPS
from al_core.preprocessing.form import parameters_of, problems_of
from al_core.settings import Settings
from tests.data_location import TEST_DATA, needs_test_data


@pytest.fixture
def library(workspace: Path) -> Library:
    return Library(workspace, Settings())


def import_survey(library: Library, survey: Path, name: str = "stars") -> None:
    (library.workspace / "pools").mkdir(exist_ok=True)
    import_pool([survey / "pool.csv"], library.workspace / "pools" / name, recipe=RECIPES["halpha"], name=name)


def order(name: str, *paths: Path, **more: object) -> ImportOrder:
    return ImportOrder(name, tuple(map(str, paths)), RECIPES["halpha"].to_dict(), **more)  # type: ignore[arg-type]


def test_a_pool_is_listed_with_its_facts(library: Library, survey: Path) -> None:
    assert library.pools() == []
    import_survey(library, survey)
    (info,) = library.pools()
    assert (info.name, info.n_spectra, info.n_points, info.recipe, info.scaling) == (
        "stars",
        120,
        140,
        "halpha",
        "zscore",
    )
    assert (info.problem, info.plate, info.grid) == ("", None, "140 points, 6,519 to 6,732 Å")


def test_thirty_pools_are_listed_in_a_tenth_of_a_second(library: Library, survey: Path) -> None:
    for k in range(30):
        (library.workspace / "pools").mkdir(exist_ok=True)
        folder = library.workspace / "pools" / f"pool {k}"
        if k == 0:
            import_survey(library, survey, folder.name)
            library.plate(folder.name)
        else:
            import shutil

            shutil.copytree(library.workspace / "pools" / "pool 0", folder)
    started = time.process_time()
    assert len(library.pools()) == 30
    assert time.process_time() - started < 0.1


def test_a_plate_of_a_table_is_dark_where_the_mean_absorbs(library: Library, survey: Path) -> None:
    import_survey(library, survey)
    plate = library.plate("stars")
    assert not plate.is_whole
    wavelength = np.linspace(plate.start, plate.stop, len(plate.values))
    assert abs(wavelength[int(np.argmin(plate.values))] - 6564.61) < 5
    assert library.pools()[0].plate == plate


@needs_test_data
def test_a_plate_of_whole_spectra_shows_the_balmer_lines(library: Library) -> None:
    (library.workspace / "pools").mkdir()
    files = [TEST_DATA / "lamost-dr1-fits"]
    import_pool(files, library.workspace / "pools" / "dr1", recipe=RECIPES["halpha"], name="dr1", workers=1)
    plate = library.plate("dr1")
    assert (plate.is_whole, plate.start, plate.stop) == (True, 3850.0, 7000.0)
    wavelength = np.linspace(plate.start, plate.stop, len(plate.values))
    values = np.array(plate.values)
    for line in (4862.7, 6564.6):  # Hβ and Hα in vacuum, NIST
        near = abs(wavelength - line) < 15
        around = (abs(wavelength - line) > 30) & (abs(wavelength - line) < 90)
        assert values[near].min() < np.median(values[around]) - 40


def test_a_damaged_pool_says_what_is_wrong_and_hides_no_other(library: Library, survey: Path) -> None:
    import_survey(library, survey)
    import_survey(library, survey, "broken")
    (library.workspace / "pools" / "broken" / "manifest.json").write_text("{")
    (library.workspace / "pools" / "empty").mkdir()
    problems = {info.name: bool(info.problem) for info in library.pools()}
    assert problems == {"stars": False, "broken": True, "empty": True}


def test_a_deleted_pool_is_gone_with_its_plate(library: Library, survey: Path) -> None:
    import_survey(library, survey)
    library.plate("stars")
    library.delete_pool("stars")
    assert library.pools() == []
    assert not list((library.workspace / "cache" / "plates").iterdir())
    with pytest.raises(LibraryError, match="no pool 'stars'"):
        library.delete_pool("stars")


@pytest.mark.parametrize("name", ["", " ", "../x", "a/b", ".hidden", "x" * 81, "con", "a.", "a\nb", None, "a:b"])
def test_a_name_is_one_of_a_folder(name: object) -> None:
    with pytest.raises(LibraryError):
        checked_name(name)


@pytest.mark.parametrize("name", ["..", "a/b", "", "a\0"])
def test_no_pool_outside_the_workspace_is_opened(library: Library, name: str) -> None:
    with pytest.raises(PoolError, match="not the name of a pool"):
        library.pool(name)


def test_an_import_is_a_job_with_counts_and_a_list(workspace: Path, survey: Path) -> None:
    settings = Settings()
    library, jobs = Library(workspace, settings), JobRegistry(workspace, settings)
    (survey / "bad.fits").write_bytes(b"no spectrum")
    parameters = library.order_import(order("stars", survey / "pool.csv", survey / "bad.fits", keep_grid=True))
    job = jobs.submit("import", "Import stars", parameters, owner="ada")
    while not job.is_ended:
        job = jobs.wait(job.job_id, 20)
    assert job.phase is Phase.COMPLETED, job.error
    assert (job.result["n_spectra"], job.result["n_rejected"]) == (120, 1)
    assert Path(job.result["rejected"]).read_text().count("bad.fits") >= 1
    assert library.pools()[0].plate is not None
    with pytest.raises(LibraryError, match="a pool 'stars' already"):
        library.order_import(order("stars", survey / "pool.csv"))


def test_an_import_is_checked_before_it_is_submitted(library: Library, survey: Path) -> None:
    with pytest.raises(LibraryError, match="Nothing is chosen"):
        library.order_import(order("a"))
    with pytest.raises(LibraryError, match="not there any more"):
        library.order_import(order("a", survey / "gone.csv"))
    with pytest.raises(RecipeError):
        library.order_import(ImportOrder("a", (str(survey),), {"steps": [{"step": "no"}]}))


# --- Folders of the server --------------------------------------------------------------------------------------
def test_nothing_outside_the_data_root_is_seen(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "a").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.csv").write_text("x")
    (root / "b.csv").write_text("x")
    (root / ".hidden").write_text("x")
    (root / "link").symlink_to(outside)
    (root / "inside").symlink_to(root / "a")
    listing = DataRoot(root).look_into()
    assert [(entry.name, entry.is_folder) for entry in listing.entries] == [
        ("a", True),
        ("inside", True),
        ("b.csv", False),
    ]
    for path in ("..", "../outside", "link", "link/secret.csv", "a/../../outside", "/../outside"):
        with pytest.raises(LibraryError, match="not below the data root"):
            DataRoot(root).resolve(path)
    assert DataRoot(root).resolve("/b.csv") == root / "b.csv"


def test_without_a_data_root_nothing_is_listed() -> None:
    with pytest.raises(LibraryError, match="SPECTROLABE_DATA_ROOT"):
        DataRoot(None).look_into()


# --- Recognition ------------------------------------------------------------------------------------------------
def test_files_are_recognized_by_their_content(survey: Path) -> None:
    (survey / "noise.bin").write_bytes(bytes(range(256)))
    (survey / "README.md").write_text("x")
    found = recognize([survey])
    assert [one.kind for one in found.formats][:2] == ["pool", "training"]
    assert {one.kind for one in found.formats} == {"pool", "training", "list", "unknown"}
    assert found.has_labels
    assert found.is_on_grid
    assert {path.name for path in found.lists} == {"poolnames.csv", "truth.csv"}
    with pytest.raises(LibraryError, match="not there any more"):
        recognize([survey / "gone"])


@needs_test_data
def test_every_folder_of_real_files_is_recognized() -> None:
    for folder in sorted(path for path in TEST_DATA.iterdir() if path.is_dir()):
        found = recognize([folder])
        assert found.has_spectra or folder.name in ("catalogues", "label-lists"), folder.name
        assert not [one for one in found.formats if one.kind == "unknown"], folder.name


# --- Recipes ----------------------------------------------------------------------------------------------------
def test_a_recipe_is_stored_and_read_again(library: Library) -> None:
    steps = RECIPES["halpha"].to_dict()["steps"]
    library.recipes.save("wide", [*steps[:3], {"step": "resample", "start": 6000.0, "stop": 6800.0}, steps[4]])
    stored = {one.name: one for one in library.recipes.all()}
    assert list(stored) == [*RECIPES, "wide"]
    assert library.recipes.get("wide").grid[0] == 6000
    (library.recipes.folder / "bad.json").write_text("{")
    assert {one.name: bool(one.problem) for one in library.recipes.all()}["bad"]
    library.recipes.remove("wide")
    with pytest.raises(LibraryError, match="no recipe 'wide'"):
        library.recipes.get("wide")


def test_predefined_recipes_stay_and_bad_ones_are_not_stored(library: Library) -> None:
    with pytest.raises(LibraryError, match="predefined"):
        library.recipes.save("halpha", [])
    with pytest.raises(LibraryError, match="predefined"):
        library.recipes.remove("halpha")
    with pytest.raises(RecipeError):
        library.recipes.save("mine", [{"step": "gaussian_blur"}])
    with pytest.raises(LibraryError, match="cannot be the name"):
        library.recipes.save("../mine", [{"step": "resample"}])


@pytest.mark.parametrize("step", STEPS)
def test_every_step_has_a_form_whose_defaults_are_right(step: str) -> None:
    defaults = {one.name: one.default for one in parameters_of(step)}
    assert [one for one in problems_of([{"step": step, **defaults}]) if one.step is not None] == []


@pytest.mark.parametrize(
    ("change", "parameter", "message"),
    [
        ({"n_points": 1}, "n_points", "2 to 100000"),
        ({"n_points": 2.5}, "n_points", "integer"),
        ({"start": 6800.0}, "stop", "stop above start"),
        ({"method": "magic"}, "method", "linear"),
        ({"start": None}, "start", "number"),
        ({"max_gap_angstrom": -1.0}, "max_gap_angstrom", "above 0"),
    ],
)
def test_a_mistake_stands_at_its_parameter(change: dict[str, object], parameter: str, message: str) -> None:
    steps = [dict(step) for step in RECIPES["halpha"].to_dict()["steps"]]
    steps[3] |= change
    (problem,) = problems_of(steps)
    assert (problem.step, problem.parameter) == (3, parameter)
    assert message in problem.message


def test_a_window_outside_the_default_one_is_no_mistake() -> None:
    assert problems_of([{"step": "resample", "start": 8000.0, "stop": 8500.0}]) == []


def test_the_order_of_steps_is_a_mistake_of_the_whole() -> None:
    (problem,) = problems_of([{"step": "scale_zscore"}, {"step": "resample"}])
    assert problem.step is None
    assert "before 'resample'" in problem.message
    assert problems_of([{"step": "no"}])[0].step == 0


# --- Previews ---------------------------------------------------------------------------------------------------
def test_rows_of_a_table_are_previewed_before_and_after(survey: Path) -> None:
    results = preview(sources_of_files([survey / "pool.csv"], 3), RECIPES["halpha"], keep_grid=True)
    assert len(results) == 3
    for one in results:
        assert one.result is not None
        np.testing.assert_allclose(
            [one.result.mean(), one.result.std()], [0, 1], atol=1e-5
        )  # the definition of z-score
        assert one.is_raw
        assert one.flux.std() != pytest.approx(1, abs=0.1)


def test_a_spectrum_that_is_left_out_says_why(survey: Path) -> None:
    wide = RECIPES["halpha"].to_dict()["steps"]
    wide[3] = {"step": "resample", "start": 4000.0, "stop": 5000.0, "n_points": 50}
    recipe = type(RECIPES["halpha"]).from_dict({"steps": wide})
    (one,) = preview(sources_of_files([survey / "pool.csv"], 1), recipe)
    assert one.result is None
    assert "the grid needs 4000-5000" in one.reason


def test_a_pool_of_a_table_is_previewed_from_its_flux(library: Library, survey: Path) -> None:
    import_survey(library, survey)
    pool = library.pool("stars")
    (one,) = preview(sources_of_pool(pool, sample_ids(pool, 1)), RECIPES["halpha-minmax"])
    assert not one.is_raw
    assert one.result is not None
    np.testing.assert_allclose([one.result.min(), one.result.max()], [-1, 1], atol=1e-6)


@needs_test_data
def test_a_pool_of_files_is_previewed_from_them(library: Library) -> None:
    (library.workspace / "pools").mkdir()
    import_pool(
        [TEST_DATA / "lamost-dr2-fits"],
        library.workspace / "pools" / "dr2",
        recipe=RECIPES["halpha"],
        name="dr2",
        workers=1,
    )
    pool = library.pool("dr2")
    spectrum_ids = sample_ids(pool, 2)
    for one, stored in zip(
        preview(sources_of_pool(pool, spectrum_ids), pool.recipe), pool.rows(spectrum_ids), strict=True
    ):
        assert one.is_raw
        assert one.flux.size > 3000
        np.testing.assert_array_equal(one.result, stored)


def test_nothing_to_look_at_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.fits").write_bytes(b"x")
    with pytest.raises(LibraryError, match="No spectrum to look at"):
        sources_of_files([tmp_path])


def test_the_manifest_of_a_pool_has_what_the_list_reads(library: Library, survey: Path) -> None:
    import_survey(library, survey)
    content = json.loads((library.workspace / "pools" / "stars" / "manifest.json").read_text())
    assert {"n_spectra", "n_pixels", "grid", "recipe", "scaling", "simulated", "n_rejected"} <= set(content)
