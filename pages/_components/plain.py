"""A page without Dash, for errors of the server itself: it must not need what has just failed."""

from html import escape

TEMPLATE = """<!DOCTYPE html>
<html lang="en" data-bs-theme="light">
    <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title} · Spectrolabe</title>
        <script src="/assets/theme.js"></script>
        <link rel="icon" type="image/svg+xml" href="/assets/icons/mark.svg">
        <link rel="stylesheet" href="/assets/00-bootstrap.min.css">
        <link rel="stylesheet" href="/assets/00-tokens.css">
        <link rel="stylesheet" href="/assets/10-layout.css">
        <link rel="stylesheet" href="/assets/20-components.css">
    </head>
    <body>
        <main class="plain-page">
            <h1 class="empty-title">{title}</h1>
            <p class="empty-text">{text}</p>
            <a class="button button-outline" href="/">Go to the sessions</a>
        </main>
    </body>
</html>
"""


def plain_page(title: str, text: str) -> str:
    """Return a whole HTML page that says one thing and leads back."""
    return TEMPLATE.format(title=escape(title), text=escape(text))
