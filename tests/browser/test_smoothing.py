"""The smoothing of the page against that of the core, which has it from SciPy and by hand."""

import numpy as np
from numpy.testing import assert_allclose
from playwright.sync_api import Browser

from al_core.labeling.smoothing import gaussian, weighted_boxcar
from al_core.settings import APPLICATION_DIR

SCRIPT = APPLICATION_DIR / "assets" / "label" / "smoothing.js"
#: What the other scripts of the page would have put there: whatever is asked for does nothing.
AROUND = """
const get = (kept, name) => kept[name] || (() => null);
const label = new Proxy({}, { get, set: (kept, name, it) => ((kept[name] = it), true) });
window.spectrolabe = { label };
"""
SMOOTHED = """
({ flux, sigma }) => {
    const { gauss, box } = window.spectrolabe.label.smoothing;
    const known = flux.map((value) => (value === null ? NaN : value));
    return { gauss: gauss(known, 2.3548 * 1.7), box: box(known, 5, sigma) };
}
"""


def test_the_page_smooths_as_the_reference_does(browser: Browser) -> None:
    rng = np.random.default_rng(4)
    flux, sigma = rng.standard_normal(60), rng.uniform(0.5, 2, 60)
    flux[20:22], sigma[40] = np.nan, 0.0
    told = {"flux": [None if np.isnan(value) else value for value in flux], "sigma": sigma.tolist()}
    page = browser.new_page()
    page.add_script_tag(content=AROUND)
    page.add_script_tag(content=SCRIPT.read_text(encoding="utf-8"))
    found = page.evaluate(SMOOTHED, told)
    page.close()
    ivar = np.divide(1, sigma**2, out=np.zeros(60), where=sigma > 0)
    assert_allclose(found["gauss"], gaussian(flux, 1.7), rtol=1e-10)
    assert_allclose(found["box"], weighted_boxcar(flux, ivar, 5), rtol=1e-10)
