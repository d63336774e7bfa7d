"""A workspace with a pool, its index, a session and iterations that predict the pool."""

from pathlib import Path

import numpy as np
import polars as pl

from al_core.candidates import SessionAssessments
from al_core.candidates.predicted import Network, networks_of
from al_core.metadata import Field, FieldType, Scope
from al_core.metadata.catalog import Catalogs, CatalogWriter
from al_core.metadata.embedded import EmbeddedStore
from tests.core.candidates_made import write_predictions
from tests.core.labeling_made import IDS, LABELS, POOL, Place

FIELDS = [Field("snrg", FieldType.NUMBER), Field("class", FieldType.STRING)]


class Searched(Place):
    """A place whose pool is an index; `predict` writes an iteration that is right but for some spectra."""

    def __init__(self, template: Path, folder: Path) -> None:
        super().__init__(template, folder)
        rows = {"id": IDS, "snrg": np.arange(len(IDS), dtype=float), "class": ["STAR", "QSO"] * (len(IDS) // 2)}
        with CatalogWriter.open(folder, POOL, FIELDS, "1") as writer:
            writer.append(pl.DataFrame(rows))
            writer.finish()
        self.store = EmbeddedStore(Catalogs(folder), SessionAssessments(self.sessions))
        self.scope = Scope((POOL,), self.session.session_id)

    def predict(self, number: int, wrong: tuple[int, ...] = (), **more: object) -> None:
        classes = [(k + 1) % 3 if row in wrong else k for row, k in enumerate(LABELS.tolist())]
        proba = np.full((len(IDS), 3), 0.1)
        proba[np.arange(len(IDS)), classes] = 0.8
        write_predictions(self.session_folder, number, IDS, proba.tolist(), **more)  # type: ignore[arg-type]

    @property
    def networks(self) -> list[Network]:
        return networks_of(self.sessions, self.session)
