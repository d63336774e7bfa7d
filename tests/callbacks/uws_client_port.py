"""The independent client uws-client 1.1.11 (PyPI), which is written in Python 2, made to run in Python 3.

2to3 translates it as installed; three idioms that 2to3 cannot see are put right by hand. What it sends and how it
reads the answers stays its own.
"""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

#: File: what stands in it after 2to3, and what it has to be in Python 3.
IDIOMS = {
    "UWS/models.py": (
        ("    def __str__(self):\n        return str(self).encode('utf-8')\n", ""),
        ("def __unicode__(self)", "def __str__(self)"),
    ),
    "UWS/connection.py": (
        ("handler.read(chunk_size), '')", "handler.read(chunk_size), b'')"),
        (
            "base64.encodestring('%s:%s' % (user, password))",
            "base64.b64encode(('%s:%s' % (user, password)).encode()).decode()",
        ),
    ),
}


def ported(folder: Path) -> Path:
    """Write the translated client into a folder, and return the folder to put on the path; skip where it cannot be."""
    if importlib.util.find_spec("lib2to3") is None:
        pytest.skip("uws-client is written in Python 2, and this Python has no lib2to3 to translate it")
    found = importlib.util.find_spec("uws")
    if found is None or found.origin is None:
        pytest.skip("uws-client is not installed; requirements-dev.txt names it")
    source = Path(found.origin).parent
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "lib2to3",
        "-n",
        "-w",
        "-W",
        "--no-diffs",
        "-o",
        str(folder / "uws"),
    ]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=120)
    for name, replacements in IDIOMS.items():
        path = folder / "uws" / name
        text = path.read_text(encoding="utf-8")
        for before, after in replacements:
            assert before in text, f"{name} of uws-client has changed"
            text = text.replace(before, after)
        path.write_text(text, encoding="utf-8")
    return folder
