"""From a request to a configuration that can be run: JSON, a form, or a file in a form."""

import json
from collections.abc import Mapping
from typing import Any, get_args

from flask import Request

from al_core.errors import ConfigurationError
from al_core.runs.checking import parse
from al_core.runs.configuration import check_configuration
from al_core.runs.keys import ALIASES, Keys
from al_core.settings import Settings
from callbacks.api.uws.confinement import POOL_KEYS, confined
from callbacks.api.uws.control import CONTROL_NAMES
from callbacks.api.uws.errors import LARGEST_BODY_BYTES, RequestRefusedError

#: Names under which a form may carry the whole configuration; VO-CLOUD's is the first.
CONFIGURATION_NAMES = ("config", "configuration")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data", "")


def limit_body(request: Request) -> None:
    """Refuse a body that is larger than any configuration, before it is read."""
    request.max_content_length = LARGEST_BODY_BYTES
    request.max_form_memory_size = LARGEST_BODY_BYTES


def written_configuration(request: Request) -> dict[str, Any]:
    """Return the keys that a request carries, as written; keys of a form count before those in its JSON.

    Raises
    ------
    ConfigurationError
        If the JSON cannot be read.
    RequestRefusedError
        If it is neither JSON nor a form.
    """
    if request.is_json:
        return _parsed(request.get_data())
    if request.mimetype not in FORMS:
        raise RequestRefusedError(
            415, f"Expected application/json or a form with the configuration, found {request.mimetype!r}."
        )
    return {**_attached(request), **_keys_of_form(request)}


def _attached(request: Request) -> dict[str, Any]:
    """Return the configuration that stands in one parameter or file of a form."""
    texts = [request.form[name].encode() for name in request.form if name.lower() in CONFIGURATION_NAMES]
    for name, file in request.files.items():
        if name.lower() not in CONFIGURATION_NAMES:
            raise RequestRefusedError(400, f"Expected one file named 'config', found {name!r}.")
        texts.append(file.read())
    if len(texts) > 1:
        raise RequestRefusedError(400, "Expected one configuration, found several. Send one.")
    return _parsed(texts[0]) if texts else {}


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        written, problems = parse(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"The configuration: expected JSON in UTF-8, found: {error.reason}.") from error
    if problems:
        raise problems[0].error("The configuration")
    return written


def _keys_of_form(request: Request) -> dict[str, Any]:
    keys = [k for k in request.form if k.upper() not in CONTROL_NAMES and k.lower() not in CONFIGURATION_NAMES]
    return {key: value_of_form(key, request.form.getlist(key)) for key in keys}


def value_of_form(key: str, values: list[str]) -> Any:
    """Return what the text of a form means for a key: `30` a number, `["a", "b"]` or a repeated key a list."""
    if len(values) > 1:
        return values
    if _is_text(ALIASES.get(key, key)):
        return values[0]
    try:
        return json.loads(values[0])
    except (ValueError, RecursionError):
        return values[0]


def _is_text(key: str) -> bool:
    field = Keys.model_fields.get(key)
    kinds = (field.annotation, *get_args(field.annotation)) if field else ()
    return str in kinds and int not in kinds


def checked(written: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return a configuration that `run` accepts, with absolute paths.

    Raises
    ------
    ConfigurationError
        With everything that is wrong, a line each.
    """
    _demand_text(written)
    _demand_spectra(written)
    content = confined(written, settings)
    found = check_configuration(content, settings, settings.workspace)
    if not found.is_valid:
        raise ConfigurationError("\n".join(_sentence(problem.name, problem.message) for problem in found.problems))
    return content


def _demand_text(written: Mapping[str, Any]) -> None:
    """Refuse halves of characters: JSON can escape them, but neither a file name nor XML can hold them."""
    try:
        json.dumps(written, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        raise ConfigurationError(f"The configuration: found the half character {half!r}. Write it whole.") from error


def _demand_spectra(written: Mapping[str, Any]) -> None:
    """Refuse a configuration without spectra: the files beside it, which a file would mean, are not there."""
    if not any(written.get(name) for name in (*POOL_KEYS, "folder")):
        raise ConfigurationError(
            'key "pool_csv": it is missing. Send the configuration as JSON, or its keys as parameters, and name a '
            "pool, a CSV or HDF5 file, or a 'folder' of spectra."
        )


def _sentence(name: str | None, message: str) -> str:
    return f'key "{name}": {message}' if name else message
