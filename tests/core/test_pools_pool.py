"""Opening a pool, finding rows by id, and noticing what is wrong with its folder."""

import json
import time
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from al_core.errors import PoolError
from al_core.pools import Pool, idindex, import_pool
from al_core.pools.idindex import IdIndex, hash_ids
from al_core.preprocessing import RECIPES
from tests.make.matrices import GRID, N_ROWS, matrix, pool_csv

TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=80)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    import_pool([pool_csv(tmp_path).path], tmp_path / "pool", recipe=RECIPES["halpha"], name="tiny")
    return tmp_path / "pool"


def test_a_pool_says_what_it_is(folder: Path) -> None:
    pool = Pool.open(folder)
    assert (pool.name, pool.n_spectra, pool.path, pool.simulated) == ("tiny", N_ROWS, folder, False)
    np.testing.assert_array_equal(pool.grid, GRID)
    assert pool.recipe == RECIPES["halpha"]
    assert pool.spectrum_ids.to_list() == [f"spec-{i}" for i in range(N_ROWS)]
    assert pool.flux.dtype == np.float32
    assert not pool.flux.flags.writeable
    assert isinstance(pool.flux, np.memmap)


def test_the_flux_file_is_what_numpy_itself_writes(folder: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "again.npy", np.load(folder / "flux.npy"))
    assert (tmp_path / "again.npy").read_bytes() == (folder / "flux.npy").read_bytes()


def test_rows_come_in_the_order_of_the_ids(folder: Path) -> None:
    pool = Pool.open(folder)
    assert pool.indices_of(["spec-4", "spec-0", "spec-4"]).tolist() == [4, 0, 4]
    scaled = (matrix()[4] - matrix()[4].mean()) / matrix()[4].std()
    np.testing.assert_allclose(pool.rows(["spec-4", "spec-0"])[0], scaled, rtol=0, atol=2e-6)
    assert pool.indices_of([]).shape == (0,)
    assert pool.rows([]).shape == (0, GRID.size)


def test_unknown_ids_are_named(folder: Path) -> None:
    with pytest.raises(PoolError, match="1 of 2 spectra not, the first are 'spec-99'"):
        Pool.open(folder).indices_of(["spec-1", "spec-99"])


def test_without_the_index_files_ids_are_found_all_the_same(folder: Path) -> None:
    (folder / "ids.index.npy").unlink()
    assert Pool.open(folder).indices_of(["spec-3"]).tolist() == [3]


def test_folders_that_are_no_pools_are_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(PoolError, match="found nothing"):
        Pool.open(tmp_path / "absent")
    (folder / "manifest.json").rename(tmp_path / "kept.json")
    with pytest.raises(PoolError, match=r"expected manifest\.json there"):
        Pool.open(folder)
    (folder / "manifest.json").write_text("{")
    with pytest.raises(PoolError, match="expected the manifest of a pool"):
        Pool.open(folder)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("schema", 99, "found 99. Update"),
        ("n_spectra", 8, "expected float32 of shape"),
        ("grid", [1.0], "expected float32"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(folder: Path, key: str, value: object, message: str) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {key: value}))
    with pytest.raises(PoolError, match=message):
        Pool.open(folder)


def test_missing_or_cut_files_are_noticed(folder: Path) -> None:
    content = (folder / "flux.npy").read_bytes()
    (folder / "flux.npy").write_bytes(content[:-4])
    with pytest.raises(PoolError, match="cannot be read"):
        Pool.open(folder)
    (folder / "flux.npy").write_bytes(content)
    pl.read_parquet(folder / "spectra.parquet").head(3).write_parquet(folder / "spectra.parquet")
    with pytest.raises(PoolError, match="expected 7 rows, found 3"):
        Pool.open(folder)
    (folder / "spectra.parquet").unlink()
    with pytest.raises(PoolError, match="cannot be read"):
        Pool.open(folder)


def test_a_changed_byte_is_found(folder: Path) -> None:
    Pool.open(folder).verify()
    content = bytearray((folder / "flux.npy").read_bytes())
    content[-1] ^= 1
    (folder / "flux.npy").write_bytes(content)
    with pytest.raises(PoolError, match=r"flux\.npy: expected SHA-256"):
        Pool.open(folder).verify()


@given(st.lists(TEXT, unique=True, max_size=30), st.lists(TEXT, max_size=10))
def test_every_id_is_found_and_no_other(ids: list[str], others: list[str]) -> None:
    index = IdIndex.of(pl.Series(ids, dtype=pl.String))
    place = {spectrum_id: row for row, spectrum_id in enumerate(ids)}
    assert index.find(ids).tolist() == list(range(len(ids)))
    assert index.find(others).tolist() == [place.get(spectrum_id, -1) for spectrum_id in others]


@given(st.lists(st.sampled_from("abcdefgh"), unique=True), st.lists(st.sampled_from("abcdefghxyz")))
def test_ids_of_one_hash_are_told_apart(ids: list[str], asked: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(idindex, "_hash_chunk", lambda series: np.full(len(series), 7, dtype=np.uint64))
        found = IdIndex.of(pl.Series(ids, dtype=pl.String)).find(asked)
    assert found.tolist() == [ids.index(spectrum_id) if spectrum_id in ids else -1 for spectrum_id in asked]


def test_the_hash_of_an_id_stays_what_it_is() -> None:
    # "a" is byte 97: 98 times the first output of splitmix64(0), made odd; that output is published with the generator.
    assert hash_ids(pl.Series(["a", ""])).tolist() == [98 * (0xE220A8397B1DCDAF | 1) % 2**64, 0]


def test_a_thousand_of_many_ids_are_found_in_milliseconds(tmp_path: Path) -> None:
    ids = pl.Series([f"spec-55862-B6212_sp06-{row:07d}" for row in range(300_000)])
    IdIndex.of(ids).save(tmp_path)
    wanted = ids.sample(1000, seed=1)
    started = time.perf_counter()
    rows = IdIndex.open(tmp_path).find(wanted)
    seconds = time.perf_counter() - started
    assert ids[rows].to_list() == wanted.to_list()
    assert seconds < 0.2  # measured: 0.006 among four million
