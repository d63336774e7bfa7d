"""Files that come in: the card with uploads, the zone that takes them, and folders of the server."""

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from al_core.library import Upload
from al_core.library.folders import Listing
from callbacks import ids
from pages._components.buttons import button
from pages._components.cards import card
from pages._components.data_rows import list_row
from pages._components.icons import icon
from pages._components.text import ago, counted, file_size


def files_card() -> Component:
    """Return the card of files; assets/upload.js fills the list of those on their way."""
    live = html.Div(className="visually-hidden", **{"data-upload-live": "", "aria-live": "polite"})
    moving = html.Div(className="upload-list", **{"data-upload-list": ""})
    return card("Files", [live, moving, html.Div(id=ids.DATA_FILES_LIST)], id="data-files-card")


def arrived_files(uploads: Sequence[Upload], unpacking: Sequence[str], current: str | None) -> Component:
    """Return the uploads that are complete; those in `unpacking` are busy. A line without any."""
    rows = [_upload_row(upload, upload.upload_id in unpacking, upload.upload_id == current) for upload in uploads]
    if not rows:
        return html.P("Uploaded files that are not imported yet stand here.", className="quiet small data-none")
    return html.Ul(rows, className="data-rows", **{"aria-label": "Uploaded files"})


def _upload_row(upload: Upload, is_unpacking: bool, is_current: bool) -> Component:
    about = [counted(upload.n_files, "file")] if upload.n_files > 1 else []
    about += [file_size(upload.size), ago(upload.finished_utc)]
    if is_unpacking:
        return list_row(upload.name, "Being unpacked", None, is_current=is_current)
    return list_row(
        upload.name,
        " · ".join(about),
        ids.data_action("show", "choice", upload.upload_id),
        is_current=is_current,
        end=button("Remove", kind="plain", small=True, id=ids.data_action("remove-upload", upload.upload_id)),
    )


def upload_zone() -> Component:
    """Return where files are dropped or chosen."""
    buttons = [
        html.Button("Choose files", className="button button-outline", type="button", **{"data-upload-pick": "files"}),
        html.Button("Choose a folder", className="button button-soft", type="button", **{"data-upload-pick": "folder"}),
    ]
    return html.Div(
        [
            icon("upload", size=26),
            html.Div("Drop files, folders or a zip file here", className="strong"),
            html.Div(buttons, className="tools"),
            html.P(
                "FITS of LAMOST, SDSS, Ondřejov and Indo-US, CSV, VOTable, HDF5, text; tables of labels or metadata. "
                "An upload may be closed at any time and goes on when the same file is chosen again.",
                className="field-hint data-hint",
            ),
        ],
        className="upload-zone",
        **{"data-upload-zone": ""},
    )


def folder_browser(listing: Listing) -> Component:
    """Return the content of a folder below the data root, to look into and to choose from."""
    rows = [_entry_row(entry.name, entry.path, entry.size) for entry in listing.entries]
    more = [html.P(f"{counted(listing.n_more, 'more entry', 'more entries')} not listed.", className="quiet small")]
    return html.Div(
        [
            _path_line(listing.path),
            html.Ul(rows, className="data-rows data-folder")
            if rows
            else html.P("This folder is empty.", className="quiet"),
            *(more if listing.n_more else []),
            button(
                "Use this folder",
                kind="outline",
                icon="folder-open",
                id=ids.data_action("show", "choice", "", listing.path),
                disabled=not listing.entries,
            ),
        ],
        className="stack-small",
    )


def _path_line(path: str) -> Component:
    """Return the folders on the way as buttons."""
    parts = path.split("/") if path else []
    crumbs = [button("Data root", kind="plain", small=True, icon="hard-drive", id=ids.data_action("folder", ""))]
    for n, part in enumerate(parts, start=1):
        crumbs += [html.Span("/", className="quiet")]
        crumbs += [button(part, kind="plain", small=True, id=ids.data_action("folder", "/".join(parts[:n])))]
    return html.Nav(crumbs, className="data-crumbs", **{"aria-label": "Folder"})


def _entry_row(name: str, path: str, size: int | None) -> Component:
    if size is None:
        return list_row(name, None, ids.data_action("folder", path), icon_name="folder")
    return list_row(name, file_size(size), ids.data_action("show", "choice", "", path), icon_name="file-text")
