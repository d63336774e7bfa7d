"""One maker of a tiny file for every format and variant that a reader reads."""

from collections.abc import Callable
from pathlib import Path

from tests.make.lamost import lamost_dr1, lamost_image, lamost_image_gz, lamost_mrs, lamost_table
from tests.make.made import Made
from tests.make.matrices import active_cnn_hdf5, ondrejov_csv, pool_csv, spectraml_hdf5, training_csv
from tests.make.ondrejov import ondrejov_image, ondrejov_table
from tests.make.other_fits import indo_us, linear_fits, sdss
from tests.make.texts import text, votable

MAKERS: tuple[Callable[[Path], Made], ...] = (
    lamost_image,
    lamost_image_gz,
    lamost_dr1,
    lamost_table,
    lamost_mrs,
    ondrejov_image,
    ondrejov_table,
    sdss,
    indo_us,
    linear_fits,
    votable,
    text,
    pool_csv,
    training_csv,
    ondrejov_csv,
    spectraml_hdf5,
    active_cnn_hdf5,
)
