"""What looks like Hα emission and is not a Be star: nebulae, active dwarfs, galaxies, quasars; white dwarfs too.

Rest wavelengths are those of `al_core.lines`; [N II] 6585 : 6550 = 2.96 and [O III] 5008 : 4960 = 2.98 always
(Storey & Zeippen 2000, MNRAS 312, 813). Line ratios of H II regions and planetary nebulae, widths of quasar lines
and redshift distributions are textbook ranges. Galaxies and quasars whose line would fall within 4.5 Å of Hα are not
drawn: no classifier could tell them in this window.
"""

import numpy as np
import numpy.typing as npt

from al_core.lines import HALPHA, line_named
from al_core.simulation.config import ACTIVE, GALAXY, NEBULA, NEGATIVE, QUASAR, WHITE_DWARF, SurveyParameters
from al_core.simulation.grids import SPEED_OF_LIGHT, WINDOW_END, WINDOW_START
from al_core.simulation.instrument import noise_sigma
from al_core.simulation.photospheres import dress
from al_core.simulation.profiles import add_line
from al_core.simulation.sources import Generator, SourceArray, log_normal

FloatArray = npt.NDArray[np.float64]

N2_RATIO, O3_RATIO = 2.96, 2.98

#: Emission lines of galaxies: vacuum Å and strength relative to Hα; absorption lines: vacuum Å and depth.
GALAXY_EMISSION = {
    3728.5: 0.8, line_named("H-beta").vacuum: 0.3, line_named("[O III] 5006").vacuum: 0.5,
    line_named("[O III] 4958").vacuum: 0.5 / O3_RATIO, line_named("[O I] 6300").vacuum: 0.08, HALPHA: 1.0,
    line_named("[N II] 6583").vacuum: 0.45, line_named("[N II] 6548").vacuum: 0.45 / N2_RATIO,
    line_named("[S II] 6716").vacuum: 0.25, line_named("[S II] 6730").vacuum: 0.2,
}  # fmt: skip
GALAXY_ABSORPTION = {
    3934.77: 0.35, 3969.59: 0.35, 4305.6: 0.15, 4862.69: 0.10, 5176.6: 0.17, 5271.0: 0.08, 5336.0: 0.07, 5710.9: 0.04,
    5783.8: 0.04, 5894.6: 0.18, 6163.5: 0.05, 6192.9: 0.05, 6496.7: 0.06,
}  # fmt: skip
#: Broad lines of quasars, vacuum Å, and their height relative to the continuum (Vanden Berk et al. 2001, AJ 122, 549).
QUASAR_LINES = {1215.67: 2.5, 1399.8: 0.4, 1549.06: 1.2, 1908.73: 0.7, 2798.75: 0.8, 4341.69: 0.4, 4862.69: 0.9,
                5008.24: 0.8, 6564.61: 3.0}  # fmt: skip

#: No line of a galaxy or quasar is placed nearer to Hα, Å.
_FORBIDDEN = 4.5


def draw_contaminants(sources: SourceArray, parameters: SurveyParameters, rng: Generator, near_window: bool) -> None:
    """Draw what makes a contaminant of each source by its kind, in place.

    With `near_window` the redshifts put a line into the window, as a training set needs it; without, they are those
    of a survey.
    """
    n = len(sources)
    kind = sources["kind"]
    sources["line_strength"] = log_normal(rng, 1.0, 0.6, n)
    sources["n2_ratio"] = rng.uniform(0.2, 1.2, n)
    sources["s2_ratio"] = rng.uniform(0.1, 0.7, n)
    _draw_hosts(sources, parameters, rng)
    _draw_narrow(sources, rng)
    sources["line_fwhm"] = np.where(
        kind == QUASAR, np.clip(log_normal(rng, 20.0 if near_window else 35.0, 0.8, n), 8, 200), rng.uniform(4, 11, n)
    )
    sources["notch_depth"] = np.where((kind == QUASAR) & (rng.random(n) < 0.4), rng.uniform(0.2, 1.0, n), 0)
    sources["notch_velocity"] = rng.uniform(-1.0, 1.0, n)
    _draw_redshifts(sources, GALAXY, (*GALAXY_EMISSION, *GALAXY_ABSORPTION), near_window, rng)
    _draw_redshifts(sources, QUASAR, tuple(QUASAR_LINES), near_window, rng)


def _draw_hosts(sources: SourceArray, parameters: SurveyParameters, rng: Generator) -> None:
    """Half the nebulae lie before O to A stars; active dwarfs are K3 to M9; white dwarfs have broad lines."""
    n, kind = len(sources), sources["kind"]
    early = np.isin(kind, (NEBULA, NEGATIVE)) & (rng.random(n) < 0.5)
    dwarf = np.where(rng.random(n) < 0.25, rng.uniform(5.1, 5.99, n), rng.uniform(6.0, 6.7, n))
    code = np.where(early, rng.uniform(0.8, 3, n), sources["type_code"])
    changed = early | (kind == ACTIVE)
    some = sources[changed]
    some["type_code"] = np.where(kind == ACTIVE, dwarf, code)[changed]
    dress(some, parameters, rng)
    sources[changed] = some
    is_white = kind == WHITE_DWARF
    sources["depth"] = np.where(is_white, rng.uniform(0.15, 0.5, n), sources["depth"])
    sources["fwhm"] = np.where(is_white, rng.uniform(30, 60, n), sources["fwhm"])


def _draw_narrow(sources: SourceArray, rng: Generator) -> None:
    """Height of an unresolved Hα line over the continuum: nebulae with [N II] above 2.5 σ, active chromospheres."""
    n, kind = len(sources), sources["kind"]
    height = np.maximum(log_normal(rng, 0.5, 1.2, n), 2.5 * noise_sigma(sources) / sources["n2_ratio"])
    height = np.where(kind == NEGATIVE, -np.minimum(height, 2.0), height)
    active = log_normal(rng, 2.5, 0.9, n) / sources["lsf_fwhm"] + sources["depth"]
    height = np.where(kind == ACTIVE, active, height)
    sources["narrow_height"] = np.where(np.isin(kind, (NEBULA, NEGATIVE, ACTIVE)), height, 0)
    sources["n2_ratio"] = np.where(kind == ACTIVE, 0, sources["n2_ratio"])
    sources["s2_ratio"] = np.where(kind == ACTIVE, 0, sources["s2_ratio"])


def _draw_redshifts(
    sources: SourceArray, kind: int, lines: tuple[float, ...], near_window: bool, rng: Generator
) -> None:
    rows = np.flatnonzero(sources["kind"] == kind)
    n = rows.size
    natural = np.clip(log_normal(rng, 0.1, 0.6, n), 0.004, 0.6) if kind == GALAXY else rng.uniform(0.15, 4.0, n)
    rest = rng.choice(np.array(lines), n)
    anywhere, beside = rng.uniform(WINDOW_START, WINDOW_END, n), rng.normal(HALPHA, 10, n)
    aimed = np.where(rng.random(n) < 0.4, anywhere, beside) / rest - 1
    z = np.where((rng.random(n) < 0.7) & (aimed > 0.004), aimed, natural) if near_window else natural
    for _ in range(20):
        distance = np.abs(np.array(lines)[None, :] * (1 + z[:, None]) - HALPHA).min(axis=1)
        z = np.where(distance < _FORBIDDEN, z + 0.0015, z)
    sources["z"][rows] = z


def add_contaminants(flux: FloatArray, wavelength: FloatArray, sources: SourceArray) -> None:
    """Add the lines of nebulae, chromospheres and extragalactic objects to spectra of continuum 1, in place."""
    for kinds, add in (
        ((NEBULA, NEGATIVE, ACTIVE), _add_nebulae),
        ((GALAXY,), _add_galaxies),
        ((QUASAR,), _add_quasars),
    ):
        rows = np.flatnonzero(np.isin(sources["kind"], kinds))
        if rows.size:
            part = flux[rows]
            add(part, wavelength, sources[rows])
            flux[rows] = part


def _add_nebulae(flux: FloatArray, wavelength: FloatArray, sources: SourceArray) -> None:
    shift, height = 1 + sources["rv"] / SPEED_OF_LIGHT, sources["narrow_height"]
    n2, s2 = sources["n2_ratio"], sources["s2_ratio"]
    for name, ratio in (
        ("H-alpha", np.ones(len(sources))),
        ("[N II] 6583", n2),
        ("[N II] 6548", n2 / N2_RATIO),
        ("[S II] 6716", s2),
        ("[S II] 6730", 0.8 * s2),
    ):
        add_line(flux, wavelength, line_named(name).vacuum * shift, height * ratio, sources["lsf_fwhm"])


def _add_galaxies(flux: FloatArray, wavelength: FloatArray, sources: SourceArray) -> None:
    is_active = sources["n2_ratio"] < 0.8
    width = np.sqrt(sources["line_fwhm"] ** 2 + sources["lsf_fwhm"] ** 2)
    for rest, strength in GALAXY_EMISSION.items():
        height = np.where(is_active, strength, 0.05 * strength) * sources["line_strength"] * 0.6
        add_line(flux, wavelength, rest * (1 + sources["z"]), height, width)
    for rest, depth in GALAXY_ABSORPTION.items():
        height = -np.minimum(depth * sources["line_strength"] ** 0.4, 0.8)
        add_line(flux, wavelength, rest * (1 + sources["z"]), height, 1.3 * width)


def _add_quasars(flux: FloatArray, wavelength: FloatArray, sources: SourceArray) -> None:
    z, width = 1 + sources["z"], sources["line_fwhm"]
    for rest, strength in QUASAR_LINES.items():
        height = strength * sources["line_strength"]
        add_line(flux, wavelength, rest * z, height, width, np.full(len(sources), 0.2))
        notch = rest * z + sources["notch_velocity"] * width
        add_line(
            flux,
            wavelength,
            notch,
            -sources["notch_depth"] * np.minimum(height, 1.5) * 0.7,
            np.maximum(4.5, 0.2 * width),
        )
    np.maximum(flux, 0.0, out=flux)
