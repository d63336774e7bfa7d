"""For a WSGI server of your own: `gunicorn --worker-class gthread --threads 8 wsgi:server`."""

from app import create_app, set_up_logging

set_up_logging()
server = create_app().server
