"""Uploads in pieces: announce, send pieces, finish; ask where to go on after an interruption. See docs/data.md."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, jsonify, request

from al_core.errors import LibraryError, StorageError, UploadError
from al_core.library import Upload
from al_core.library.unpacking import is_archive
from al_core.library.upload_pieces import PORTION
from al_core.library.uploads import LARGEST_PIECE
from al_core.services import Services
from callbacks.access import current_user

CHECKSUM_HEADER = "X-Piece-CRC32"
#: HTTP status of each code of an `UploadError`.
STATUS = {
    "bad-request": 400,
    "bad-name": 400,
    "not-found": 404,
    "offset": 409,
    "busy": 409,
    "incomplete": 409,
    "finished": 409,
    "length": 400,
    "checksum": 422,
    "too-large": 413,
    "no-space": 507,
}
#: Largest list of files, bytes: names of 50 000 files have room in it.
LARGEST_LIST = 24 * 2**20


def blueprint(services: Services) -> Blueprint:
    """Return the routes below /api/uploads."""
    routes = Blueprint("uploads", __name__, url_prefix="/api/uploads")
    uploads = services.library.uploads

    @routes.get("")
    @answering
    def list_uploads() -> Response:
        return jsonify(uploads=[described(upload) for upload in uploads.all()], largest_piece=LARGEST_PIECE)

    @routes.post("")
    @answering
    def create() -> tuple[Response, int]:
        uploads.clean()
        told = body_of_request()
        files = [(file["path"], file["size"]) for file in told["files"]]
        upload = uploads.create(
            files,
            name=str(told.get("name", "")),
            kind=str(told.get("kind", "auto")),
            fingerprint=str(told.get("fingerprint", "")),
            owner=current_user(),
        )
        return jsonify(whole(services, upload)), 201

    @routes.get("/<upload_id>")
    @answering
    def show(upload_id: str) -> Response:
        return jsonify(whole(services, uploads.get(upload_id)))

    @routes.put("/<upload_id>/files/<int:number>")
    @answering
    def store(upload_id: str, number: int) -> Response:
        stored = uploads.store(upload_id, number, offset_of_request(), request.stream, length(), checksum())
        return jsonify(offset=stored.offset, is_complete=stored.is_complete)

    @routes.post("/<upload_id>/finish")
    @answering
    def finish(upload_id: str) -> Response:
        upload = uploads.finish(upload_id)
        return jsonify({**described(upload), "job_id": unpack_archive(services, upload)})

    @routes.delete("/<upload_id>")
    @answering
    def remove(upload_id: str) -> tuple[str, int]:
        uploads.remove(upload_id)
        return "", 204

    return routes


def answering(view: Callable[..., Any]) -> Callable[..., Any]:
    """Answer an error of the core with its text and code, so that the page and programs can act on it."""

    @wraps(view)
    def wrapped(**arguments: Any) -> Any:
        try:
            return view(**arguments)
        except UploadError as error:
            drain()
            answer = jsonify(error=str(error), code=error.code, offset=error.offset)
            return answer, STATUS.get(error.code, 400)
        except (LibraryError, StorageError) as error:
            drain()
            return jsonify(error=str(error), code="failed", offset=None), 500

    return wrapped


def drain() -> None:
    """Read what is left of the body: a browser that still sends sees no answer, and neither does a kept connection."""
    if request.method == "PUT" and (request.content_length or 0) <= LARGEST_PIECE:
        while request.stream.read(PORTION):
            pass


def described(upload: Upload) -> dict[str, Any]:
    """Return what the page and programs read of an upload."""
    keys = ("upload_id", "name", "kind", "fingerprint", "owner", "created_utc", "changed_utc", "finished_utc")
    numbers = ("n_files", "size", "stored", "is_finished")
    return {key: getattr(upload, key) for key in (*keys, *numbers)}


def whole(services: Services, upload: Upload) -> dict[str, Any]:
    """Return an upload with the offset of each of its files: where the sender goes on."""
    files = services.library.uploads.files(upload.upload_id)
    listed = [{"number": f.number, "path": f.path, "size": f.size, "offset": f.stored} for f in files]
    return {**described(upload), "files": listed}


def unpack_archive(services: Services, upload: Upload) -> str | None:
    """Submit the job that unpacks a zip file, once; None for other files."""
    library = services.library.uploads
    if upload.n_files != 1 or library.unpacked(upload.upload_id).is_dir():
        return None
    if not is_archive(upload.folder / library.files(upload.upload_id)[0].path):
        return None
    jobs = [job for job in services.jobs.list(kind="unpack") if job.parameters.get("upload_id") == upload.upload_id]
    if jobs and (jobs[0].is_active or not jobs[0].error):
        return jobs[0].job_id
    parameters = {"upload_id": upload.upload_id}
    return services.jobs.submit("unpack", f"Unpack {upload.name}", parameters, owner=upload.owner).job_id


def body_of_request() -> dict[str, Any]:
    """Return the JSON of the request with a list of files, each with `path` and `size`."""
    request.max_content_length = LARGEST_LIST
    told: Any = request.get_json(silent=True)
    files = told.get("files") if isinstance(told, dict) else None
    if not isinstance(files, list) or not all(isinstance(f, dict) and {"path", "size"} <= set(f) for f in files):
        raise UploadError('Expected JSON {"files": [{"path": ..., "size": ...}, ...]}.')
    return {str(key): value for key, value in told.items()}


def offset_of_request() -> int:
    """Return where the piece begins."""
    text = request.args.get("offset", "")
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise UploadError(f"Expected ?offset= with a number of bytes from 0 on, found {text[:20]!r}.")
    return int(text)


def length() -> int:
    """Return how many bytes the piece has, as the request states."""
    if request.content_length is None:
        raise UploadError("Expected the header Content-Length.", "length")
    return int(request.content_length)


def checksum() -> int:
    """Return the CRC-32 of the piece, as the request states."""
    text = request.headers.get(CHECKSUM_HEADER, "")
    try:
        value = int(text, 16)
    except ValueError:
        value = -1
    if len(text) != 8 or value < 0:
        raise UploadError(f"Expected the header {CHECKSUM_HEADER} with eight hexadecimal digits, found {text[:20]!r}.")
    return value
