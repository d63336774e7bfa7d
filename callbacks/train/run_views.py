"""A run in every state that it may be in: what the card says, and what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dash import html

from al_core.jobs import Phase
from al_core.jobs.job import CHECKPOINT_FOLDER
from al_core.jobs.kinds import KINDS
from al_core.jobs.kinds.base import Resumable
from al_core.services import Services
from al_core.sessions.iterations import read_manifest
from callbacks import ids
from callbacks.train.figures import curves_figure
from callbacks.train.snapshots import STAGES, Live
from callbacks.train.urls import files_of
from pages._components.buttons import button
from pages._components.cards import key_figure, key_figures
from pages._components.progress import progress_bar, stages
from pages._components.states import banner, empty_state
from pages._components.tables import data_table
from pages._components.text import MISSING, count, counted, decimal, duration
from pages._components.train_run import downloads, local_time, log_lines


@dataclass(frozen=True)
class RunView:
    """The parts of the run card; `drawn` names what the curves show, None for none."""

    head: Any = None
    state: Any = None
    figures: Any = None
    result: Any = None
    announcement: str = ""
    log: Any = None
    can_cancel: bool = False
    is_canceling: bool = False
    drawn: str | None = None
    figure: Any = None
    sentence: str = ""
    numbers: Any = None


def run_view(data: Mapping[str, Any], services: Services) -> RunView:
    """Return what the card shows of a snapshot."""
    if data.get("empty"):
        return RunView(head=_head("Run", "none yet"), state=_nothing_yet())
    live = Live(data)
    parts: dict[str, Any] = {
        "head": _head(f"Iteration {live.iteration}", _subtitle(live)),
        "state": _state(live, services),
        "log": log_lines(data["log"]),
        "can_cancel": live.is_active,
        "is_canceling": live.is_active and bool(data["cancel_requested"]),
        "announcement": _announcement(live),
        "result": _result(live) if live.phase == Phase.COMPLETED else None,
    }
    if live.phase == Phase.EXECUTING or live.epochs:
        parts["figures"] = _figures(live)
    return RunView(**parts, **_curves(live))


def _head(title: str, subtitle: Any) -> list[Any]:
    return [html.H2(title, className="card-title"), html.Span(subtitle, className="card-subtitle")]


def _subtitle(live: Live) -> Any:
    data = live.data
    if live.phase == Phase.QUEUED:
        return "waits its turn, safe to close this page"
    if live.phase == Phase.EXECUTING:
        return ["started ", local_time(data["started_utc"]), ", safe to close this page"]
    word = {Phase.COMPLETED: "done", Phase.ABORTED: "canceled"}.get(live.phase, "lost" if data["is_lost"] else "failed")
    took = f" in {duration(live.seconds)}" if live.phase == Phase.COMPLETED else ""
    return [f"{word} ", local_time(data["ended_utc"] or data["created_utc"]), took]


def _nothing_yet() -> Any:
    text = "Check the configuration on the left, then train. The run goes on when you close this page."
    return empty_state("play", "No run yet", text)


def _state(live: Live, services: Services) -> Any:
    if live.phase == Phase.QUEUED:
        other = live.data["waits_for"]
        text = f"“{other}” runs now; this one begins after it." if other else "It begins in a moment."
        return html.Div([stages(STAGES, "none"), banner("waiting", "Waits its turn.", text)], className="stack")
    if live.phase == Phase.EXECUTING:
        return stages(STAGES, live.data["stage"], detail=_stage_detail(live), done=live.stage_share)
    if live.phase == Phase.COMPLETED:
        return stages(STAGES, None)
    return html.Div([_ended_early(live, services), stages(STAGES, live.data["stage"] or "none")], className="stack")


def _stage_detail(live: Live) -> str | None:
    if live.data["stage"] == "Train":
        return f"epoch {len(live.epochs) + 1}"
    total = live.data["total"]
    return (
        f"{count(int(live.data['done']))} of {count(total)}" if total and live.data["stage"] == "Score pool" else None
    )


def _ended_early(live: Live, services: Services) -> Any:
    data = live.data
    stage = data["stage"] or "Start"
    if live.phase == Phase.ABORTED:
        bold, text, kind = "The run was canceled.", f"It stopped in “{stage}”; nothing was published.", "waiting"
    elif data["is_lost"]:
        bold, text, kind = (
            "The run lost its process.",
            f"It ended in “{stage}”. {data['error'] or ''}".strip(),
            "failed",
        )
    else:
        bold, text, kind = f"The run stopped in “{stage}”.", data["error"] or "The log says more.", "failed"
    return banner(kind, bold, text, _resume(live, services))  # type: ignore[arg-type]


def _resume(live: Live, services: Services) -> Any:
    if not live.data["is_resumable"]:
        return None
    point = resume_point(services, live.data["job_id"])
    label = f"Resume from {point}" if point else "Resume from the start"
    return button(label, kind="outline", id=ids.train_action("resume", live.data["job_id"]))


def resume_point(services: Services, job_id: str) -> str | None:
    """Return from where a run would go on."""
    job = services.jobs.peek(job_id)
    kind = KINDS.get(job.kind)
    return kind.resume_point(job.folder / CHECKPOINT_FOLDER) if isinstance(kind, Resumable) else None


def _figures(live: Live) -> Any:
    stage, left = live.data["stage"], live.seconds_left
    past = live.seconds or 0.0
    if not live.is_active:
        first = key_figure("Time", duration(live.seconds), counted(len(live.epochs), "epoch"))
    else:
        total = f"of about {duration(past + left)}" if left is not None else "not known yet"
        first = key_figure("Time left" if stage != "Train" else "Training left", duration(left), total)
    figures = [first, _loss(live), _accuracy(live), _speed(live)]
    bar = None
    if stage == "Score pool" and live.is_active:
        bar = progress_bar(live.stage_share, name="Scoring of the pool")
    return html.Div([key_figures(*figures), bar], className="train-figures")


def _loss(live: Live) -> Any:
    best, watched = live.best, live.watched
    name = "Loss, set aside" if watched == "val_loss" else "Loss"
    if best is None:
        return key_figure(name, MISSING, "from the first epoch on")
    note = f"best {decimal(best[watched], 4)}, epoch {int(best['epoch'])}"
    return key_figure(name, decimal(live.epochs[-1].get(watched), 4), note)


def _accuracy(live: Live) -> Any:
    if not live.epochs:
        return key_figure("Accuracy, training", MISSING, "not the pool’s")
    last = live.epochs[-1]
    if "val_accuracy" in last:
        return key_figure("Accuracy, set aside", decimal(last["val_accuracy"], 3), "not the pool’s")
    return key_figure("Accuracy, training", decimal(last.get("accuracy"), 3), "not the pool’s")


def _speed(live: Live) -> Any:
    done, past = int(live.data["done"]), live.stage_seconds
    if live.data["stage"] == "Score pool" and live.is_active and done and past:
        return key_figure("Speed", f"{count(round(done / past))} /s", "spectra of the pool")
    each = live.seconds_per_epoch
    return key_figure("Speed", duration(each) if each is None or each >= 1 else f"{each:.2f} s", "an epoch")


def _curves(live: Live) -> dict[str, Any]:
    epochs = live.epochs
    if not epochs:
        return {}
    best = live.best
    stop = live.expected_stop if live.is_active and live.data["stage"] == "Train" else None
    kept = None if best is None else int(best["epoch"])
    identity = f"{live.data['job_id']} {live.data['attempt']}"
    figure = curves_figure(epochs, best=kept, stop=stop, revision=identity)
    last = epochs[-1]
    accuracy = decimal(last.get("val_accuracy", last.get("accuracy")), 3)
    sentence = (
        f"Loss falls from {decimal(epochs[0].get(live.watched), 4)} to {decimal(last.get(live.watched), 4)} in "
        f"{counted(len(epochs), 'epoch')}, best in epoch {kept}; accuracy {accuracy}."
    )
    names = [name for name in ("loss", "accuracy", "val_loss", "val_accuracy") if name in last]
    heads: list[Any] = [("Epoch", "number"), *((name.replace("val_", "set aside: "), "number") for name in names)]
    rows = [[int(one["epoch"]), *(decimal(one.get(name), 4) for name in names)] for one in epochs]
    drawn = f"{identity} {len(epochs)} {stop}"
    return {"figure": figure, "drawn": drawn, "sentence": sentence, "numbers": data_table("Epochs", heads, rows)}


def _announcement(live: Live) -> str:
    """Return what a screen reader hears: a new text every ten epochs, not with each."""
    if live.phase != Phase.EXECUTING:
        return f"Iteration {live.iteration}: {live.phase.lower()}."
    if live.data["stage"] == "Train" and len(live.epochs) >= 10:
        return f"Train, epoch {len(live.epochs) // 10 * 10}."
    return f"{live.data['stage']}."


def _result(live: Live) -> Any:
    result = live.data["result"] or {}
    folder = Path(result["folder"]) if result.get("folder") else None
    manifest = read_manifest(folder) if folder else {}
    n_waiting = sum(len(names) for names in (manifest.get("queue") or {}).values())
    lines = [html.Li(line) for line in result.get("lines", [])]
    notes = [html.Li(notice, className="quiet") for notice in result.get("notices", [])]
    inside: list[Any] = [html.Ul([*lines, *notes], className="train-lines")]
    next_step = None
    if n_waiting:
        label = f"Label {counted(n_waiting, 'spectrum', 'spectra')}"
        next_step = button(
            label, kind="outline", href=f"/label?session={live.data['session_id']}", icon_after="arrow-right"
        )
    files = files_of(live.data["session_id"], folder, result.get("files", [])) if folder else []
    inside.append(html.Div([next_step, downloads(files)], className="tools train-result-tools"))
    return html.Div(inside, className="train-result")
