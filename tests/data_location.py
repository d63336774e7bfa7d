"""Where the real spectra for tests are, if they are anywhere."""

import os
from pathlib import Path

import pytest

TEST_DATA = Path(
    os.environ.get("SPECTROLABE_TEST_DATA", Path(__file__).resolve().parents[1] / ".." / "shared" / "data")
).resolve()

needs_test_data = pytest.mark.skipif(
    not TEST_DATA.is_dir(), reason=f"no real spectra in {TEST_DATA}; set SPECTROLABE_TEST_DATA"
)


def real_files(*folders: str) -> list[Path]:
    """All files in the folders of the test data (all of them by default); none where there is no test data."""
    if not TEST_DATA.is_dir():
        return []
    found = [TEST_DATA / name for name in folders] or [path for path in TEST_DATA.iterdir() if path.is_dir()]
    return sorted(file for folder in found for file in folder.iterdir() if file.is_file())
