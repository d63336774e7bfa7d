"""What waits in a session: the chip of its row, and the cards at the top of the page."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import quote

import dash
from dash import html
from dash.development.base_component import Component

from al_core.jobs.job import Job, Phase
from al_core.sessions import SessionSummary
from pages._components.buttons import button
from pages._components.chips import chip
from pages._components.icons import icon
from pages._components.progress import working
from pages._components.text import count, counted, duration

N_CARDS = 3
#: Longer reasons are cut in a card; the run's own page has all of it.
LONGEST_REASON = 180
#: A job writes its own configuration file; where that lies tells nobody anything.
_CONFIGURATION = re.compile(r"^\S+/config\.json(, line \d+)?(, |: )")


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a person: `kind` orders the cards, `tone` colors the icon."""

    kind: Literal["label", "failed", "setup", "train", "interval", "candidates"]
    icon: str
    tone: Literal["accent", "danger", "candidate", "random"]
    about: str
    headline: str
    text: str
    action: str
    href: str


def open_href(session_id: str, page: str = "/train") -> str:
    """Return the address of a session on a page; on Train where that page is not there."""
    known = {entry["path"] for entry in dash.page_registry.values()}
    return f"{page if page in known else '/train'}?session={quote(session_id)}"


def waiting_chip(summary: SessionSummary) -> Component:
    """Return what stands under "What waits" in the row of a session."""
    if summary.active is not None:
        return active_run(summary.active)
    if summary.failed is not None:
        return chip("failed", "Run lost" if summary.failed.is_lost else "Run failed")
    if summary.n_waiting:
        return chip("waiting", f"Label {counted(summary.n_waiting, 'spectrum', 'spectra')}")
    if summary.session.pool is None and "pool_csv" not in summary.session.configuration:
        return chip("neutral", "Needs a pool", icon="database")
    if summary.is_ready_to_train:
        return chip("waiting", f"Train iteration {(summary.iteration or 0) + 1}", icon="play")
    if summary.iteration is None:
        return chip("waiting", "Ready for its first run", icon="play")
    return html.Span("Nothing waits", className="quiet")


def active_run(job: Job, now: datetime | None = None) -> Component:
    """Return ring, step and time of a run that is going on."""
    if job.phase == Phase.QUEUED:
        return chip("neutral", "Waits its turn", icon="clock")
    step = job.message.partition(":")[0] or job.stage or "Starting"
    since = None
    if job.started_utc is not None:
        since = duration(((now or datetime.now(UTC)) - datetime.fromisoformat(job.started_utc)).total_seconds())
    return working("Stopping" if job.cancel_requested else step, _share(job), since)


def _share(job: Job) -> float | None:
    """Return the share that is done; how many epochs a training takes, nobody knows before."""
    if job.stage == "Train" or not job.total:
        return None
    return job.done / job.total


def waiting_cards(summaries: Iterable[SessionSummary]) -> Component | None:
    """Return up to three cards of what waits, the most urgent kinds first; None if nothing does."""
    chosen = _choose([item for summary in summaries for item in waiting_of(summary)])
    if not chosen:
        return None
    cards = [_card(item, is_first=k == 0) for k, item in enumerate(chosen)]
    return html.Ul(cards, className="sessions-waiting", **{"aria-label": "What waits for you"})


def _choose(items: list[Waiting]) -> list[Waiting]:
    """Take the first of each kind, then more of the urgent ones; items come with the newest session first."""
    order = ["label", "failed", "setup", "train", "interval", "candidates"]
    ranked = sorted(items, key=lambda item: order.index(item.kind))
    first = [
        next(item for item in ranked if item.kind == kind) for kind in order if any(i.kind == kind for i in ranked)
    ]
    rest = [item for item in ranked if item not in first and item.kind in ("label", "failed", "train")]
    chosen = [*first[:N_CARDS], *rest]
    return sorted(chosen[:N_CARDS], key=lambda item: order.index(item.kind))


def waiting_of(summary: SessionSummary) -> Iterator[Waiting]:
    """Yield what waits in a session; nothing is urgent while its run goes on."""
    session, at = summary.session, "" if summary.iteration is None else f", iteration {summary.iteration}"
    about = f"{session.name}{at}"
    if session.is_archived or summary.active is not None:
        return
    if summary.failed is not None:
        yield _failed(summary, summary.failed)
    elif summary.n_waiting:
        yield _label(summary, about)
    elif summary.is_ready_to_train:
        yield _train(summary, about)
    elif summary.iteration is None:
        yield _first(summary)
    yield from _fillers(summary, about)


def _label(summary: SessionSummary, about: str) -> Waiting:
    n, seconds = summary.n_waiting, summary.seconds_per_label
    words = [f"About {duration(n * seconds)} at your {duration(seconds)} each." if seconds else ""]
    kinds = {"oracle": "chosen by the network", "perf-est": "drawn at random"}
    parts = [f"{count(left)} {kinds[kind]}" for kind, left in summary.waiting.items() if left and kind in kinds]
    words.append(f"{' and '.join(parts)}." if not seconds and parts else "")
    words.append(f"{count(summary.n_answered)} are saved." if summary.n_answered else "")
    headline = f"{counted(n, 'spectrum waits', 'spectra wait')} for your labels"
    href = open_href(summary.session.session_id, "/label")
    verb = "Open the session" if href.startswith("/train") else "Go on labeling" if summary.n_answered else "Label them"
    return Waiting("label", "pen-line", "accent", about, headline, " ".join(filter(None, words)), verb, href)


def _failed(summary: SessionSummary, job: Job) -> Waiting:
    reason = _CONFIGURATION.sub("", job.error or "Its log has the reason.")
    reason = reason if len(reason) <= LONGEST_REASON else f"{reason[:LONGEST_REASON].rsplit(' ', 1)[0]}\u00a0…"
    headline = "The run was lost" if job.is_lost else "The run stopped"
    headline += f" in “{job.stage}”" if job.stage else ""
    about = job.title if summary.session.name in job.title else f"{summary.session.name}, {job.title}"
    href = open_href(summary.session.session_id)
    return Waiting("failed", "circle-x", "danger", about, headline, reason, "Open the run", href)


def _train(summary: SessionSummary, about: str) -> Waiting:
    following = (summary.iteration or 0) + 1
    text = f"All {count(summary.n_answered)} spectra of iteration {summary.iteration} are answered."
    href = open_href(summary.session.session_id)
    headline = f"Iteration {following} can be trained"
    return Waiting("train", "play", "accent", about, headline, text, f"Train iteration {following}…", href)


def _first(summary: SessionSummary) -> Waiting:
    session = summary.session
    href = open_href(session.session_id)
    if session.pool is None and "pool_csv" not in session.configuration:
        text = "A session searches one pool of spectra. Import one, or choose one of the workspace."
        return Waiting("setup", "database", "accent", session.name, "No pool yet", text, "Add a pool", "/data")
    text = "It trains on the labeled spectra and chooses what to label next."
    if session.training_set is None:
        text = "Without a training set it draws spectra at random for you to label."
    return Waiting("setup", "play", "accent", session.name, "Ready for its first run", text, "Set up the run", href)


def _fillers(summary: SessionSummary, about: str) -> Iterator[Waiting]:
    """Yield what can wait: the interval that is still missing, and candidates that can be looked at."""
    if summary.n_sample_left:
        text = f"Label the {count(summary.n_sample_left)} random spectra. Until then no figure would be honest."
        href = open_href(summary.session.session_id, "/label")
        verb = "Open the session" if href.startswith("/train") else "Label the sample"
        yield Waiting("interval", "shuffle", "random", about, "No interval yet", text, verb, href)
    if summary.last is not None and summary.last.n_candidates:
        names = " or ".join(f"“{name}”" for name in summary.session.candidate_names[:3])
        headline = counted(summary.last.n_candidates, "candidate")
        href = open_href(summary.session.session_id, "/candidates")
        verb = "Open the session" if href.startswith("/train") else "Look at them"
        text = f"Of {count(summary.pool_size)} spectra the network calls these {names}."
        yield Waiting("candidates", "star", "candidate", about, headline, text, verb, href)


def _card(item: Waiting, *, is_first: bool) -> Component:
    head = html.Div([icon(item.icon), html.Span(item.about, className="waiting-about")], className="waiting-head")
    inside = [head, html.H2(item.headline, className="card-title"), html.P(item.text, className="waiting-text")]
    kind = "primary" if is_first and item.kind != "failed" else "outline"
    act = html.Div(button(item.action, kind=kind, href=item.href), className="waiting-act")
    return html.Li([*inside, act], className=f"panel waiting-card waiting-{item.tone}")
