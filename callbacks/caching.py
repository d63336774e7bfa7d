"""How long a browser may keep the assets: those whose address changes with their content, for ever."""

from flask import Flask, Response, request

A_YEAR_S = 31_536_000


def let_browsers_keep(server: Flask) -> None:
    """Let browsers keep fonts, and what is asked for with the time of its last change, as Dash does."""

    @server.after_request
    def keep(response: Response) -> Response:
        is_asset = request.path.startswith("/assets/") and response.status_code in (200, 304)
        if is_asset and ("m" in request.args or request.path.startswith("/assets/fonts/")):
            response.headers["Cache-Control"] = f"max-age={A_YEAR_S}, immutable"
        return response
