"""What a simulated survey says about itself in manifest.json."""

from collections import Counter
from typing import Any

from al_core.simulation.config import CLASS_NAMES, SurveyParameters
from al_core.simulation.grids import COEFF0, COEFF1, WINDOW_END, WINDOW_SIZE, WINDOW_START
from al_core.simulation.instrument import LAG_1
from al_core.simulation.truth import DIP_SHARE, DIP_SIGMA, MATCHED_SNR, PEAK_HEIGHT, PEAK_SIGMA
from al_core.simulation.truth_table import TRUTH_COLUMNS

#: How often each value of `label_name` and `kind` occurs in a table.
Counts = dict[str, Counter[str]]

#: Raised when the meaning of a file changes.
SCHEMA_VERSION = 1

NOTICE = "Simulated spectra, not observations."

#: Idea and source of each part of the simulation.
MODELS = {
    "photospheres": "pseudo-Voigt Hα (Thompson et al. 1987, J. Appl. Cryst. 20, 79) with depths and widths measured on "
    "real LAMOST spectra by type; metal, TiO and telluric blends measured on their means",
    "discs": "Keplerian, optically thin (Smak 1981, Acta Astron. 31, 395; Horne & Marsh 1986, MNRAS 218, 761); outer "
    "edge by Huang's law (1972, ApJ 171, 549); random inclinations; shell cores above 70°, V/R asymmetry (Rivinius et "
    "al. 2006, A&A 459, 137; 2013, A&ARv 21, 69), electron-scattering wings, winds in 2 %",
    "rates": "emission: Hou et al. (2016, RAA 16, 138), Zhang et al. (2022, ApJS 259, 38); contents: LAMOST DR5",
    "contaminants": "nebulae with [N II] 2.96:1 and [S II], oversubtracted nebulae, active K and M dwarfs, galaxies, "
    "quasars (Vanden Berk et al. 2001, AJ 122, 549), white dwarfs, OH and geocoronal residuals, cosmic rays, holes, "
    "splices, dead fibres",
    "emission over the full range": "Balmer decrement; Fe II and O I 8446 above |EW| 10 Å (Banerjee et al. 2021, "
    "MNRAS 500, 3926)",
}


def manifest_of(
    parameters: SurveyParameters, file_format: str, counts: dict[str, Counts], version: str
) -> dict[str, Any]:
    """Return the manifest of a finished survey as JSON stores it; `counts` by the table, "pool" or "training"."""
    return {
        "simulated": True,
        "notice": NOTICE,
        "complete": True,
        "schema_version": SCHEMA_VERSION,
        "software": f"Spectrolabe {version}",
        "format": file_format,
        "parameters": parameters.as_dict(),
        "classes": list(CLASS_NAMES),
        "counts": {table: _counts(found) for table, found in counts.items()},
        "wavelengths": _wavelengths(),
        "visibility_rule": {
            "statement": "decided on the noise-free profile, convolved with the instrument; a nebula, galaxy, quasar "
            "or active dwarf is 'other' whatever its lines",
            "matched_filter_snr_above": MATCHED_SNR,
            "peak_sigma_above": PEAK_SIGMA,
            "peak_height_above": PEAK_HEIGHT,
            "dip_sigma_above": DIP_SIGMA,
            "dip_share_above": DIP_SHARE,
        },
        "noise": {"lag_1_correlation": LAG_1},
        "truth_columns": TRUTH_COLUMNS,
        "models": MODELS,
    }


def _wavelengths() -> dict[str, Any]:
    return {
        "medium": "vacuum",
        "unit": "Angstrom",
        "native_log10_first_pixel": COEFF0,
        "native_log10_step": COEFF1,
        "window": [WINDOW_START, WINDOW_END, WINDOW_SIZE],
    }


def _counts(found: Counts) -> dict[str, Any]:
    return {
        "spectra": found["kind"].total(),
        "by_class": {name: found["label_name"][name] for name in CLASS_NAMES},
        "by_kind": dict(sorted(found["kind"].items())),
    }
