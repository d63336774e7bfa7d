"""Fields, classes and conditions of searches."""

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from al_core.metadata import Field, FieldType, Schema
from al_core.metadata.fields import SESSION_FIELDS
from al_core.metadata.language import ClassName, Names
from al_core.metadata.query import (
    EVERYTHING,
    And,
    Condition,
    Cone,
    Equal,
    Exists,
    In,
    Not,
    Or,
    Prefix,
    Range,
    Words,
)

SCHEMA = Schema(
    [
        Field("id", FieldType.STRING),
        Field("obsid", FieldType.INTEGER),
        Field("designation", FieldType.STRING),
        Field("obsdate", FieldType.TIME),
        Field("ra", FieldType.NUMBER, original="RAdeg"),
        Field("dec", FieldType.NUMBER),
        Field("class", FieldType.STRING),
        Field("subclass", FieldType.STRING),
        Field("snrg", FieldType.NUMBER),
        Field("snru", FieldType.NUMBER),
        Field("mag1", FieldType.NUMBER),
        Field("z", FieldType.NUMBER),
        Field("rv", FieldType.NUMBER),
        Field("mjd", FieldType.INTEGER),
        Field("offsets", FieldType.BOOLEAN),
        Field("tcomment", FieldType.STRING),
        Field("set", FieldType.STRING),
    ]
)
NAMES = Names(
    (
        ClassName("c1", "other"),
        ClassName("c2", "double peak"),
        ClassName("c3", 'Hα "weak" (OR not)'),
        ClassName("c4", "single"),
    )
)
_FIELDS = [*SCHEMA, *SESSION_FIELDS]
#: What people write, and what might be taken for something else.
_texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.sampled_from(["A2V", "two words", "or", "NOT", "a*", "*", "~", "x~1", "1..2", "..", "-5", "12", "00012", "#c1"]),
    st.sampled_from(["J055925.92+221016.5", "05:34:32", "cone", "p(x)", "labeled", 'a"b', "“q”", "\\", "<b>", "snrg"]),
    st.sampled_from(["83.6", "+22.0", "r=0.5", "(", ")", "a,b", "unlabeled", "GAC_101N09", "dM0", ">5", "<", "", " "]),
)
_numbers = st.floats(allow_nan=False, allow_infinity=False)
_integers = st.integers(-(2**63), 2**63 - 1)
_EPOCH, _DAY = datetime(1970, 1, 1, tzinfo=UTC), 86_400_000
_moments = st.integers(-719_162 * _DAY, 2_932_895 * _DAY).map(lambda ms: _EPOCH + timedelta(milliseconds=ms))
_days = st.integers(0, 20_000).map(lambda day: _EPOCH + timedelta(days=day))
_classes = st.sampled_from(["c1", "c2", "c3", "c4", "gone"])


def _values(field: Field) -> st.SearchStrategy[object]:
    if field.name in ("@label", "@predicted"):
        return _classes
    return {
        FieldType.STRING: _texts,
        FieldType.INTEGER: _integers,
        FieldType.NUMBER: _numbers,
        FieldType.BOOLEAN: st.booleans(),
        FieldType.TIME: st.one_of(_moments, _days),
    }[field.type]


def _of_field(field: Field) -> st.SearchStrategy[Condition]:
    values = _values(field)
    kinds = [
        st.builds(Equal, st.just(field.name), values),
        st.builds(In, st.just(field.name), st.lists(values, max_size=4).map(tuple)),
        st.just(Exists(field.name)),
    ]
    is_class = field.name in ("@label", "@predicted")
    if field.type is not FieldType.BOOLEAN and not is_class:
        limits = st.one_of(st.none(), values)
        kinds.append(st.builds(Range, st.just(field.name), limits, limits, st.booleans(), st.booleans()))
    if field.type is FieldType.STRING and not is_class:
        kinds += [st.builds(Prefix, st.just(field.name), values.filter(bool)), _words(st.just(field.name))]
    return st.one_of(kinds)


def _words(field: st.SearchStrategy[str | None]) -> st.SearchStrategy[Words]:
    endings = st.one_of(
        st.tuples(st.booleans(), st.booleans(), st.just(0)),
        st.tuples(st.just(False), st.just(False), st.sampled_from([None, 1, 2])),
    )
    return st.builds(lambda text, name, end: Words(text, name, *end), _texts, field, endings)


_cones = st.builds(Cone, st.floats(0, 360), st.floats(-90, 90), st.one_of(st.floats(0, 180), st.just(0.5)))
leaves = st.one_of(st.sampled_from(_FIELDS).flatmap(_of_field), _words(st.none()), _cones, st.just(EVERYTHING))
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda parts: And(tuple(parts))),
        st.lists(inner, max_size=4).map(lambda parts: Or(tuple(parts))),
        inner.map(Not),
    ),
    max_leaves=12,
)
