"""Every component id, once: `PAGE_THING_KIND = "page-thing-kind"`, one module a page; used as `ids.PAGE_THING_KIND`."""

from callbacks.ids.candidates import *  # noqa: F403
from callbacks.ids.data import *  # noqa: F403
from callbacks.ids.jobs import *  # noqa: F403
from callbacks.ids.label import *  # noqa: F403
from callbacks.ids.performance import *  # noqa: F403
from callbacks.ids.sessions import *  # noqa: F403
from callbacks.ids.shell import *  # noqa: F403
from callbacks.ids.train import *  # noqa: F403
