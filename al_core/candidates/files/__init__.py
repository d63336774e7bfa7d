"""Tables of any length as files: CSV, Parquet, VOTable, FITS, and a ZIP with the spectra."""

from al_core.candidates.files.columns import Column
from al_core.candidates.files.spool import Spool
from al_core.candidates.files.streaming import STREAMED, streamed
from al_core.candidates.files.tables import FORMATS, SUFFIXES, write_table

__all__ = ["FORMATS", "STREAMED", "SUFFIXES", "Column", "Spool", "streamed", "write_table"]
