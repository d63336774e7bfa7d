"""The fields that surveys have in common, under one name each, and the columns that mean them.

LAMOST's own names are used where they exist. Sources: data release descriptions of LAMOST DR1 to DR10 (general,
stellar, A-type and M-type catalogues; https://www.lamost.org), headers of its files and of those of the Ondřejov CCD700
archive, the SSA data model of the IVOA, SDSS `specObj`.
"""

import re

from al_core.metadata.fields import Field, FieldType

#: name, type, unit ("." is none), description; a line each.
_TABLE = """
filename        string   .      name of the file
obsid           integer  .      number of the spectrum in its survey
uid             string   .      LAMOST's id of the source
gp_id           string   .      LAMOST's id of the group of observations
designation     string   .      name from the position
object          string   .      name of the target
obsdate         time     .      date of the observation
date_obs        time     .      date of the observation
lmjd            integer  d      local modified Julian day
mjd             integer  d      modified Julian day
planid          string   .      plan, the field that was observed
spid            integer  .      spectrograph
fiberid         integer  .      fibre
plate           integer  .      plate
ra_obs          number   deg    right ascension that the fibre pointed to
dec_obs         number   deg    declination that the fibre pointed to
ra              number   deg    right ascension, ICRS
dec             number   deg    declination, ICRS
snru            number   .      signal to noise in u
snrg            number   .      signal to noise in g
snrr            number   .      signal to noise in r
snri            number   .      signal to noise in i
snrz            number   .      signal to noise in z
snr             number   .      signal to noise
objtype         string   .      type of the target as it was proposed
class           string   .      class by the survey's pipeline
subclass        string   .      subclass by the survey's pipeline
z               number   .      redshift
z_err           number   .      error of the redshift
zflag           string   .      how the redshift was measured
rv              number   km/s   radial velocity
rv_err          number   km/s   error of the radial velocity
teff            number   K      effective temperature
teff_err        number   K      error of the effective temperature
logg            number   dex    surface gravity
logg_err        number   dex    error of the surface gravity
feh             number   dex    metallicity
feh_err         number   dex    error of the metallicity
magtype         string   .      bands of mag1 to mag7
mag             number   mag    magnitude
mag1            number   mag    first magnitude of magtype
mag2            number   mag    second magnitude of magtype
mag3            number   mag    third magnitude of magtype
mag4            number   mag    fourth magnitude of magtype
mag5            number   mag    fifth magnitude of magtype
mag6            number   mag    sixth magnitude of magtype
mag7            number   mag    seventh magnitude of magtype
ps_id           string   .      id in Pan-STARRS1
mag_ps_g        number   mag    Pan-STARRS1 g
mag_ps_r        number   mag    Pan-STARRS1 r
mag_ps_i        number   mag    Pan-STARRS1 i
mag_ps_z        number   mag    Pan-STARRS1 z
mag_ps_y        number   mag    Pan-STARRS1 y
gaia_source_id  string   .      id in Gaia
gaia_g_mean_mag number   mag    Gaia G
tsource         string   .      who proposed the target
fibertype       string   .      what the fibre was for
tfrom           string   .      catalogue of the target
tcomment        string   .      id of the target in its catalogue
offsets         string   .      whether the fibre was set off on purpose
offset_v        number   arcsec how far the fibre was set off
fibermask       integer  .      problems of the fibre, bit by bit
specobjid       string   .      SDSS's id of the spectrum
bestobjid       string   .      SDSS's id of the photometric object
zwarning        integer  .      problems of the redshift, bit by bit
exptime         number   s      exposure time
expval          number   .      exposure by the exposure meter
gratang         number   deg    angle of the grating
detector        string   .      detector
chipid          string   .      chip of the detector
specfilt        integer  .      filter of the spectrograph
dichmir         string   .      dichroic mirror
label           string   .      label that came with the spectrum
accref          string   .      address of the spectrum
pubdid          string   .      id that the publisher gave
median_snr      number   .      median signal to noise of the pixels
duplicate_of    string   .      id before it was numbered to be unique
source          string   .      file that the spectrum was read from
medium          string   .      medium of the file's wavelengths
reader          string   .      format of the file
"""

#: Field: other names of it, in lower case; of several columns that mean the same the first in this list is taken.
ALIASES: dict[str, tuple[str, ...]] = {
    "ra": (
        *("ra", "ra_icrs", "raj2000", "_raj2000", "ra_j2000", "ra2000", "ra_deg", "radeg", "objra", "ra_target"),
        *("right_ascension", "s_ra", "location_ra", "plug_ra", "alpha_j2000", "_ra", "ra_obs"),
    ),
    "dec": (
        *("dec", "de_icrs", "dec_icrs", "dej2000", "_dej2000", "dec_j2000", "dec2000", "dec_deg", "decdeg", "objdec"),
        *("dec_target", "declination", "s_dec", "location_dec", "plug_dec", "delta_j2000", "_de", "de", "dec_obs"),
    ),
    "filename": ("filename", "file_name", "file", "path", "fits", "fitsname"),
    "designation": ("designation", "desig"),
    "object": ("object", "ssa_targname", "target_name", "objname"),
    "obsdate": ("obsdate", "obs_date"),
    "date_obs": ("date_obs", "dateobs"),
    "snru": ("snru", "sn_u"),
    "snrg": ("snrg", "sn_g"),
    "snrr": ("snrr", "sn_r"),
    "snri": ("snri", "sn_i"),
    "snrz": ("snrz", "sn_z"),
    "zflag": ("zflag", "z_flag", "z_from"),
    "z": ("z", "ssa_redshift", "redshift"),
    "fibertype": ("fibertype", "fibertyp", "fib_type"),
    "fibermask": ("fibermask", "fibermas", "fib_mask"),
    "tcomment": ("tcomment", "t_info", "tinfo"),
    "offsets": ("offsets", "offset"),
    "offset_v": ("offset_v", "offsets_v"),
    "class": ("class", "ssa_targclass"),
    "accref": ("accref", "acref", "access_url"),
    "pubdid": ("pubdid", "ssa_pubdid", "ds_idpub", "obs_publisher_did"),
    "gaia_source_id": ("gaia_source_id", "source_id"),
    "specobjid": ("specobjid", "spec_id"),
}

#: Columns that name the spectrum, the likelier first; a name of a file loses its folder and extensions.
ID_NAMES = ("filename", "spectrum_id", "id", "accref", "obsid", "specobjid", "designation", "object", "pubdid")
#: Names of LAMOST's low-resolution files, for catalogues that do not state them.
LAMOST_FILE = "spec-{lmjd}-{planid}_sp{spid:2}-{fiberid:3}"

#: Every known field by name.
KNOWN: dict[str, Field] = {
    name: Field(name, FieldType(kind), unit="" if unit == "." else unit, description=description)
    for name, kind, unit, description in (line.split(maxsplit=3) for line in _TABLE.strip().splitlines())
}
#: Names that no field of an import may have: the backends use them.
_RESERVED = frozenset({"id", "index", "version", "sessions", "session", "all", "w"})
_FIELD_OF = {alias: name for name, aliases in reversed(ALIASES.items()) for alias in reversed(aliases)}


def plain_name(name: str) -> str:
    """Return a name as a field may have it: lower case letters, digits and `_`, beginning with a letter.

    >>> plain_name("DATE-OBS"), plain_name("_RAJ2000"), plain_name("[Fe/H]"), plain_name("2MASS")
    ('date_obs', 'raj2000', 'fe_h', 'c_2mass')
    """
    plain = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "column"
    return plain if plain[0].isalpha() else f"c_{plain}"


def known_name(name: str) -> str | None:
    """Return the known field that a column of this name means, None if it is none.

    >>> known_name("SN_G"), known_name("FIBERMAS"), known_name("halpha_ew")
    ('snrg', 'fibermask', None)
    """
    lower = re.sub(r"[\s.-]+", "_", name.strip().lower())
    found = _FIELD_OF.get(lower) or (lower if lower in KNOWN else None)
    return found or _FIELD_OF.get(plain_name(name)) or (plain_name(name) if plain_name(name) in KNOWN else None)


def rank_of(field: str, name: str) -> int:
    """Return how good a name is for a known field, 0 is best."""
    aliases = ALIASES.get(field, (field,))
    lower = re.sub(r"[\s.-]+", "_", name.strip().lower())
    return aliases.index(lower) if lower in aliases else len(aliases)


def free_name(name: str, taken: set[str]) -> str:
    """Return the name, numbered where it is taken or reserved."""
    number, free = 1, name
    while free in taken or free in _RESERVED:
        number += 1
        free = f"{name}_{number}"
    return free
