"""From a key to the painted frame of the next spectrum, on the page Label in a headless Chromium.

    python benchmarks/label_latency.py [--spectra 100] [--per-second 4]

Spectra are simulated files of about 3,900 points, imported with the recipe "halpha": the page draws the window of 140
points and the full range. Keys come from outside the browser at an even pace. A latency begins with the time that the
browser gives the key event, and ends when the first frame that shows the next spectrum has been painted: a task that
was queued while that frame was being made. The page and its server run on this machine; the load average stands in the
report, for on a busy machine the figures measure the others.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from playwright.sync_api import Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from al_core.settings import APPLICATION_DIR
from tests.browser.conftest import ARGUMENTS
from tests.browser.labeling import add_labeling, wait_for_spectrum
from tests.browser.server import Server
from tests.browser.workspaces import POOL, al_core

#: Notes, in the page itself, when a key came and when the spectrum after it was painted.
WATCH = """() => {
    const latencies = (window.latencies = []);
    const label = window.spectrolabe.label;
    window.addEventListener("keydown", function (event) {
        const before = label.state.current;
        const look = () => requestAnimationFrame(function () {
            const { current } = label.state;
            if (current === before || !label.spectra.peek(current.id)) return look();
            const channel = new MessageChannel();
            channel.port1.onmessage = () => latencies.push(performance.now() - event.timeStamp);
            channel.port2.postMessage(0);
        });
        look();
    }, true);
}"""
POINTS = """() => ({
    window: window.spectrolabe.label.spectra.peek(window.spectrolabe.label.state.current.id).window.flux.length,
    full: (window.spectrolabe.label.spectra.peek(window.spectrolabe.label.state.current.id).full.flux || []).length,
})"""


def made_workspace(folder: Path, n_spectra: int) -> Path:
    """Simulate files and import them as the pool `survey`."""
    workspace, survey = folder / "workspace", folder / "survey"
    options = ("--spectra", n_spectra, "--emission", 0.2, "--format", "fits", "--seed", 5)
    al_core("simulate", *options, "--output", survey, workspace=workspace)
    al_core("import", survey / "fits", "--pool", POOL, "--recipe", "halpha", workspace=workspace)
    return workspace


def typed(page: Page, n_keys: int, per_second: float) -> list[float]:
    """Press a key for each spectrum at an even pace; return the latencies in ms."""
    page.evaluate(WATCH)
    begin = time.monotonic()
    for number in range(n_keys):
        time.sleep(max(0.0, begin + number / per_second - time.monotonic()))
        page.keyboard.press("123"[number % 3])
    page.wait_for_function(f"() => window.latencies.length >= {n_keys}", timeout=60_000)
    return [float(one) for one in page.evaluate("window.latencies")]


def report(latencies: list[float], points: dict[str, int], load: float) -> str:
    """Say what was measured."""
    p50, p95 = np.percentile(latencies, [50, 95])
    panels = f"panels of {points['window']} and {points['full']} points"
    machine = f"{os.cpu_count()} cores, load {load:.1f} before"
    return (
        f"{len(latencies)} keys, {panels}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, max {max(latencies):.0f} ms ({machine})"
    )


def measured(n_spectra: int, per_second: float) -> str:
    """Make everything, measure, and clean up."""
    load = os.getloadavg()[0]
    command = ["scripts/find-chromium"]
    chromium = subprocess.run(command, cwd=APPLICATION_DIR, capture_output=True, text=True, check=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = Server(made_workspace(Path(folder), n_spectra + 20))
        try:
            server.start()
            session = add_labeling(server)
            browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(f"{server.url}/label?session={session.session_id}")
            wait_for_spectrum(page)
            page.wait_for_timeout(3000)
            points = page.evaluate(POINTS)
            latencies = typed(page, n_spectra, per_second)
            browser.close()
        finally:
            server.close()
    return report(latencies, points, load)


def main() -> None:
    """Read the command line, measure, report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--spectra", type=int, default=100, help="keys that are pressed")
    parser.add_argument("--per-second", type=float, default=4.0, help="keys a second")
    options = parser.parse_args()
    sys.stdout.write(measured(options.spectra, options.per_second) + "\n")


if __name__ == "__main__":
    main()
