"""The parts of the page Performance, of a session's performance."""

from typing import Any
from urllib.parse import urlencode

from dash import html

from al_core.performance.counts import SampleCounts
from al_core.performance.export import class_names
from al_core.performance.figures import Figure, FigureState, class_figures, majority_share, pool_figures
from al_core.performance.gathering import Blindness, IterationPerformance, SessionPerformance
from callbacks import ids
from pages._components.buttons import button, segmented
from pages._components.cards import card
from pages._components.chips import chip
from pages._components.fields import select
from pages._components.figure_cards import plot
from pages._components.performance_figures import figure_rows, figure_table
from pages._components.performance_matrix import confusion_matrix
from pages._components.performance_tables import labels_table, predictions_table
from pages._components.performance_words import meaning_of
from pages._components.states import banner, empty_state
from pages._components.text import count, counted

#: Iterations side by side; more are a list.
MOST_SEGMENTS = 6
#: Figures of classes that are put into words; of more, each row of the card says it to screen readers alone.
MOST_SAID = 6
AGREEMENT = (
    "“Agreement on predicted positives” is the figure of the earlier program: the share of spectra predicted "
    "interesting that you confirmed. It is a precision, not the accuracy over the pool. Its limit is one-sided: "
    "the truth lies below it in at most 5 % of samples."
)


def selector_of(found: SessionPerformance, chosen: IterationPerformance) -> Any:
    """Return the choice of the iteration."""
    numbers = [str(one.number) for one in found.predicted]
    if len(numbers) <= MOST_SEGMENTS:
        control = segmented(ids.PERFORMANCE_ITERATION, numbers, str(chosen.number), name="Iteration")
    else:
        control = select(ids.PERFORMANCE_ITERATION, numbers, str(chosen.number), small=True)
        label = html.Label("Iteration", htmlFor=ids.PERFORMANCE_ITERATION, className="secondary small")
        return [label, control]
    return [html.Span("Iteration", className="secondary small", **{"aria-hidden": "true"}), control]


def note_of(chosen: IterationPerformance, blindness: Blindness) -> Any:
    """Return the chip beside the title: what the figures rest on."""
    if chosen.counts is None or not chosen.has_labels:
        return None
    n = chosen.counts.n_answered
    blind = "labeled blind" if blindness.n_blind >= n + chosen.counts.n_unsure else None
    return chip("random", f"from {counted(n, 'random spectrum', 'random spectra')}", blind)


def body_of(found: SessionPerformance, chosen: IterationPerformance, blindness: Blindness) -> Any:
    """Return the cards."""
    names, rows = class_names(found), {one.class_id: one.color_row for one in found.session.classes}
    cards = [html.Div(_predictions(found, chosen, names, rows), className="perf-12")]
    if chosen.counts is None or not chosen.has_labels:
        return [html.Div(_no_interval(found, chosen), className="perf-7"), _labels(found, chosen, names, rows), *cards]
    return [
        _waiting(found, chosen.counts),
        html.Div(_pool(found, chosen, chosen.counts, names, rows, blindness), className="perf-7"),
        html.Div(_errors(chosen, chosen.counts, names, rows), className="perf-5"),
        html.Div(_curve(), className="perf-7"),
        _labels(found, chosen, names, rows),
        *cards,
    ]


def no_run(found: SessionPerformance) -> Any:
    """Return what stands there before the first network."""
    number = 1 if found.session.training_set is not None or found.iterations else 0
    text = "Figures come with the first network, and with labels of the spectra drawn at random."
    go = button(f"Train iteration {number}", kind="primary", href=_page("/train", found))
    return html.Div(card(None, empty_state("chart-line", "No run yet", text, go)), className="perf-12")


def _no_interval(found: SessionPerformance, chosen: IterationPerformance) -> Any:
    n = 0 if chosen.counts is None else chosen.counts.n_waiting + chosen.counts.n_unsure
    text = f"{counted(n, 'spectrum', 'spectra')} drawn at random from the whole pool wait for your label. "
    text += "With them come accuracy, precision and recall, each with its interval."
    if n == 0:
        text = f"Iteration {chosen.number} has no random sample, so nothing can be said about the whole pool."
    actions = [button("Label the sample", kind="primary", href=_page("/label", found))] if n else []
    return card("Over the whole pool", empty_state("shuffle", "No interval yet", text, *actions))


def _page(path: str, found: SessionPerformance) -> str:
    return f"{path}?{urlencode({'session': found.session.session_id})}"


def _waiting(found: SessionPerformance, counts: SampleCounts) -> Any:
    if counts.n_waiting == 0:
        return None
    bold = f"{count(counts.n_waiting)} of {counted(counts.n_sample, 'random spectrum', 'random spectra')} wait."
    text = "Figures rest on those that are labeled, and are fair only if none is left out for being difficult."
    go = button("Label the sample", kind="soft", href=_page("/label", found))
    return html.Div(banner("waiting", bold, text, go), className="perf-12 perf-banner")


def figures_of(found: SessionPerformance, chosen: IterationPerformance, counts: SampleCounts) -> list[Figure]:
    """Return the figures of the first card: over all classes, then precision and recall of each class of interest."""
    interest = [one.class_id for one in found.session.classes if one.is_candidate and one.class_id in chosen.classes]
    single = [figure for class_id in interest for figure in class_figures(counts, class_id) if figure.name != "F1"]
    return [*pool_figures(counts, chosen.classes), *single]


def _pool(
    found: SessionPerformance,
    chosen: IterationPerformance,
    counts: SampleCounts,
    names: Any,
    rows: Any,
    blindness: Blindness,
) -> Any:
    shown = figures_of(found, chosen, counts)
    single = [figure for class_id in chosen.classes for figure in class_figures(counts, class_id)]
    listed = [*shown[:3], *single]
    table = html.Details([html.Summary("Data as a table"), html.Div(figure_table(listed, names))], className="twin")
    words = " ".join(filter(None, [pool_words(shown, counts, names), _seen(blindness)]))
    body = [figure_rows(shown, names, rows), html.P(words, className="perf-words"), table]
    return card("Over the whole pool", body, subtitle=f"95 % intervals, from {counted(counts.n_answered, 'label')}")


def pool_words(figures: list[Figure], counts: SampleCounts, names: dict[str, str]) -> str:
    """Return what the figures say: accuracy against the simplest guess, then each class, then what is missing."""
    single = [figure for figure in figures if figure.class_id is not None]
    known = [figure for figure in (figures[0], *single) if figure.state in (FigureState.ENOUGH, FigureState.ROUGH)]
    most = majority_share(counts)
    said = [meaning_of(figure, names) for figure in known if figure.class_id is None]
    if most is not None:
        said.append(f"Calling everything “{names.get(most[0], most[0])}” would be right for {_percent(most[1])}.")
    if len(single) <= MOST_SAID:
        said += [meaning_of(figure, names) for figure in known if figure.class_id is not None]
    said += _too_few([figure for figure in single if figure not in known], names)
    if counts.n_unsure:
        said.append(f"{counted(counts.n_unsure, 'unsure answer counts', 'unsure answers count')} as missing.")
    return " ".join(said)


def _seen(blindness: Blindness) -> str | None:
    if not blindness.n_seen:
        return None
    said = counted(blindness.n_seen, "answer was", "answers were")
    return f"{said} given with the network’s guess in view, and may agree with it too readily."


def _percent(share: float) -> str:
    """Return how many of 100, with a decimal where it tells something."""
    return f"{round(100 * share, 1 if share > 0.9 else None):g}"


def _too_few(few: list[Figure], names: dict[str, str]) -> list[str]:
    if not few:
        return []
    kinds = " and ".join(dict.fromkeys(figure.name for figure in few))
    classes = " and ".join(dict.fromkeys(names.get(figure.class_id or "", "") for figure in few))
    why = "it is drawn from the whole pool, which holds few of a rare class."
    return [f"For {kinds} of {classes} the sample has too few labels: {why}"]


def _errors(chosen: IterationPerformance, counts: SampleCounts, names: Any, rows: Any) -> Any:
    views = [{"label": "Share of row", "value": "share"}, {"label": "Counts", "value": "counts"}]
    tools = segmented(ids.PERFORMANCE_MATRIX_VIEW, views, "share", name="What the cells show", persistence=True)
    matrix = confusion_matrix(counts, chosen.classes, names, rows)
    text = "Rows are your labels, columns the network’s predictions. Spectra were drawn at random, so a row is a fair "
    text += "picture of that class in the pool."
    body = [html.Div(matrix, id=ids.PERFORMANCE_MATRIX, className="perf-matrix view-share"), html.P(text)]
    return card("Where it errs", html.Div(body, className="perf-stack"), tools=tools)


def _curve() -> Any:
    views = [{"label": name, "value": name.lower()} for name in ("Accuracy", "Precision", "Recall")]
    tools = segmented(
        ids.PERFORMANCE_CURVE_VIEW, views, "accuracy", name="Figure of the learning curve", persistence=True
    )
    legend = html.Div(id=ids.PERFORMANCE_CURVE_LEGEND, className="perf-legend")
    return card("Learning curve", [legend, plot(ids.PERFORMANCE_CURVE, height=290)], tools=tools)


def _predictions(found: SessionPerformance, chosen: IterationPerformance, names: Any, rows: Any) -> Any:
    table = predictions_table(found, chosen, names, rows)
    problems = [html.P(one.problem, className="field-error") for one in found.predicted if one.problem]
    foot = html.Div([*problems, html.P(AGREEMENT)], className="perf-words")
    subtitle = f"of {counted(chosen.info.pool_size, 'spectrum', 'spectra')}, those in the training set left out"
    return card("Predicted class, by iteration", table, subtitle=subtitle, flush=True, foot=foot)


def _labels(found: SessionPerformance, chosen: IterationPerformance, names: Any, rows: Any) -> Any:
    if not found.labels:
        text = "Every answer is counted here, by the set that it came from."
        body: Any = empty_state("list-checks", "No label yet", text)
        return html.Div(card("Labels", body), className="perf-5")
    return html.Div(
        card("Labels", labels_table(found, chosen, names, rows), subtitle="by class and set", flush=True),
        className="perf-5",
    )
