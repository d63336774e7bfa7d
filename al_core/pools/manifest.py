"""The manifest of a pool: what is in it, where it came from, and hashes; a folder without one is not a pool yet."""

import csv
import hashlib
import json
import os
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from al_core import __version__
from al_core.errors import PoolError
from al_core.files import write_durably
from al_core.pools.finishing import Finished
from al_core.pools.layout import DUPLICATES, MANIFEST, REJECTED, SCHEMA
from al_core.pools.plan import Plan
from al_core.pools.report import LISTED, Duplicate, ImportReport, Rejection
from al_core.pools.writing import PoolWriter

#: Larger inputs are hashed at both ends only, this many bytes each: hashing all would cost as much as reading it again.
_END_BYTES = 4 * 2**20


def write_manifest(writer: PoolWriter, plan: Plan, name: str, counts: Finished) -> None:
    """Publish the pool."""
    content = {
        "schema": SCHEMA,
        "name": name,
        "created_utc": datetime.now(UTC).isoformat(timespec="seconds"),
        "software": f"spectrolabe {__version__}",
        "n_spectra": counts.n_spectra,
        "n_pixels": writer.n_points,
        "dtype": "float32",
        "wavelength_unit": "Angstrom, vacuum",
        "grid": plan.recipe.grid.tolist(),
        "recipe": plan.recipe.to_dict(),
        "scaling": plan.recipe.scaling,
        "simulated": any(entry.simulated for entry in writer.entries) or _says_simulated(plan),
        "n_rejected": writer.n_rejected + counts.n_removed,
        **{key: getattr(counts, key) for key in ("n_duplicates", "n_metadata_matched", "n_metadata_unmatched")},
        "inputs": _inputs(plan),
        "plan": plan.to_dict(),
        "sha256": counts.sha256,
    }
    write_durably(writer.folder / MANIFEST, (json.dumps(content, indent=1) + "\n").encode())


def _says_simulated(plan: Plan) -> bool:
    """Whether a manifest beside one of the tables says that its spectra are simulated."""
    beside = {Path(path).with_name(MANIFEST) for path in plan.inputs.matrices}
    return any(_read_json(path).get("simulated") is True for path in sorted(beside) if path.is_file())


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def _inputs(plan: Plan) -> dict[str, Any]:
    """Return name, size, time and hash of each table; for files of one spectrum the plan's fingerprint stands."""
    files = plan.inputs.files
    about: dict[str, Any] = {"n_files": len(files), "tables": [_about(Path(path)) for path in plan.inputs.matrices]}
    if files:
        about["files_below"] = os.path.commonpath([files[0], files[-1]])
    if plan.options.metadata_csv is not None:
        about["metadata_csv"] = _about(plan.options.metadata_csv)
    return about


def _about(path: Path) -> dict[str, Any]:
    status = path.stat()
    digest = hashlib.blake2b(digest_size=20)
    whole = status.st_size <= 2 * _END_BYTES
    with path.open("rb") as file:
        digest.update(file.read(_END_BYTES))
        file.seek(_END_BYTES if whole else status.st_size - _END_BYTES)
        digest.update(file.read(_END_BYTES))
    return {
        "path": str(path),
        "size": status.st_size,
        "modified_ns": status.st_mtime_ns,
        "blake2b" if whole else "blake2b_of_first_and_last_4_MiB": digest.hexdigest(),
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a pool.

    Raises
    ------
    PoolError
        If it cannot be read, or a newer version of the program wrote it.
    """
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_bytes())
    except (OSError, ValueError) as error:
        raise PoolError(f"{path}: expected the manifest of a pool, found {error}. Import the pool again.") from error
    schema = content.get("schema") if isinstance(content, dict) else None
    if not isinstance(schema, int) or schema > SCHEMA:
        raise PoolError(
            f"{path}: expected schema {SCHEMA} or older, found {schema}. Update Spectrolabe, or import the pool again."
        )
    return dict(content)


def report_of(folder: Path) -> ImportReport:
    """Return the report of the import that made the pool."""
    content = read_manifest(folder)
    keys = ("n_spectra", "n_rejected", "n_duplicates", "n_metadata_matched", "n_metadata_unmatched")
    rejected = tuple(Rejection(*row) for row in _first_rows(folder / REJECTED))
    duplicates = tuple(Duplicate(*row) for row in _first_rows(folder / DUPLICATES))
    return ImportReport(folder, **{key: content[key] for key in keys}, rejected=rejected, duplicates=duplicates)


def _first_rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(islice(csv.reader(file), 1, LISTED + 1))
