"""`import`: files into a pool; `unpack`: the content of an uploaded zip file."""

import csv
from pathlib import Path
from typing import Any

from al_core.errors import ALCoreError
from al_core.jobs.context import JobContext


class ImportKind:
    """Parameters: those of `al_core.library.ImportOrder`. The pool is `WORKSPACE/pools/name`."""

    name = "import"
    label = "Import"
    is_heavy = True
    is_restartable = True

    def execute(self, context: JobContext) -> dict[str, Any]:
        """Import, going on where an earlier attempt stopped, and make the plate of the pool."""
        from al_core.pools import import_pool
        from al_core.preprocessing import Recipe

        told = context.job.parameters
        folder = context.settings.workspace / "pools" / told["name"]
        folder.parent.mkdir(parents=True, exist_ok=True)
        context.progress.stage("Import")
        report = import_pool(
            [Path(path) for path in told["paths"]],
            folder,
            recipe=Recipe.from_dict(told["recipe"]),
            name=told["name"],
            metadata_csv=Path(told["metadata_csv"]) if told.get("metadata_csv") else None,
            keep_grid=told.get("keep_grid"),
            workers=context.settings.workers or None,
            remove_duplicates=bool(told.get("remove_duplicates")),
            exposures=bool(told.get("exposures")),
            # Only a first attempt replaces: a later one goes on with what that has written.
            replace=bool(told.get("replace")) and not _has_begun(context),
            progress=_noting(context),
        )
        notices = [*_plate(context, told["name"]), *_index(context, told["name"])]
        counts = ("n_spectra", "n_rejected", "n_duplicates", "n_metadata_matched", "n_metadata_unmatched", "resumed_at")
        return {
            "folder": str(folder),
            "pool": told["name"],
            **{key: getattr(report, key) for key in counts},
            "rejected": str(folder / "rejected.csv"),
            "files": ["rejected.csv", "duplicates.csv"],
            "lines": [f"{report.n_spectra} spectra imported, {report.n_rejected} left out."],
            "notices": notices,
        }

    def resume_point(self, folder: Path) -> str | None:
        """Say that what was read is kept, if anything was."""
        return "the files that were read" if (folder / _BEGUN).exists() else None


#: Marks, in the folder of the checkpoint, that an attempt has begun to write the pool.
_BEGUN = "import.begun"


def _has_begun(context: JobContext) -> bool:
    return (context.checkpoint / _BEGUN).exists()


def _noting(context: JobContext) -> Any:
    """Return the job's progress, which leaves a mark once the import has begun."""

    def progress(done: int, total: int | None, message: str) -> None:
        if not _has_begun(context):
            (context.checkpoint / _BEGUN).touch()
        context.progress(done, total, message)

    return progress


def _plate(context: JobContext, name: str) -> list[str]:
    """Make the plate; a pool without one is whole all the same."""
    from al_core.library import Library

    context.progress.stage("Plate")
    try:
        Library(context.settings.workspace, context.settings).plate(name)
    except (ALCoreError, OSError, ValueError) as error:
        return [f"The plate of the pool could not be made: {error}"]
    return []


def _index(context: JobContext, name: str) -> list[str]:
    """Make the index of the pool; a pool without one is whole all the same."""
    from al_core.metadata.importing import index_pool_quietly
    from al_core.mirroring import bring_to_backend

    context.progress.stage("Index")
    notice = index_pool_quietly(context.settings.workspace, name, context.progress)
    notice = notice or bring_to_backend(context.settings, name, context.progress)
    return [notice] if notice else []


class UnpackKind:
    """Parameters: `upload_id`, of an upload that is one zip file."""

    name = "unpack"
    label = "Unpack"
    is_heavy = False
    is_restartable = True

    def execute(self, context: JobContext) -> dict[str, Any]:
        """Unpack beside the archive, then remove the archive."""
        from al_core.library import Uploads
        from al_core.library.unpacking import unpack

        uploads = Uploads(context.settings.workspace)
        upload = uploads.get(context.job.parameters["upload_id"])
        archive = upload.folder / uploads.files(upload.upload_id)[0].path
        context.progress.stage("Unpack")
        unpacked = unpack(archive, uploads.unpacked(upload.upload_id), context.progress)
        archive.unlink(missing_ok=True)
        files = _write_left_out(context, unpacked.left_out)
        return {
            "folder": str(unpacked.folder),
            "upload_id": upload.upload_id,
            "n_files": unpacked.n_files,
            "n_bytes": unpacked.n_bytes,
            "n_left_out": len(unpacked.left_out),
            "files": files,
            "lines": [f"{unpacked.n_files} files unpacked, {len(unpacked.left_out)} left out."],
            "notices": [f"{one.name}: {one.reason}" for one in unpacked.left_out[:20]],
        }


class TrainingSetKind:
    """Parameters: those of `al_core.library.training_orders.TrainingOrder`."""

    name = "training-set"
    label = "Training set"
    is_heavy = False
    is_restartable = True

    def execute(self, context: JobContext) -> dict[str, Any]:
        """Make the training set; it appears when it is whole."""
        from al_core.library.training_orders import make_training_set

        context.progress.stage("Read")
        info, left_out = make_training_set(context.settings, context.job.parameters, context.progress)
        return {
            "folder": str(info.path.parent),
            "training_set": info.name,
            "n_spectra": info.n_spectra,
            "n_labeled": info.n_labeled,
            "n_left_out": len(left_out),
            "files": _write_left_out(context, left_out),
            "lines": [f"{info.n_spectra} spectra, {info.n_labeled} of them labeled, {len(left_out)} left out."],
            "notices": list(info.notes),
        }


def _write_left_out(context: JobContext, left_out: Any) -> list[str]:
    """Write what was left out, with the reasons, as `left-out.csv` among the results."""
    if not left_out:
        return []
    with (context.results / "left-out.csv").open("w", encoding="utf-8", newline="") as file:
        output = csv.writer(file, lineterminator="\n")
        output.writerow(left_out[0]._fields)
        output.writerows(left_out)
    return ["left-out.csv"]
