"""Progress on a terminal: a bar where there is one, plain lines otherwise."""

import sys
import time
from typing import TextIO

from tqdm import tqdm

#: A plain line is written at least this far apart, unless the step changes.
SECONDS_BETWEEN_LINES = 10.0


class ConsoleProgress:
    """A `Progress` for people: tqdm's bar on a terminal, else a line now and then (log files stay readable)."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self._bar: tqdm[None] | None = None
        self._step = ""
        self._last_line = -SECONDS_BETWEEN_LINES
        self._last_done = -1

    def __call__(self, done: int, total: int | None, message: str) -> None:
        """Show what `Progress` reports."""
        step, _, detail = message.partition(",")
        if self._is_terminal:
            self._update_bar(done, total, step, detail.strip())
        else:
            self._write_line(done, total, step, message)

    def _update_bar(self, done: int, total: int | None, step: str, detail: str) -> None:
        if self._bar is None or step != self._step:
            self.close()
            self._step = step
            self._bar = tqdm(total=total, desc=step, file=self._stream, dynamic_ncols=True, unit="")
        self._bar.total = total
        self._bar.n = done
        if detail:
            self._bar.set_postfix_str(detail, refresh=False)
        self._bar.refresh()

    def _write_line(self, done: int, total: int | None, step: str, message: str) -> None:
        now = time.monotonic()
        finished = total is not None and done >= total
        if step == self._step and now - self._last_line < SECONDS_BETWEEN_LINES and not finished:
            return
        if step == self._step and finished and self._last_done == done:
            return
        share = f" {done}/{total}" if total else (f" {done}" if done else "")
        self._stream.write(f"{message}{share}\n")
        self._stream.flush()
        self._step, self._last_line, self._last_done = step, now, done

    def close(self) -> None:
        """Leave the bar as it stands and go on below it."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
