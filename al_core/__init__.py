"""The science of Spectrolabe: spectra, active learning and honest statistics.

Nothing here imports dash, plotly or flask; every module runs from a script or a test, without a browser.
"""

__version__ = "0.1.0"
