"""Labels out of and into files, the figures of a list, overlays, and the grid."""

import io
import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from astropy.io.votable import parse_single_table
from numpy.testing import assert_allclose

from al_core.cli import main
from al_core.errors import ALCoreError, ReadError
from al_core.labeling import QueueOptions
from al_core.labeling.importing import ImportedLabels
from al_core.labeling.spreadsheets import RISKY, plain_text, safe_text
from al_core.runs.labels import read_label_list
from al_core.runs.training import read_labeled_spectra
from al_core.sessions import exact_share
from tests.conftest import write_spectra
from tests.core.labeling_made import IDS, LABELS, SESSION, Place
from tests.core.sessions_made import CLASSES

BATCH, SAMPLE = IDS[10:20], IDS[30:36]
FORMULA = '=HYPERLINK("http://x.example";"y")'


def exported(place: Place, what: str, file_format: str = "csv", **options: bool) -> bytes:
    return b"".join(place.labeling.export(SESSION, what, file_format, **options)[1])


def take(place: Place, text: str, **options: bool) -> ImportedLabels:
    return place.labeling.import_labels(SESSION, text.encode(), annotator="eva", name="old.csv", **options)


# ---------------------------------------------------------------------- out


def test_labels_have_the_form_of_the_predecessor_and_read_back(place: Place, tmp_path: Path) -> None:
    place.say(IDS[3], position=2, comment="Hα, “strong”")
    place.say(IDS[1], position=0)
    place.say(IDS[2], "unsure", comment="noisy")
    place.say(IDS[4], "bad")
    place.say(IDS[5], "comment", comment=FORMULA)
    assert exported(place, "labels").decode() == (
        "id,label,comment\n"
        f'{IDS[3]},2,"Hα, “strong”"\n'
        f"{IDS[1]},0,\n"
        f"{IDS[2]},,noisy\n"
        f'{IDS[5]},,"\'=HYPERLINK(""http://x.example"";""y"")"\n'
    )
    path = tmp_path / "labels.csv"
    path.write_bytes(exported(place, "labels"))
    found = read_label_list(path, CLASSES)
    assert found.labels == {IDS[3]: 2, IDS[1]: 0}


def test_labeled_spectra_are_a_training_set(place: Place, tmp_path: Path) -> None:
    place.iteration(1, BATCH, SAMPLE)
    for name in [*BATCH, *SAMPLE]:
        place.say(name)
    path = tmp_path / "spectra.csv"
    path.write_bytes(exported(place, "spectra"))
    spectra, recipe = read_labeled_spectra(path, CLASSES, place.pool.recipe)
    assert recipe.fits(place.pool.grid)
    assert spectra.spectrum_ids == [*BATCH, *SAMPLE]
    assert spectra.labels == [int(LABELS[IDS.index(name)]) for name in [*BATCH, *SAMPLE]]
    assert_allclose(spectra.flux, place.pool.rows([*BATCH, *SAMPLE]), atol=1e-5)
    path.write_bytes(exported(place, "spectra", has_sample=False))
    assert pl.read_csv(path)["id"].to_list() == BATCH
    assert pl.read_csv(exported(place, "labels", has_sample=False))["id"].to_list() == BATCH


def test_spectra_are_written_in_pieces(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("al_core.labeling.exports._ROWS", 4)
    assert exported(place, "spectra").decode().startswith("id,label,6519.0,")
    for name in IDS[:10]:
        place.say(name)
    pieces = list(place.labeling.export(SESSION, "spectra")[1])
    assert len(pieces) == 3
    assert pl.read_csv(b"".join(pieces))["id"].to_list() == IDS[:10]
    assert pl.read_parquet(exported(place, "spectra", "parquet")).shape == (10, 142)
    table = parse_single_table(io.BytesIO(exported(place, "spectra", "votable"))).to_table(use_names_over_ids=True)
    assert_allclose(table["6519.0"], place.pool.rows(IDS[:10])[:, 0], rtol=1e-6)


def test_the_journal_is_exported_with_everything(place: Place) -> None:
    place.say(IDS[0], position=1, confidence=3, duration_ms=1200, queue="oracle", iteration=2, shown={"blind": False})
    event = place.say(IDS[1], position=1, comment="@cmd <&> \x01", annotator="=eva")
    place.say("", "undo", undoes=event)
    whole = pl.read_parquet(exported(place, "journal", "parquet"))
    assert whole["class_name"].to_list() == ["single peak", "single peak", None]
    assert whole["counts"].to_list() == [True, False, True]
    assert whole["comment"][1] == "@cmd <&> \x01"
    plain = pl.read_csv(exported(place, "journal"))
    assert plain.columns == whole.columns
    assert (plain["comment"][1], plain["annotator"][1]) == ("'@cmd <&> \x01", "'=eva")
    table = parse_single_table(io.BytesIO(exported(place, "journal", "votable"))).to_table()
    assert table["spectrum_id"].tolist() == [IDS[0], IDS[1], IDS[1]]
    assert table["comment"][1] == "@cmd <&> \ufffd"
    assert table["duration_ms"].mask.tolist() == [False, True, True]
    assert table["counts"].tolist() == [True, False, True]


def test_an_export_of_nothing_is_a_header(place: Place) -> None:
    for what in ("labels", "spectra", "journal"):
        assert len(exported(place, what).decode().splitlines()) == 1
        assert len(parse_single_table(io.BytesIO(exported(place, what, "votable"))).to_table()) == 0
    with pytest.raises(ALCoreError, match="labels, spectra, journal to export, found 'all'"):
        place.labeling.export(SESSION, "all")
    with pytest.raises(ALCoreError, match="csv, parquet, votable, found 'xlsx'"):
        place.labeling.export(SESSION, "labels", "xlsx")


@pytest.mark.parametrize("text", [*(sign + "x" for sign in RISKY), "'=x", "''+x", "'t Hooft", "a=b", "", "-"])
def test_no_text_begins_like_a_formula_and_every_one_comes_back(text: str) -> None:
    assert not safe_text(text).startswith(RISKY)
    assert plain_text(safe_text(text)) == text


def test_the_command_exports_a_session(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from al_core.settings import load_settings

    monkeypatch.setenv("SPECTROLABE_WORKSPACE", str(place.folder))
    load_settings.cache_clear()
    place.iteration(1, BATCH, SAMPLE)
    place.say(BATCH[0])
    output = tmp_path / "out" / "deep"
    assert main(["export", SESSION, "--output", str(output)]) == 0
    assert sorted(path.name for path in output.iterdir()) == [
        "iteration.json", "journal.csv", "journal.parquet", "labeled-spectra.csv", "labels.csv", "manifest.json",
        "predictions.parquet",
    ]  # fmt: skip
    manifest = json.loads((output / "manifest.json").read_text())
    assert manifest["iteration"] == 1
    assert set(manifest["sha256"]) == {path.name for path in output.iterdir()} - {"manifest.json"}
    assert [one["name"] for one in manifest["classes"]] == list(CLASSES)
    assert pl.read_parquet(output / "predictions.parquet").height == 60
    assert main(["export", "none", "--output", str(output)]) == 2


# ---------------------------------------------------------------------- in


def test_a_label_file_of_the_predecessor_comes_in_once(place: Place) -> None:
    text = f"id,label,comment\n{IDS[0]},2,undefined\n{IDS[1]},single peak,weak\n{IDS[2]}.fits,emission,\n{IDS[3]},,\n"
    text += f"{IDS[4]},,only this\n"
    found = take(place, text)
    assert (found.n_labels, found.n_comments, found.n_known, found.n_empty, found.rejected) == (3, 1, 0, 1, [])
    current = place.sessions.journal(SESSION).current()
    assert current.select("spectrum_id", "class_name", "comment", "queue", "annotator").rows() == [
        (IDS[0], "double peak", None, "import", "eva"),
        (IDS[1], "single peak", "weak", "import", "eva"),
        (IDS[2], "single peak", None, "import", "eva"),
    ]
    assert place.sessions.journal(SESSION).comments()[IDS[4]] == "only this"
    again = take(place, text)
    assert (again.n_labels, again.n_comments, again.n_known) == (0, 0, 4)
    assert len(place.sessions.journal(SESSION).events()) == 4


def test_rows_that_cannot_be_taken_are_listed_with_line_and_reason(place: Place) -> None:
    place.say(IDS[5], position=0)
    place.say(IDS[6], "bad")
    rows = [
        (IDS[0], "9"),
        ("gone", "1"),
        (IDS[1], "1"),
        (IDS[1], "2"),
        (IDS[5], "1"),
        (IDS[6], "1"),
        (IDS[7], "quasar"),
        (IDS[8], "1"),
    ]
    text = "\n".join(",".join(row) for row in rows)
    found = take(place, text)
    assert found.n_labels == 2
    reasons = {row.line: row.reason for row in found.rejected}
    assert "found label '9'; allowed: 0 'other'" in reasons[1]
    assert reasons[2] == "Pool “survey” has no such spectrum."
    assert reasons[3] == "It stands again in line 4, which counts."
    assert reasons[5] == "It is labeled “other” already; the file says “single peak”."
    assert reasons[6] == "It is labeled bad data already; the file says “single peak”."
    assert "quasar" in reasons[7]
    assert sorted(reasons) == [1, 2, 3, 5, 6, 7]
    assert take(place, text, replaces=True).n_labels == 2


def test_a_label_of_a_file_replaces_only_where_it_was_asked_to(place: Place) -> None:
    place.say(IDS[0], position=0)
    assert take(place, f"{IDS[0]},1", replaces=True).n_labels == 1
    assert place.sessions.journal(SESSION).current()["class_name"].to_list() == ["single peak"]
    assert take(place, f"{IDS[0]},1,new").n_comments == 1
    assert take(place, f"id,label\r\n{IDS[0]},1\r\n").n_known == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty file"),
        (b"label,comment\n1,x\n", "write the column 'id'"),
        (b"PK\x03\x04\0\0", "no text"),
    ],
)
def test_what_is_no_list_of_labels_is_refused(place: Place, content: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        place.labeling.import_labels(SESSION, content, annotator="eva")
    assert place.sessions.journal(SESSION).events().is_empty()


def test_what_was_exported_comes_back_the_same(place: Place) -> None:
    for k, name in enumerate(IDS[:12]):
        place.say(name, comment=[FORMULA, "'tis", "a,b\n“c”", ""][k % 4] or None)
    labels = exported(place, "labels")
    other = place.sessions.create("Other", classes=CLASSES, pool="survey")
    place.labeling.import_labels(other.session_id, b"\xef\xbb\xbf" + labels, annotator="eva")
    again = b"".join(place.labeling.export(other.session_id, "labels")[1])
    assert again == labels
    assert place.sessions.journal(other.session_id).comments() == place.sessions.journal(SESSION).comments()


def test_a_file_of_an_old_windows_program_is_read(place: Place) -> None:
    content = f"{IDS[0]},1,Žluťoučký\n".encode("cp1250")
    assert place.labeling.import_labels(SESSION, content, annotator="eva").n_labels == 1


# ---------------------------------------------------------------------- figures, overlays, grid


def test_the_end_of_a_list_says_counts_time_and_agreement(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    for k, name in enumerate(SAMPLE[:5]):
        wrong = (int(LABELS[IDS.index(name)]) + 1) % 3
        place.say(name, position=wrong if k == 0 else None, queue="perf-est", duration_ms=1000 * (k + 1))
    place.say(SAMPLE[5], "unsure", queue="perf-est", duration_ms=3_600_000)
    place.say(BATCH[0], "bad", queue="oracle", duration_ms=500)
    place.say(BATCH[1], "skip")
    place.say(IDS[0], position=0, duration_ms=99)
    found = place.labeling.progress(SESSION)
    assert (found.n, found.n_answered, found.n_skipped) == (16, 7, 1)
    assert (found.by_class["unsure"], found.by_class["bad"]) == (1, 1)
    assert sum(found.by_class.values()) == 7
    assert found.agreement == exact_share(4, 5)
    assert (found.n_sample, found.n_sample_left) == (6, 0)
    assert found.seconds == pytest.approx(np.median([1, 2, 3, 4, 5, 0.5]))
    assert (found.n_timed, found.seconds_total) == (6, 15.5)
    assert found.consistency is None


def test_bad_data_in_the_sample_is_no_agreement_as_on_the_page_performance(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    place.say(SAMPLE[0], queue="perf-est")
    place.say(SAMPLE[1], "bad", queue="perf-est")
    assert place.labeling.progress(SESSION).agreement == exact_share(1, 2)


def test_without_a_network_there_is_no_agreement(place: Place) -> None:
    found = place.labeling.progress(SESSION, QueueOptions(source="pool"))
    assert (found.n, found.n_answered, found.seconds, found.agreement) == (60, 0, None, None)


def test_class_means_and_nearest_are_over_training_set_and_journal_without_the_spectrum(place: Place) -> None:
    known = IDS[:6]
    place.iteration(1, BATCH, SAMPLE)
    rows = place.pool.rows(known)
    folder = place.session_folder / "iterations" / "001"
    write_spectra(folder / "training-set.csv", known, rows, [0, 0, 0, 1, 1, 1])
    place.say(IDS[5], position=2)
    place.say(IDS[7], position=2)
    overlays = place.labeling.overlays(SESSION, IDS[7])
    means = {one["class_id"]: one for one in overlays["means"]}
    assert [means[place.class_id(k)]["n"] for k in range(3)] == [3, 2, 1]
    assert_allclose(means[place.class_id(0)]["flux"], rows[:3].mean(axis=0), atol=2e-3)
    nearest = {one["class_id"]: one for one in overlays["nearest"]}
    distances = np.linalg.norm(rows[:3] - place.pool.rows([IDS[7]]), axis=1)
    assert nearest[place.class_id(0)]["id"] == known[int(np.argmin(distances))]
    assert nearest[place.class_id(0)]["distance"] == pytest.approx(distances.min(), abs=2e-3)
    assert nearest[place.class_id(2)]["id"] == IDS[5]


def test_without_labels_there_is_nothing_beside_a_spectrum(place: Place) -> None:
    assert place.labeling.overlays(SESSION, IDS[0]) == {"means": [], "nearest": []}


def test_the_training_set_of_a_session_without_iteration_is_scaled_as_the_pool_is(
    labeling_template: Path, tmp_path: Path
) -> None:
    raw = 5 + 3 * np.sin(np.arange(6)[:, None] + np.arange(140) / 9)
    path = write_spectra(tmp_path / "base.csv", [f"k{k}" for k in range(6)], raw, [0, 0, 1, 1, 2, 2])
    place = Place(labeling_template, tmp_path / "workspace", training_set=path)
    means = place.labeling.overlays(SESSION, IDS[0])["means"]
    assert [one["n"] for one in means] == [2, 2, 2]
    assert abs(float(np.mean(means[0]["flux"]))) < 1e-3


def test_the_grid_has_a_row_for_each_spectrum_and_keeps_blind_ones_blind(place: Place) -> None:
    place.iteration(1, BATCH, SAMPLE)
    place.say(BATCH[0], confidence=2, comment="double?")
    place.say(SAMPLE[0], queue="perf-est")
    rows = {row["id"]: row for row in place.labeling.grid(SESSION, QueueOptions(order="thesis"))}
    assert list(rows) == [*BATCH, *SAMPLE]
    first = rows[BATCH[0]]
    assert (first["class_id"], first["confidence"], first["comment"], first["set"]) == (
        place.class_id(int(LABELS[10])), 2, "double?", "oracle",
    )  # fmt: skip
    assert first["probability"] == pytest.approx(0.4, abs=1e-3)
    assert first["metadata"]["obsid"] == 1010
    assert rows[SAMPLE[0]]["prediction"] == place.class_id(int(LABELS[30]))
    blind = rows[SAMPLE[1]]
    assert (blind["prediction"], blind["entropy"], set(blind["metadata"])) == (None, None, {"snr"})
    few = place.labeling.grid(SESSION, QueueOptions(), ["ra", "nothing"])
    assert {tuple(row["metadata"]) for row in few} <= {("ra",), ()}
