"""A session in a folder: labels, labeled spectra, journal, predictions of the last iteration, and a manifest."""

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from al_core import __version__
from al_core.errors import StorageError
from al_core.files import replacing
from al_core.pools.layout import sha256_of
from al_core.runs.inputs import ITERATION_MANIFEST
from al_core.sessions import IterationInfo, Session
from al_core.sessions.comparison import PREDICTIONS
from al_core.sessions.records import now_utc

if TYPE_CHECKING:
    from al_core.labeling.labeling import Labeling

SCHEMA = 1
MANIFEST = "manifest.json"
#: File: content and format.
_EXPORTS = {
    "labels.csv": ("labels", "csv"),
    "labeled-spectra.csv": ("spectra", "csv"),
    "journal.csv": ("journal", "csv"),
    "journal.parquet": ("journal", "parquet"),
}
_ITERATION_FILES = {PREDICTIONS: PREDICTIONS, ITERATION_MANIFEST: "iteration.json"}


def export_session(labeling: "Labeling", session_id: str, output: Path) -> list[Path]:
    """Write the files of a session into a folder, the manifest last, and return them.

    Files of an earlier export are replaced one by one; others in the folder stay.

    Raises
    ------
    ALCoreError
        If there is no such session, or the folder cannot be written.
    """
    session = labeling.sessions.get(session_id)
    current = [info for info in labeling.iterations(session_id) if info.is_current]
    last = current[-1] if current else None
    has_pool = labeling.pool(session) is not None
    try:
        output.mkdir(parents=True, exist_ok=True)
        (output / MANIFEST).unlink(missing_ok=True)
        written = [
            _write(output / name, labeling.export(session_id, what, file_format)[1])
            for name, (what, file_format) in _EXPORTS.items()
            if has_pool or what != "spectra"
        ]
        written += [] if last is None else list(_copied(last, output))
        content = _manifest(session, last, written)
        manifest = _write(output / MANIFEST, [json.dumps(content, indent=2, ensure_ascii=False).encode() + b"\n"])
    except OSError as error:
        raise StorageError(f"{output}: the export cannot be written: {error}. Free space or name another.") from error
    return [*written, manifest]


def _write(path: Path, pieces: Iterable[bytes]) -> Path:
    with replacing(path) as temporary, temporary.open("wb") as file:
        file.writelines(pieces)
    return path


def _copied(info: IterationInfo, output: Path) -> Iterator[Path]:
    for name, target in _ITERATION_FILES.items():
        if (info.folder / name).is_file():
            with replacing(output / target) as temporary:
                shutil.copyfile(info.folder / name, temporary)
            yield output / target


def _manifest(session: Session, last: IterationInfo | None, files: list[Path]) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "created_utc": now_utc(),
        "software": f"spectrolabe {__version__}",
        "session": session.session_id,
        "name": session.name,
        "simulated": session.simulated,
        "pool": session.pool,
        "classes": [vars(one) for one in session.classes],
        "labels": "label is the position in classes, from 0; empty where a spectrum has a comment alone",
        "wavelength_unit": "Angstrom, vacuum",
        "entropy_unit": "nats",
        "iteration": None if last is None else last.number,
        "sha256": {path.name: sha256_of(path) for path in files},
    }
