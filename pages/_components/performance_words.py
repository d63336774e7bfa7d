"""What the page Performance says of a figure, in words; see docs/performance.md."""

from collections.abc import Mapping

from al_core.performance.figures import Figure, FigureState
from pages._components.text import counted, decimal, interval_text

#: Sets of labels by the queue of the journal.
SETS = {
    "oracle": "Chosen",
    "perf-est": "Random",
    "candidates": "Candidates",
    "picked": "Picked",
    "repeat": "Repeats",
    "import": "From files",
}
TOO_FEW = "Too few labels to say more."


def digits_of(figure: Figure) -> int:
    """Return how many decimals the interval of a figure carries."""
    return 2 if figure.half_width >= 0.005 else 3 if figure.half_width >= 0.0005 else 4


def title_of(figure: Figure, names: Mapping[str, str]) -> str:
    """Return what a figure is called: `Precision of emission`."""
    name = figure.name[0].upper() + figure.name[1:]
    return name if figure.class_id is None else f"{name} of {names.get(figure.class_id, 'a removed class')}"


def limits_text(figure: Figure) -> str:
    """Return the interval: `0.81 to 0.92`."""
    return interval_text(figure.low, figure.high, digits_of(figure))


def value_text(figure: Figure) -> str | None:
    """Return the value where the labels carry it."""
    shown = figure.state in (FigureState.ENOUGH, FigureState.ROUGH)
    return decimal(figure.value, digits_of(figure)) if shown else None


def sentence_of(figure: Figure, names: Mapping[str, str]) -> str:
    """Return a figure with its interval, what it means, and the labels that it rests on."""
    title = title_of(figure, names)
    if figure.state == FigureState.NOT_DETERMINED:
        return f"{title}: not determined. {why_not(figure, names)}"
    rests = f"From {counted(figure.n, 'label')} drawn at random."
    if figure.state == FigureState.TOO_FEW:
        return f"{title}: between {decimal(figure.low)} and {decimal(figure.high)}. {TOO_FEW} {rests}"
    said = f"{title}: {value_text(figure)} ({limits_text(figure)})."
    return " ".join(filter(None, (said, meaning_of(figure, names), rests)))


def why_not(figure: Figure, names: Mapping[str, str]) -> str:
    """Return why a figure is not determined."""
    name = names.get(figure.class_id or "", "a removed class")
    if figure.name == "precision":
        return f"No labeled spectrum of the sample is called {name}."
    if figure.name == "recall":
        return f"No spectrum of the sample is labeled {name}."
    if figure.name == "F1":
        return f"No spectrum of the sample is called or labeled {name}."
    if figure.name.startswith("agreement"):
        return "No labeled spectrum of the sample is called interesting."
    return "The sample holds no spectrum of one of the classes."


def meaning_of(figure: Figure, names: Mapping[str, str]) -> str:
    """Return what an interval means for 100 spectra; nothing where that cannot be said."""
    low, high = round(100 * figure.low), round(100 * figure.high)
    share = str(low) if low == high else f"{low} to {high}"
    name = names.get(figure.class_id or "", "")
    if figure.name == "precision":
        return f"Of 100 spectra called {name}, {share} are."
    if figure.name == "recall":
        return f"Of 100 spectra that are {name}, it finds {share}."
    if figure.name == "accuracy":
        return f"Of 100 spectra of the pool, the network calls {share} as you would."
    return ""
