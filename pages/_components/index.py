"""The HTML around the application: what the browser sees before any script of Dash runs."""

TEMPLATE = """<!DOCTYPE html>
<html lang="en" data-bs-theme="light">
    <head>
        {%metas%}
        <title>{%title%}</title>
        <script src="THEME_URL"></script>
        <link rel="icon" type="image/svg+xml" href="ICON_URL">
        {%favicon%}
        {%css%}
    </head>
    <body>
        <noscript>Spectrolabe needs JavaScript in the browser.</noscript>
        {%app_entry%}
        {%config%}
        {%scripts%}
        {%renderer%}
    </body>
</html>
"""


def index_string(theme_url: str, icon_url: str) -> str:
    """Return Dash's index string: language, theme before the first paint, mark; nothing from elsewhere."""
    return TEMPLATE.replace("THEME_URL", theme_url).replace("ICON_URL", icon_url)
