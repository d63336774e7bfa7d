"""A session whose network has been trained, without a run: an iteration with predictions of the pool `survey`."""

from pathlib import Path

import numpy as np
import polars as pl

from al_core.pools import Pool
from al_core.sessions import Session
from tests.browser.workspaces import CLASSES, POOL, services_of
from tests.core.sessions_made import write_iteration

N_ORACLE, N_SAMPLE = 8, 4


def add_trained(workspace: Path, name: str = "Emission") -> Session:
    """Make a session with one iteration: `N_ORACLE` uncertain spectra, `N_SAMPLE` of the random sample."""
    services = services_of(workspace)
    session = services.sessions.create(name, classes=CLASSES, candidate_classes=CLASSES[1:], pool=POOL)
    pool = Pool.open(workspace / "pools" / POOL)
    proba = np.random.default_rng(9).dirichlet((1, 1, 1), pool.n_spectra).astype(np.float32)
    names = pool.spectrum_ids[: N_ORACLE + N_SAMPLE].to_list()
    target = write_iteration(
        services.sessions.folder(session.session_id), 1, oracle=names[:N_ORACLE],
        sample=dict.fromkeys(names[N_ORACLE:], 0), classes=CLASSES, candidate_classes=CLASSES[1:],
        pool=workspace / "pools" / POOL,
    )  # fmt: skip
    sets = pl.Series("set", ["pool"] * pool.n_spectra, dtype=pl.Enum(["pool", "training"]))
    frame = pl.DataFrame({f"proba_{k}": proba[:, k] for k in range(len(CLASSES))})
    frame.with_columns(sets).write_parquet(target / "predictions.parquet")
    return services.sessions.get(session.session_id)
