"""The page Data and its routes without a browser."""

import io
import json
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dash.development.base_component import Component
from flask import Flask
from flask.testing import FlaskClient

from al_core.errors import LibraryError
from al_core.library import ImportOrder
from al_core.library.training_orders import TrainingOrder, make_training_set, order_training_set
from al_core.library.uploads import LARGEST_PIECE
from al_core.pools import import_pool
from al_core.preprocessing import RECIPES
from al_core.services import Services, build_services
from al_core.settings import Settings
from callbacks.api import data_files, uploads
from callbacks.data import choosing, details, lists, making, offers, recipes, removing, shown

CLASSES = ("other", "single peak", "double peak")
CONTENT = bytes(range(256)) * 100


@pytest.fixture
def services(workspace: Path, survey: Path, monkeypatch: pytest.MonkeyPatch) -> Services:
    made = build_services(Settings(workspace=workspace, data_root=survey))
    monkeypatch.setattr(made.jobs, "dispatch", lambda: None)
    return made


@pytest.fixture
def client(services: Services) -> FlaskClient:
    server = Flask("test")
    server.register_blueprint(uploads.blueprint(services))
    server.register_blueprint(data_files.blueprint(services))
    return server.test_client()


@pytest.fixture
def stars(services: Services, survey: Path) -> str:
    (services.settings.workspace / "pools").mkdir()
    folder = services.settings.workspace / "pools" / "stars"
    (survey / "bad.csv").write_text("id,6519,6520\nx,1,1\ny,1,\n")
    import_pool([survey / "pool.csv"], folder, recipe=RECIPES["halpha"], name="stars")
    return "stars"


def texts(component: Any) -> str:
    """All words of a piece of layout."""
    if isinstance(component, str):
        return component
    if isinstance(component, list | tuple):
        return " ".join(texts(one) for one in component)
    inside = getattr(component, "children", None) if isinstance(component, Component) else None
    options = getattr(component, "options", None) if isinstance(component, Component) else None
    return f"{texts(inside) if inside is not None else ''} {json.dumps(options) if options else ''}"


# --- Routes -----------------------------------------------------------------------------------------------------
def create(client: FlaskClient, *files: tuple[str, int]) -> str:
    told = [{"path": path, "size": size} for path, size in files or [("a.csv", len(CONTENT))]]
    answer = client.post("/api/uploads", json={"files": told, "fingerprint": "abc"})
    assert answer.status_code == 201, answer.json
    return str(answer.json["upload_id"])


def put(client: FlaskClient, upload_id: str, offset: Any, piece: bytes, crc: str | None = None, number: int = 0) -> Any:
    headers = {"X-Piece-CRC32": f"{zlib.crc32(piece):08x}" if crc is None else crc}
    return client.put(f"/api/uploads/{upload_id}/files/{number}?offset={offset}", data=piece, headers=headers)


def test_an_upload_goes_through_the_routes(client: FlaskClient, services: Services) -> None:
    upload_id = create(client)
    assert put(client, upload_id, 0, CONTENT[:1000]).json == {"offset": 1000, "is_complete": False}
    listed = client.get("/api/uploads").json["uploads"]
    assert [(one["stored"], one["fingerprint"], one["is_finished"]) for one in listed] == [(1000, "abc", False)]
    assert client.get(f"/api/uploads/{upload_id}").json["files"][0]["offset"] == 1000
    assert put(client, upload_id, 1000, CONTENT[1000:]).json["is_complete"]
    done = client.post(f"/api/uploads/{upload_id}/finish").json
    assert (done["is_finished"], done["job_id"]) == (True, None)
    assert services.library.uploads.paths(upload_id)[0].read_bytes() == CONTENT
    assert client.delete(f"/api/uploads/{upload_id}").status_code == 204
    assert client.get(f"/api/uploads/{upload_id}").status_code == 404


@pytest.mark.parametrize(
    ("send", "status", "code"),
    [
        (lambda c, u: put(c, u, 5, b"abc"), 409, "offset"),
        (lambda c, u: put(c, u, -1, b"abc"), 400, "bad-request"),
        (lambda c, u: put(c, u, "x", b"abc"), 400, "bad-request"),
        (lambda c, u: put(c, u, "9" * 40, b"abc"), 400, "bad-request"),
        (lambda c, u: put(c, u, 0, b"abc", crc="00000000"), 422, "checksum"),
        (lambda c, u: put(c, u, 0, b"abc", crc=""), 400, "bad-request"),
        (lambda c, u: put(c, u, 0, b"abc", crc="-0000001"), 400, "bad-request"),
        (lambda c, u: put(c, u, 0, bytes(len(CONTENT) + 1)), 413, "too-large"),
        (lambda c, u: put(c, u, 0, b"abc", number=7), 404, "not-found"),
        (lambda c, _: put(c, "no-such", 0, b"abc"), 404, "not-found"),
        (lambda c, _: put(c, "..", 0, b"abc"), 404, None),
        (lambda c, u: c.post(f"/api/uploads/{u}/finish"), 409, "incomplete"),
        (lambda c, _: c.post("/api/uploads", data="no json"), 400, "bad-request"),
        (lambda c, _: c.post("/api/uploads", json=[]), 400, "bad-request"),
        (lambda c, _: c.post("/api/uploads", json={"files": [1]}), 400, "bad-request"),
        (lambda c, _: c.post("/api/uploads", json={"files": []}), 413, "too-large"),
        (lambda c, _: c.post("/api/uploads", json={"files": [{"path": "../a", "size": 1}]}), 400, "bad-name"),
        (lambda c, _: c.post("/api/uploads", json={"files": [{"path": "a", "size": -1}]}), 400, "bad-request"),
        (lambda c, _: c.post("/api/uploads", json={"files": [{"path": "a", "size": 10**12}]}), 507, "no-space"),
        (
            lambda c, _: c.post("/api/uploads", json={"files": [{"path": "a", "size": 1}], "kind": "x"}),
            400,
            "bad-request",
        ),
    ],
)
def test_bad_requests_are_refused_with_a_reason(
    client: FlaskClient, send: Callable[[FlaskClient, str], Any], status: int, code: str | None
) -> None:
    upload_id = create(client)
    answer = send(client, upload_id)
    assert answer.status_code == status
    if code is not None:
        assert answer.json["code"] == code
        assert answer.json["error"].endswith((".", "..."))
    assert client.get(f"/api/uploads/{upload_id}").json["stored"] == 0


def test_a_piece_that_is_too_large_is_not_read(client: FlaskClient) -> None:
    upload_id = create(client, ("a", LARGEST_PIECE * 2))
    headers, size = {"X-Piece-CRC32": "00000000"}, {"CONTENT_LENGTH": str(LARGEST_PIECE + 1)}
    answer = client.put(f"/api/uploads/{upload_id}/files/0?offset=0", headers=headers, environ_overrides=size)
    assert (answer.status_code, answer.json["code"]) == (413, "too-large")


def test_a_zip_file_is_unpacked_by_a_job_that_is_submitted_once(client: FlaskClient, services: Services) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "1 2\n2 3\n3 4\n")
    content = buffer.getvalue()
    upload_id = create(client, ("a.zip", len(content)))
    put(client, upload_id, 0, content)
    first = client.post(f"/api/uploads/{upload_id}/finish").json["job_id"]
    assert client.post(f"/api/uploads/{upload_id}/finish").json["job_id"] == first
    job = services.jobs.get(first)
    assert (job.kind, job.parameters) == ("unpack", {"upload_id": upload_id})
    shown_then = shown.after_upload(services, {"finished": upload_id}, {"kind": "add"})
    assert shown_then == {"kind": "job", "name": first}


def test_left_out_spectra_are_a_download(client: FlaskClient, stars: str) -> None:
    with client.get(f"/api/data/pools/{stars}/rejected.csv") as answer:
        assert answer.status_code == 200
        assert answer.data.startswith(b"source,spectrum_id,reason")
    assert client.get("/api/data/pools/none/rejected.csv").status_code == 404
    assert client.get("/api/data/pools/..%2f..%2fx/rejected.csv").status_code == 404
    assert client.get("/api/data/training-sets/none/training-set.csv").status_code == 404


# --- The page ---------------------------------------------------------------------------------------------------
def test_an_empty_workspace_says_how_to_begin(services: Services) -> None:
    assert "Start with a pool of spectra" in texts(lists.lists(services, {"kind": None}))
    assert "No data yet" in texts(details.detail(services, {"kind": None}, None))
    assert "Uploaded files that are not imported yet" in texts(lists.files(services, {}))


def test_a_pool_is_shown_with_what_uses_it(services: Services, stars: str) -> None:
    services.sessions.create("Be stars", classes=list(CLASSES), pool=stars)
    words = texts(details.detail(services, {"kind": "pool", "name": stars}, "be-stars"))
    for word in ("120", "140", "halpha", "Be stars"):
        assert word in words
    figure, sentence, _ = details.samples(services, stars, 1)
    assert len(figure.data) == 4
    assert sentence.startswith("4 spectra of stars")


def test_a_pool_is_offered_to_the_session_of_the_page_unless_it_has_it(services: Services, stars: str) -> None:
    for name, pool in (("Be stars", stars), ("Carbon stars", None)):
        services.sessions.create(name, classes=list(CLASSES), pool=pool)

    def is_offered(session: str | None) -> bool:
        return "Use in this session" in texts(details.detail(services, {"kind": "pool", "name": stars}, session))

    assert [is_offered(session) for session in ("be-stars", "carbon-stars", None)] == [False, True, False]
    assert details.use_in_session(services, "carbon-stars", "pool", stars) == f"Carbon stars uses {stars} now"
    assert not is_offered("carbon-stars")


def test_what_is_gone_is_said_in_its_place(services: Services) -> None:
    for kind in ("pool", "training", "job"):
        words = texts(details.detail(services, {"kind": kind, "name": "gone"}, None))
        assert "This cannot be shown" in words


def test_a_folder_of_the_server_is_recognized_and_imported(services: Services, survey: Path) -> None:
    choice = {"kind": "choice", "upload": None, "path": "pool.csv"}
    words = texts(details.detail(services, choice, None))
    assert "CSV, one spectrum a row" in words
    draft = recipes.opened(services, "halpha", {})
    job_id = choosing.submit_import(services, choice, "my stars", draft)
    parameters = services.jobs.get(job_id).parameters
    assert (parameters["name"], parameters["paths"]) == ("my stars", [str(survey / "pool.csv")])
    with pytest.raises(LibraryError, match="not below the data root"):
        choosing.submit_import(services, {**choice, "path": "../.."}, "x", draft)
    with pytest.raises(LibraryError, match="table of metadata is not there"):
        choosing.submit_import(services, choice, "x", draft, metadata="/etc/passwd")
    with pytest.raises(LibraryError, match="The recipe has a mistake"):
        choosing.submit_import(services, choice, "x", {"steps": [{"step": "no"}]})


def test_a_choice_without_spectra_says_what_it_is_good_for(services: Services, survey: Path) -> None:
    words = texts(details.detail(services, {"kind": "choice", "upload": None, "path": "truth.csv"}, None))
    assert "holds no spectra, but names some" in words
    (survey / "noise.bin").write_bytes(bytes(range(256)))
    words = texts(details.detail(services, {"kind": "choice", "upload": None, "path": "noise.bin"}, None))
    assert "Nothing in it can be imported" in words
    words = texts(details.detail(services, {"kind": "choice", "upload": None, "path": "gone"}, None))
    assert "This choice cannot be used" in words


def test_steps_are_edited_moved_added_and_removed(services: Services) -> None:
    draft = recipes.opened(services, "halpha", {})
    names = [step["step"] for step in draft["steps"]]
    assert recipes.with_value(draft, 3, "n_points", 70)["steps"][3]["n_points"] == 70
    assert recipes.with_value(draft, 3, "n_points", 140) is draft
    assert recipes.with_value(draft, 2, "finer_than_angstrom", "")["steps"][2]["finer_than_angstrom"] is None
    assert recipes.with_value(draft, 99, "n_points", 1) is draft
    assert recipes.with_value(draft, 0, "no", 1) is draft
    assert [step["step"] for step in recipes.moved(draft, 1, "up")["steps"]][:2] == [names[1], names[0]]
    assert len(recipes.moved(draft, 0, "remove")["steps"]) == 4
    added = [step["step"] for step in recipes.with_step(draft, "divide_continuum")["steps"]]
    assert added == [*names[:4], "divide_continuum", names[4]]


def test_the_preview_shows_before_and_after(services: Services, stars: str) -> None:
    draft = recipes.opened(services, "halpha-minmax", {})
    before, after, _, sentence, *_ = recipes.previewed(services, draft, {}, {"kind": "choice", "path": "pool.csv"})
    assert (len(before.data), len(after.data)) == (4, 4)
    assert sentence == "After the recipe: 4 of 4 spectra can be used"
    wide = recipes.with_value(draft, 3, "start", 4000)
    *_, notes = recipes.previewed(services, wide, {"resample": True}, {"kind": "choice", "path": "pool.csv"})
    assert "is left out" in texts(notes)
    broken = recipes.with_value(draft, 3, "n_points", 1)
    assert len(set(map(id, recipes.previewed(services, broken, {}, {"kind": "recipe"})))) == 1  # nothing changes
    assert "No files of its spectra are left" in texts(
        recipes.previewed(services, draft, {"source": stars}, {"kind": "recipe"})
    )


def test_a_training_set_is_ordered_from_a_table_with_its_mapping(services: Services, survey: Path) -> None:
    shown_now = {
        "kind": "make",
        "source": "choice",
        "choice": {"kind": "choice", "upload": None, "path": "training-set.csv"},
    }
    assert "training-set.csv" in texts(making.form(services, shown_now, None))
    assert "Those in the file" in texts(making.options(services, "choice", shown_now))
    table = texts(making.mapping(services, "choice", offers.OWN, CLASSES, shown_now))
    assert "Leave out" in table
    chosen_ids = [{"type": "data-mapping-select", "label": label} for label in "012"]
    job_id = making.submit(
        services, shown_now, "choice", "known", "other, single peak, double peak", offers.OWN, None, None, None,
        ["other", "single peak", "\x00"], chosen_ids,
    )  # fmt: skip
    parameters = services.jobs.get(job_id).parameters
    assert parameters["mapping"] == {"0": "other", "1": "single peak", "2": None}
    assert (parameters["source"], parameters["paths"]) == ("table", [str(survey / "training-set.csv")])


def test_a_training_set_is_ordered_from_random_spectra(services: Services, stars: str) -> None:
    form = ("a, b", offers.RANDOM, 20, 3, None, [], [])
    job_id = making.submit(services, {"kind": "make"}, f"pool:{stars}", "random", *form)
    parameters = services.jobs.get(job_id).parameters
    assert (parameters["source"], parameters["n_spectra"], parameters["seed"]) == ("sample", 20, 3)
    with pytest.raises(LibraryError, match="Choose where"):
        making.submit(services, {"kind": "make"}, None, "x", *form)
    with pytest.raises(LibraryError, match="list of labels is not there"):
        making.submit(services, {"kind": "make"}, f"pool:{stars}", "x", "a, b", "/etc/passwd", 1, 1, None, [], [])


def test_an_unlabeled_training_set_gets_a_session_that_labels_it(services: Services, stars: str) -> None:
    order = TrainingOrder("random", "sample", CLASSES, pool=stars, n_spectra=20)
    make_training_set(services.settings, order_training_set(services.library, order))
    assert "20 spectra have no label." in texts(details.detail(services, {"kind": "training", "name": "random"}, None))
    assert making.label_in_session(services, "random") == "Label random"
    (session,) = services.sessions.list()
    assert (session.pool, session.class_names) == ("random to label", CLASSES)
    assert services.library.pool("random to label").n_spectra == 20


def test_deleting_names_what_uses_it_and_waits_for_jobs(services: Services, stars: str, survey: Path) -> None:
    services.sessions.create("Be stars", classes=list(CLASSES), pool=stars)
    assert "Used by Be stars" in removing.consequences(services, "pool", stars)
    told = services.library.order_import(
        ImportOrder(stars, (str(survey / "pool.csv"),), RECIPES["halpha"].to_dict(), replace=True)
    )
    job = services.jobs.submit("import", "Import stars", told, owner="ada")
    with pytest.raises(LibraryError, match="Import stars works with it"):
        removing.delete(services, "pool", stars)
    services.jobs.cancel(job.job_id)
    removing.delete(services, "pool", stars)
    assert services.library.pools() == []


def test_jobs_are_listed_until_they_are_dismissed(services: Services, survey: Path) -> None:
    told = services.library.order_import(ImportOrder("stars", (str(survey / "pool.csv"),), RECIPES["halpha"].to_dict()))
    job = services.jobs.submit("import", "Import stars", told, owner="ada")
    assert "Waits for its turn" in texts(details.detail(services, {"kind": "job", "name": job.job_id}, None))
    details.steer_job(services, "cancel", job.job_id, {})
    assert [one.job_id for one in lists.listed_jobs(services)] == [job.job_id]
    assert details.steer_job(services, "dismiss", job.job_id, {"name": job.job_id}) == {"kind": None}
    assert lists.listed_jobs(services) == []


def test_a_button_leads_where_its_id_says() -> None:
    choice = {"kind": "choice", "upload": "u", "path": None}
    assert shown.shown_by(["choice", "u"], {}) == choice
    assert shown.shown_by(["choice", "", "a/b"], {}) == {"kind": "choice", "upload": None, "path": "a/b"}
    assert shown.shown_by(["make", "choice"], choice) == {"kind": "make", "source": "choice", "choice": choice}
    assert shown.shown_by(["pool", "stars"], {}) == {"kind": "pool", "name": "stars"}
