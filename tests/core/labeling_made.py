"""A workspace with a pool, a session and iterations as runs write them, without a run."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from al_core.labeling import Labeling
from al_core.library import Library
from al_core.pools import Pool, import_pool
from al_core.preprocessing import RECIPES
from al_core.sessions import LabelEvent, Session, Sessions
from al_core.settings import Settings
from tests.conftest import made_flux, write_spectra
from tests.core.sessions_made import CLASSES, write_iteration

N_SPECTRA = 60
IDS = [f"spec-{k:03d}" for k in range(N_SPECTRA)]
#: Of the pool: 0 other, 1 single peak, 2 double peak.
LABELS = np.repeat([0, 1, 2], (40, 12, 8))[np.random.default_rng(5).permutation(N_SPECTRA)]
POOL, SESSION = "survey", "be-stars"


def made_workspace(folder: Path) -> Path:
    """Make a workspace with the pool `survey`: positions, designations; spec-001 and spec-002 are of one star."""
    folder.mkdir(parents=True, exist_ok=True)
    source = write_spectra(folder / "pool.csv", IDS, made_flux(LABELS, np.random.default_rng(6)))
    ra, dec = np.linspace(10, 69, N_SPECTRA), np.linspace(-20, 39, N_SPECTRA)
    ra[2], dec[2] = ra[1], dec[1] + 2 / 3600
    names = [f"J{k:04d}" for k in range(N_SPECTRA)]
    names[4] = names[3]
    metadata = {"id": IDS, "ra": ra, "dec": dec, "snr": np.arange(N_SPECTRA) + 5.5, "subclass": ["A2V"] * N_SPECTRA}
    metadata |= {"designation": names, "obsid": np.arange(N_SPECTRA) + 1000, "mag1": np.full(N_SPECTRA, 13.5)}
    pl.DataFrame(metadata).write_csv(folder / "metadata.csv")
    target = folder / "pools" / POOL
    target.parent.mkdir()
    import_pool([source], target, recipe=RECIPES["halpha"], name=POOL, metadata_csv=folder / "metadata.csv", workers=1)
    return folder


class Place:
    """A copy of such a workspace, with a session on its pool."""

    def __init__(self, template: Path, folder: Path, **fields: Any) -> None:
        shutil.copytree(template, folder, dirs_exist_ok=True)
        self.folder = folder
        self.settings = Settings(workspace=folder)
        self.sessions = Sessions(folder)
        made = {"classes": CLASSES, "candidate_classes": CLASSES[1:], "pool": POOL, "seed": 7} | fields
        self.session: Session = self.sessions.create("Be stars", **made)
        self.labeling = Labeling(self.sessions, Library(folder, self.settings))
        self.n_said = 0

    @property
    def session_folder(self) -> Path:
        return self.sessions.folder(SESSION)

    @property
    def pool(self) -> Pool:
        return self.labeling.require_pool(self.session)

    def class_id(self, position: int) -> str:
        return self.session.classes[position].class_id

    def iteration(
        self,
        number: int,
        oracle: Sequence[str],
        sample: Sequence[str] = (),
        left_pool: Sequence[str] = (),
        *,
        trained: bool = True,
        sha256: dict[str, str] | None = None,
        **more: Any,
    ) -> None:
        """Write an iteration whose network is right, least sure of `oracle` in its order."""
        proba = np.full((N_SPECTRA, 3), 0.05)
        proba[np.arange(N_SPECTRA), LABELS] = 0.9
        for place, name in enumerate(oracle):
            best = 0.4 + 0.005 * place
            proba[IDS.index(name)] = (1 - best) / 2
            proba[IDS.index(name), LABELS[IDS.index(name)]] = best
        predicted = {name: int(LABELS[IDS.index(name)]) for name in sample}
        scored = {"path": str(self.folder / "pools" / POOL), "n_spectra": N_SPECTRA, "sha256": sha256 or {}}
        target = write_iteration(self.session_folder, number, oracle=oracle, sample=predicted, trained=trained, **more)
        path = target / "manifest.json"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"pool": scored}))
        if trained:
            frame = pl.DataFrame({f"proba_{k}": proba[:, k].astype(np.float32) for k in range(3)})
            sets = ["training" if name in left_pool else "pool" for name in IDS]
            frame.with_columns(pl.Series("set", sets, dtype=pl.Enum(["pool", "training"]))).write_parquet(
                target / "predictions.parquet"
            )

    def say(self, name: str, kind: str = "label", position: int | None = None, **more: Any) -> str:
        """Append an event and return its id; a label is the true one unless `position` says another."""
        self.n_said += 1
        if kind == "label":
            place = int(LABELS[IDS.index(name)]) if position is None else position
            more["class_id"] = self.class_id(place)
        event_id = str(more.pop("event_id", f"said-{self.n_said}"))
        self.sessions.journal(SESSION).append([LabelEvent(event_id, kind, name, more.pop("annotator", "eva"), **more)])
        return event_id
