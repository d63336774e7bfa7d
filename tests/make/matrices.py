"""Tiny pools and training sets: CSV and HDF5."""

from pathlib import Path

import h5py
import numpy as np

from tests.make.made import Made, made_flux

N_ROWS = 7
GRID = np.linspace(6519, 6732, 140)
ONDREJOV = "id,label,object,ra,dec,expval,gratang,detector,chipid,specfilt,date-obs,dichmir"


def matrix(n_rows: int = N_ROWS, n_pixels: int = GRID.size) -> np.ndarray:
    return np.stack([made_flux(n_pixels) + row for row in range(n_rows)])


def csv_rows(prefix: list[str], flux: np.ndarray) -> list[str]:
    return [",".join([start, *(repr(float(value)) for value in row)]) for start, row in zip(prefix, flux, strict=True)]


def wavelength_names(grid: np.ndarray = GRID) -> str:
    return ",".join(repr(float(w)) for w in grid)


def pool_csv(folder: Path, name: str = "pool.csv", n_rows: int = N_ROWS, end: str = "\n") -> Made:
    path = folder / name
    rows = csv_rows([f"spec-{i}" for i in range(n_rows)], matrix(n_rows))
    path.write_bytes((end.join([f"id,{wavelength_names()}", *rows]) + end).encode())
    return Made(path, "matrix-csv", GRID, matrix(n_rows)[0], "vacuum", {"id": "spec-0"})


def training_csv(folder: Path) -> Made:
    path = folder / "training-set.csv"
    rows = csv_rows([f"spec-{i},{i % 3}" for i in range(N_ROWS)], matrix())
    path.write_text("\n".join([f"id,label,{wavelength_names()}", *rows]) + "\n")
    return Made(path, "matrix-csv", GRID, matrix()[0], "vacuum", {"id": "spec-0"})


def ondrejov_csv(folder: Path, names: str | None = None, ra_dec: str = "21:57:18.2,61:17:39.7") -> Made:
    """Make the published training set; by default its flux columns have no wavelengths as names."""
    path = folder / "ondrejov-dataset.csv"
    names = names or ",".join(f"flux_{i}" for i in range(GRID.size))
    start = f"oe27000{{}},{{}},HD 208905,{ra_dec},2.085,30.25,SITe 2000x800,SITe005 800x2000,1,2005-05-27,1"
    labels = ("absorption", "emission", "double-peak")
    rows = csv_rows([start.format(i, labels[i % 3]) for i in range(N_ROWS)], matrix())
    path.write_text("\n".join([f"{ONDREJOV},{names}", *rows]) + "\n")
    common = {"id": "oe270000", "ra": 329.28463, "dec": 61.26850, "obsdate": "2005-05-27"}
    return Made(path, "matrix-csv", GRID, matrix()[0], "vacuum", common)


def spectraml_hdf5(folder: Path, name: str = "lamost_dr2.hdf5") -> Made:
    """Write as spectraml does; row 2 is marked corrupted and holds zeros."""
    path = folder / name
    flux = matrix()
    flux[2] = 0
    with h5py.File(path, "w") as file:
        group = file.create_group("lamost_dr2")
        names = [f"spec-{i}.fits" for i in range(N_ROWS)]
        group.create_dataset("filenames", data=names, dtype=h5py.string_dtype())
        group.create_dataset("spectra", data=flux)
        group.create_dataset("corrupted", data=np.arange(N_ROWS) == 2)
        group.create_dataset("wavelengths", data=GRID)
    return Made(path, "hdf5", GRID, flux[0], "vacuum", {"id": "spec-0"})


def active_cnn_hdf5(folder: Path, n_pixels: int = GRID.size) -> Made:
    """Write as active-cnn does: two iterations; the second has three labelled spectra and four in the pool."""
    path = folder / "data.hdf5"
    flux = matrix(n_pixels=n_pixels)
    with h5py.File(path, "w") as file:
        for iteration, n_labelled in (("iteration_00", 2), ("iteration_01", 3)):
            group = file.create_group(iteration)
            names = np.array([f"spec-{i}.fits" for i in range(N_ROWS)], dtype=object)
            group.create_dataset("X_train", data=flux[:n_labelled].astype(np.float32))
            group.create_dataset("y_train", data=np.arange(n_labelled, dtype=np.int64))
            group.create_dataset("X", data=flux[n_labelled:].astype(np.float32))
            group.create_dataset("ids_train", data=names[:n_labelled], dtype=h5py.string_dtype())
            group.create_dataset("ids", data=names[n_labelled:], dtype=h5py.string_dtype())
    return Made(path, "hdf5", GRID, flux[0], "vacuum", {"id": "spec-0"})
