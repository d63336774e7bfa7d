"""Files that are written by several at once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from al_core.files import write_durably


def test_of_several_who_write_a_file_at_once_the_last_one_counts(tmp_path: Path) -> None:
    path, barrier = tmp_path / "file", threading.Barrier(4)

    def write(content: bytes) -> None:
        for _ in range(5):
            barrier.wait()
            write_durably(path, content)

    contents = [bytes([number]) * 4096 for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, contents))
    assert path.read_bytes() in contents
    assert list(tmp_path.iterdir()) == [path]
