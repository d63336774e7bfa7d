"""Configurations to start from: those of the application, those that people saved, and files brought along.

None of them knows the session it is used in, so what belongs to a session is the session's: its name, its classes, its
data where the file's cannot be found, and the labels.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from al_core.errors import ConfigurationError
from al_core.files import write_durably
from al_core.runs.checking import parse
from al_core.runs.keys import ALIASES
from al_core.runs.paths import find_file
from al_core.runs.problems import configuration_text
from al_core.sessions.running import WRITTEN_KEYS, RunBasis, default_draft
from al_core.settings import APPLICATION_DIR, Settings

#: Keys that are a session's own; a configuration is saved without them.
SESSION_KEYS = ("learning_session_name", "iteration_num", "classes", "pool_csv", "training_set_csv", *WRITTEN_KEYS)
_NAME = re.compile(r"[^/\\\0.][^/\\\0]{0,79}")
#: What the predefined configurations are called.
TITLES = {
    "initial_labeling": "Initial labeling",
    "labeling_csv": "Labeling only, from a table",
    "labeling_fits": "Labeling only, from FITS files",
    "iteration1_simple": "Thesis, simple",
    "iteration1_complex": "Thesis, all keys",
    "iteration2_add_labels": "Thesis, with new labels",
    "show_candidates": "With candidates to review",
    "few_labels": "Few labels, class weights",
    "published_a_and_a_2020": "Published 2020, LAMOST DR2",
}


@dataclass(frozen=True)
class Preset:
    """A configuration to start from; `is_saved` tells those of people from those of the application."""

    name: str
    title: str
    path: Path
    is_saved: bool

    def keys(self) -> dict[str, Any]:
        """Read it.

        Raises
        ------
        ConfigurationError
            If the file is gone or no JSON object.
        """
        try:
            text = self.path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{self.path}: expected a configuration, found: {error}.") from error
        keys, problems = parse(text)
        if problems:
            raise problems[0].error(self.path)
        return keys


class Presets:
    """The configurations of the application and of a workspace."""

    def __init__(self, workspace: Path) -> None:
        self._saved = workspace / "configurations"
        self._own = APPLICATION_DIR / "data" / "configs"

    def all(self) -> list[Preset]:
        """Return the application's in the order of `TITLES`, then the saved ones by name."""
        order = list(TITLES)
        own = sorted(self._own.glob("*.json"), key=lambda p: order.index(p.stem) if p.stem in order else len(order))
        saved = sorted(self._saved.glob("*.json"), key=lambda p: p.stem.lower())
        made = [Preset(f"own/{p.stem}", TITLES.get(p.stem, p.stem.replace("_", " ")), p, False) for p in own]
        return made + [Preset(f"saved/{p.stem}", p.stem, p, True) for p in saved]

    def get(self, name: str) -> Preset:
        """Return one by name; raise ConfigurationError if it is gone."""
        found = next((preset for preset in self.all() if preset.name == name), None)
        if found is None:
            raise ConfigurationError(f"There is no configuration {name!r} any more. Choose another.")
        return found

    def save(self, title: str, keys: Mapping[str, Any], *, replace: bool = False) -> Preset:
        """Keep a configuration for other runs, without what is the session's own.

        Raises
        ------
        ConfigurationError
            If the name cannot be used, or is taken and `replace` is off.
        """
        title = title.strip()
        if not _NAME.fullmatch(title) or not title.isprintable():
            raise ConfigurationError("Give it a name of at most 80 characters, without slashes or a leading period.")
        path = self._saved / f"{title}.json"
        if path.exists() and not replace:
            raise ConfigurationError(f"There is a configuration “{title}” already. Save again to replace it.")
        path.parent.mkdir(parents=True, exist_ok=True)
        kept = {key: value for key, value in keys.items() if ALIASES.get(key, key) not in SESSION_KEYS}
        write_durably(path, (configuration_text(kept) + "\n").encode())
        return Preset(f"saved/{title}", title, path, True)

    def delete(self, name: str) -> str:
        """Remove a saved one and return its text, from which it can be saved again.

        Raises
        ------
        ConfigurationError
            If it is gone already, or is one of the application.
        """
        preset = self.get(name)
        if not preset.is_saved:
            raise ConfigurationError(f"“{preset.title}” belongs to the application and stays. Delete a saved one.")
        try:
            text = preset.path.read_text(encoding="utf-8", errors="replace")
            preset.path.unlink()
        except OSError as error:
            raise ConfigurationError(f"{preset.path}: could not be deleted: {error.strerror}.") from error
        return text


def draft_from(keys: Mapping[str, Any], basis: RunBasis) -> dict[str, Any]:
    """Return the draft of a session that a preset makes: its choices, with the session's data and number."""
    given = {ALIASES.get(key, key): value for key, value in keys.items()}
    base = default_draft(basis.without_draft())
    kept = {key: base[key] for key in (*SESSION_KEYS, "seed", "strategy", "candidate_classes") if key in base}
    chosen = {key: value for key, value in given.items() if key not in SESSION_KEYS}
    if not set(_names(chosen.get("candidate_classes"))) <= set(basis.session.class_names):
        chosen.pop("candidate_classes")
    if given.get("iteration_num") == 0:
        kept["iteration_num"] = 0
    return {key: value for key, value in {**kept, **chosen}.items() if value is not None}


def draft_from_file(text: str, basis: RunBasis, settings: Settings) -> tuple[str, list[str]]:
    """Return the text of the draft that a file brought along makes, and what was changed in it.

    A text that is no configuration comes back as it is, so that it can be mended in the editor.
    """
    keys, problems = parse(text)
    if problems or not keys:
        return text, []
    own = default_draft(basis.without_draft())
    draft: dict[str, Any] = {}
    notices: list[str] = []
    for name, value in keys.items():
        key = ALIASES.get(name, name)
        if key in WRITTEN_KEYS:
            notices += [f"{name} left out: every run takes the labels of this session."] if value else []
        elif key in ("learning_session_name", "classes"):
            draft[key] = own[key]
            notices += [f"{name}: that of this session."] if value != own[key] else []
        elif key in ("pool_csv", "training_set_csv") and not _is_found(key, value, basis, settings):
            draft |= {key: own[key]} if key in own else {}
            notices.append(f"{name}: {value!r} is not here; that of this session is taken.")
        else:
            draft[name] = value
    number = draft.get("iteration_num")
    if isinstance(number, int) and number > basis.next_iteration:
        draft["iteration_num"] = basis.next_iteration
        notices.append(f"iteration_num: {number} is not yet possible; the next is {basis.next_iteration}.")
    return configuration_text(draft), notices


def _is_found(key: str, value: Any, basis: RunBasis, settings: Settings) -> bool:
    if not isinstance(value, str) or not value.strip():
        return False
    named = basis.pools if key == "pool_csv" else basis.training_sets
    return value in named or find_file(value, basis.folder, settings.data_root or basis.folder) is not None


def _names(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [str(name) for name in value or ()]


class DraftFile:
    """The draft of a session as it was typed, for a reload; `state` says what it was made for."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "draft.json"

    def read(self, state: str) -> str | None:
        """Return the text, None where there is none or the session has changed since."""
        try:
            content = json.loads(self._path.read_text(encoding="utf-8"))
            return str(content["text"]) if content["state"] == state else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, text: str, state: str) -> None:
        """Keep the text."""
        write_durably(self._path, json.dumps({"text": text, "state": state}, ensure_ascii=False).encode())


def draft_state(basis: RunBasis) -> str:
    """Return what a draft depends on: where it changes, the stored text is no longer what would be run."""
    session = basis.session
    return repr((basis.last_iteration, session.class_names, session.pool, str(session.training_set or "")))
