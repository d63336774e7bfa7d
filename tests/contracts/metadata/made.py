"""Rows that are hard to search: ties, missing values, Unicode, poles, the edges of types."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from al_core.metadata import Field, FieldType
from al_core.metadata.fields import SESSION_FIELDS, SESSION_MARK

FIELDS: dict[str, tuple[Field, ...]] = {
    "survey one": (
        Field("ra", FieldType.NUMBER, unit="deg"),
        Field("dec", FieldType.NUMBER, unit="deg"),
        Field("mag", FieldType.NUMBER),
        Field("flux", FieldType.NUMBER),
        Field("class", FieldType.STRING),
        Field("title", FieldType.STRING),
        Field("number", FieldType.INTEGER),
        Field("huge", FieldType.INTEGER),
        Field("good", FieldType.BOOLEAN),
        Field("taken", FieldType.TIME),
    ),
    "two": (
        Field("dec", FieldType.NUMBER),
        Field("ra", FieldType.NUMBER),
        Field("mag", FieldType.NUMBER),
        Field("class", FieldType.STRING),
        Field("number", FieldType.INTEGER),
        Field("only_two", FieldType.STRING),
        Field("taken", FieldType.TIME),
    ),
}
TEXTS = {
    "class": ["STAR", "Star", "star", "GALAXY", "QSO", "Unknown", "ÄTHER", "äther", "σας", "ΣΑΣ", "日本"],
    "title": [
        "Be star, double-peaked Hα emission",
        "be STARS with  emission",
        "cataclysmic variable",
        "catacylsmic variabel",
        "spec-55960-GAC_101N09_V2",
        "<script>alert('x')</script>",
        "=1+1",
        "star",
        "naïve café",
        "naïve café",
        "...",
        "emission of a star",
        '"quoted" AND (OR NOT) *?~\\',
    ],
    "only_two": ["one", "two", "two three", "three-two"],
}
_POSITIONS = [
    (0.0, 0.0), (360.0, 0.0), (359.9999999, 0.0), (0.0000001, 0.0), (180.0, 0.0), (12.5, 90.0), (200.0, 90.0),
    (0.0, -90.0), (77.0, -89.9999), (257.0, -89.9999), (45.0, 41.8), (180.0000001, 0.0), (99.473303, 9.2639435),
]  # fmt: skip
_START = datetime(1969, 12, 30, tzinfo=UTC)


def made_row(index: str, number: int, rng: random.Random) -> dict[str, Any]:
    ra, dec = rng.choice(_POSITIONS) if rng.random() < 0.4 else (rng.uniform(0, 360), rng.uniform(-90, 90))
    everything = {
        "ra": ra,
        "dec": dec,
        "mag": rng.choice([round(rng.uniform(8, 20), 2), 99.0, 12.5, -9999.0]),
        "flux": rng.choice([rng.gauss(0, 1e-17), 0.1, 1e300, -1e-300, 0.0, 5.0]),
        "class": rng.choice(TEXTS["class"]),
        "title": rng.choice(TEXTS["title"]),
        "number": rng.randrange(-5, 300),
        "huge": rng.choice([2**63 - 1, -(2**63), 2**53 + 1, 2**53, 0, number]),
        "good": rng.random() < 0.5,
        "taken": _START + timedelta(days=rng.randrange(60), milliseconds=rng.choice([0, 0, 1, 999])),
        "only_two": rng.choice(TEXTS["only_two"]),
    }
    names = [field.name for field in FIELDS[index]]
    values = {name: everything[name] for name in names if rng.random() > 0.1}
    return {"id": f"{rng.choice('aAzZé')}-{number:03d}", "index": index} | {name: values.get(name) for name in names}


def made_rows(index: str, n_rows: int = 150, seed: int = 3) -> list[dict[str, Any]]:
    rng = random.Random(f"{index} {seed}")
    return [made_row(index, number, rng) for number in range(n_rows)]


def frame_of(index: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    kinds = {"id": pl.String()} | {field.name: field.type.dtype for field in FIELDS[index]}
    return pl.DataFrame([{name: row.get(name) for name in kinds} for row in rows], schema=kinds)


def session_rows(rows: list[dict[str, Any]], seed: int = 5) -> pl.DataFrame:
    """Make what a session says of half of the rows, and of one that no index has."""
    rng = random.Random(seed)
    ids = sorted({row["id"] for row in rows if rng.random() < 0.5} | {"nobody knows"})
    columns: dict[str, list[Any]] = {
        "id": ids,
        "label": [rng.choice(["c1", "c2", None]) for _ in ids],
        "confidence": [rng.choice([0, 4, None]) for _ in ids],
        "comment": [rng.choice(["Strange STAR here", "<b>bold</b>", None, "double peak?"]) for _ in ids],
        "annotator": [rng.choice(["ann", "bob", None]) for _ in ids],
        "labeled": [rng.choice([_START, _START + timedelta(days=5), None]) for _ in ids],
        "predicted": [rng.choice(["c1", "c2"]) for _ in ids],
        "p_candidate": [rng.random() for _ in ids],
        "p0": [rng.choice([0.25, 0.5, None]) for _ in ids],
    }
    kinds = {field.name.removeprefix(SESSION_MARK): field.type.dtype for field in SESSION_FIELDS}
    frame = pl.DataFrame(columns, schema={"id": pl.String()} | {name: kinds[name] for name in columns if name != "id"})
    return frame.with_columns(pl.col("p_candidate").cast(pl.Float32))


def with_session(rows: list[dict[str, Any]], said: pl.DataFrame) -> list[dict[str, Any]]:
    by_id = {row["id"]: {f"@{name}": value for name, value in row.items()} for row in said.to_dicts()}
    return [row | by_id.get(row["id"], {}) for row in rows]
