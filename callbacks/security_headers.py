"""Headers that tell the browser to load nothing from elsewhere and to show the app in no other site's frame."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable

from dash import Dash
from flask import Flask, Response

#: Plotly, ag-grid and Dash write styles into the page, so inline styles are needed; scripts are not. WebGL traces of
#: Plotly (scattergl) compile code and say "WebGL is not supported" without 'unsafe-eval' in script-src: use SVG traces.
DIRECTIVES = {
    "default-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "img-src": "'self' data: blob:",
    "font-src": "'self' data:",
    "connect-src": "'self'",
    "worker-src": "'self' blob:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def add_security_headers(server: Flask, script_hashes: Callable[[], Iterable[str]] = tuple) -> None:
    """Send the headers with every answer; the hashes are asked for with each page, when all callbacks are known."""

    @server.after_request
    def add(response: Response) -> Response:
        hashes = script_hashes() if response.mimetype == "text/html" else ()
        for name, value in {"Content-Security-Policy": policy(hashes), **FIXED}.items():
            response.headers.setdefault(name, value)
        return response


def policy(script_hashes: Iterable[str] = ()) -> str:
    """Content-Security-Policy in which the scripts of these hashes may stand in the page."""
    scripts = " ".join([DIRECTIVES["script-src"], *sorted(set(script_hashes))])
    return "; ".join(f"{name} {value}" for name, value in (DIRECTIVES | {"script-src": scripts}).items())


def page_script_hashes(app: Dash) -> list[str]:
    """Hashes of the scripts that Dash and the index string of the app write into the page."""
    return [*app.csp_hashes(), *(digest(script) for script in INLINE_SCRIPT.findall(app.index_string))]


def digest(script: str) -> str:
    """Hash of a script as the policy writes it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"
