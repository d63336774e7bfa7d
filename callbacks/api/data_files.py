"""Files of the library as downloads: what an import left out, a training set."""

from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, send_file

from al_core.errors import ALCoreError

if TYPE_CHECKING:
    from al_core.services import Services


def blueprint(services: "Services") -> Blueprint:
    """Return the routes below /api/data."""
    routes = Blueprint("data_files", __name__, url_prefix="/api/data")

    @routes.get("/pools/<name>/rejected.csv")
    def rejected(name: str) -> Response:
        try:
            path = services.library.rejected_path(name)
        except ALCoreError as error:
            abort(404, str(error))
        return csv_file(path, f"{name} left out.csv")

    @routes.get("/training-sets/<name>/training-set.csv")
    def training_set(name: str) -> Response:
        try:
            path = services.library.training.get(name).path
        except ALCoreError as error:
            abort(404, str(error))
        return csv_file(path, f"{name}.csv")

    return routes


def csv_file(path: Path, name: str) -> Response:
    """Return a CSV file as a download."""
    if not path.is_file():
        abort(404, "This file is not there any more.")
    return send_file(path.resolve(), mimetype="text/csv", as_attachment=True, download_name=name)
