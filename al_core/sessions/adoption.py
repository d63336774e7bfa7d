"""Sessions of the command line: a folder of iterations gets the database that the dashboard needs."""

import logging
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from al_core.errors import ALCoreError, SessionDamagedError
from al_core.runs.labels import LabelList, read_label_list
from al_core.sessions.classes import classes_of
from al_core.sessions.database import DATABASE, session_database
from al_core.sessions.events import LabelEvent
from al_core.sessions.iterations import IterationInfo, read_iterations, read_json, read_manifest
from al_core.sessions.journal import store_events
from al_core.sessions.records import now_utc, write_session
from al_core.sessions.session import Session

log = logging.getLogger(__name__)

#: Who labeled where a file does not say.
ANNOTATOR = "label file"
#: Keys of a configuration that a session has itself or that each run works out anew.
OWN_KEYS = (
    "run_active_learning",
    "learning_session_name",
    "iteration_num",
    "classes",
    "categories",
    "candidate_classes",
    "pool_csv",
    "csv_spectra_file",
    "training_set_csv",
    "training_set_addition_csv",
    "labels2add_csv",
    "labels2database_csv",
    "previous_output",
    "seed",
    "strategy",
)


def adopt(folder: Path, pools: Path) -> None:
    """Make the database of a session from the manifests of its iterations and the `new_config.json` of the last.

    Several processes may do so at once; the first one counts. Labels in manifests and in the last list of labels become
    events of the journal.

    Raises
    ------
    SessionDamagedError
        If no manifest can be read.
    """
    iterations = read_iterations(folder, only_current=True)
    if not iterations:
        raise SessionDamagedError(f"{folder}: expected session.db or a readable manifest of an iteration, found none.")
    temporary = folder / f".{DATABASE}.{uuid4().hex}"
    build = folder / f".build-{uuid4().hex}"
    try:
        session = _session(folder, iterations, pools)
        build.mkdir()
        with session_database(build, write=True, create=True) as connection:
            write_session(connection, session)
            store_events(connection, list(_events(session, iterations)))
        (build / DATABASE).rename(temporary)
        _publish(temporary, folder / DATABASE)
    except (OSError, ALCoreError) as error:
        raise SessionDamagedError(f"{folder}: the iterations cannot be listed as a session: {error}") from error
    finally:
        temporary.unlink(missing_ok=True)
        shutil.rmtree(build, ignore_errors=True)


def _publish(temporary: Path, target: Path) -> None:
    """Give the file its name unless another process has done so."""
    try:
        os.link(temporary, target)
    except FileExistsError:
        log.info("%s was made by another process", target)
    except OSError:  # a file system without hard links
        if not target.exists():
            temporary.rename(target)


def _session(folder: Path, iterations: list[IterationInfo], pools: Path) -> Session:
    last, manifest = iterations[-1], read_manifest(iterations[-1].folder)
    draft = read_json(last.folder / "new_config.json") or dict(manifest["configuration"])
    pool = Path(str(manifest["pool"]["path"]))
    is_in_workspace = pool.parent.resolve() == pools.resolve()
    configuration = {name: value for name, value in draft.items() if name not in OWN_KEYS}
    if not is_in_workspace:
        configuration["pool_csv"] = str(draft.get("pool_csv", pool))
    return Session(
        session_id=folder.name,
        name=_title(folder.name),
        created_utc=iterations[0].created_utc,
        changed_utc=now_utc(),
        is_archived=False,
        pool=pool.name if is_in_workspace else None,
        training_set=_first_training_set(iterations),
        classes=classes_of(last.classes, last.candidate_classes),
        strategy=str(manifest["configuration"].get("strategy", "entropy")),
        seed=int(manifest["seed"]),
        configuration=configuration,
        simulated=last.simulated,
        origin="command line",
    )


def _title(session_id: str) -> str:
    """Return a name to show: a slug becomes words, what a person wrote stays."""
    is_slug = re.fullmatch(r"[a-z0-9]+([-_][a-z0-9]+)*", session_id)
    return re.sub(r"[-_]", " ", session_id).capitalize() if is_slug else session_id[:80]


def _first_training_set(iterations: list[IterationInfo]) -> Path | None:
    """Return the file that the first trained iteration started from, if it is not what an iteration here wrote."""
    here = iterations[0].folder.parent.resolve()
    for info in iterations:
        given = read_manifest(info.folder).get("inputs", {}).get("training_set_csv")
        if given is not None:
            path = Path(str(given["path"]))
            return None if here in path.resolve().parents else path
    return None


def _events(session: Session, iterations: list[IterationInfo]) -> Iterator[LabelEvent]:
    """Yield the labels that later iterations were given for the queues of earlier ones, and those still to be used."""
    queues = {info.number: info for info in iterations}
    for info in iterations:
        manifest = read_manifest(info.folder)
        labels = LabelList(dict(manifest.get("labels", {})), dict(manifest.get("comments", {})))
        yield from _events_of(session, labels, info.classes, queues.get(info.number - 1), info.created_utc, info.number)
    last = iterations[-1]
    waiting = last.folder / f"labels2add_{last.number}.csv"
    try:
        given = read_label_list(waiting, last.classes)
    except ALCoreError as error:
        log.info("%s was passed over: %s", waiting, error)
        return
    yield from _events_of(session, given, last.classes, last, now_utc(), last.number + 1)


def _events_of(
    session: Session,
    given: LabelList,
    classes: tuple[str, ...],
    source: IterationInfo | None,
    created_utc: str,
    used_by: int,
) -> Iterator[LabelEvent]:
    ids = {one.name: one.class_id for one in session.classes}
    kinds = {} if source is None else {name: kind for kind, names in source.queue.items() for name in names}

    def about(spectrum_id: str, what: str) -> dict[str, Any]:
        return {
            "event_id": uuid5(NAMESPACE_URL, f"{session.session_id}/{used_by}/{what}/{spectrum_id}").hex,
            "kind": what,
            "spectrum_id": spectrum_id,
            "annotator": ANNOTATOR,
            "queue": kinds.get(spectrum_id),
            "iteration": max(used_by - 1, 0),
            "created_utc": created_utc,
        }

    for spectrum_id, index in given.labels.items():
        if index < len(classes) and classes[index] in ids:
            yield LabelEvent(**about(spectrum_id, "label"), class_id=ids[classes[index]])
    for spectrum_id, comment in given.comments.items():
        yield LabelEvent(**about(spectrum_id, "comment"), comment=comment[:2000])
