"""Tiny VOTable and text spectra."""

from pathlib import Path

import numpy as np

from tests.make.made import Made, made_flux

N_PIXELS = 30
WAVELENGTH = 6500 + 0.25 * np.arange(N_PIXELS)

_VOTABLE = """<?xml version='1.0' encoding='utf-8'?>
<VOTABLE version="1.2" xmlns="http://www.ivoa.net/xml/VOTable/v1.2"><RESOURCE utype="spec:Spectrum">
<TABLE name="spectrum" utype="spec:Spectrum">
<FIELD ID="spectral" datatype="double" name="spectral" ucd="em.wl" unit="{unit}"
 utype="spec:Spectrum.Data.SpectralAxis.Value"><DESCRIPTION>{medium} wavelength</DESCRIPTION></FIELD>
<FIELD ID="flux" datatype="double" name="flux" ucd="phot.flux.density"><DESCRIPTION>Flux</DESCRIPTION></FIELD>
<PARAM arraysize="*" datatype="char" name="ssa_targname" value="HD217476"/>
<PARAM datatype="float" name="ssa_redshift" value=""/>
<PARAM arraysize="*" datatype="char" name="ssa_targclass" value="star"/>
<PARAM arraysize="2" datatype="double" name="ssa_location" unit="deg" value="345.25 56.5"/>
<PARAM datatype="double" name="ssa_dateObs" unit="d" value="55393.5"/>
<DATA><TABLEDATA>{rows}</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>
"""


def votable(folder: Path, name: str = "spectrum.vot", unit: str = "Angstrom", medium: str = "Air") -> Made:
    path = folder / name
    factor = {"Angstrom": 1.0, "nm": 10.0, "m": 1e10}[unit]
    flux = made_flux(N_PIXELS)
    rows = "".join(f"<TR><TD>{w / factor!r}</TD><TD>{f!r}</TD></TR>" for w, f in zip(WAVELENGTH, flux, strict=True))
    path.write_text(_VOTABLE.format(unit=unit, medium=medium, rows=rows.replace("np.float64(", "").replace(")", "")))
    common = {"ra": 345.25, "dec": 56.5, "class": "STAR", "obsdate": "2010-07-16T12:00:00"}
    return Made(path, "votable", WAVELENGTH, flux, medium.lower(), common)


def text(folder: Path, name: str = "spectrum.csv", separator: str = ",", header: str = "", end: str = "\r\n") -> Made:
    path = folder / name
    flux = made_flux(N_PIXELS)
    lines = [f"{float(w)!r}{separator}{float(f)!r}" for w, f in zip(WAVELENGTH, flux, strict=True)]
    path.write_bytes((header + end.join(lines) + end).encode())
    return Made(path, "text", WAVELENGTH, flux, "air", {})
