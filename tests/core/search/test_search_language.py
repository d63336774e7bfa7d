"""What searches mean. Every example of docs/search.md is read."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from al_core.errors import QueryError
from al_core.metadata import Schema
from al_core.metadata.checking import require_askable
from al_core.metadata.language import Names, parse, write
from al_core.metadata.query import (
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
from tests.core.search.made import NAMES, SCHEMA

DOCS = Path(__file__).parents[3] / "docs" / "search.md"
EXAMPLES = re.findall(r"^\| `(.+?)` \|", DOCS.read_text(encoding="utf-8"), re.MULTILINE)


def day(year: int, month: int, number: int = 1) -> datetime:
    return datetime(year, month, number, tzinfo=UTC)


MEANINGS: dict[str, Condition] = {
    "J055925.92+221016.5": Words("J055925.92+221016.5", is_phrase=True),
    "spec-55960*": Words("spec-55960", is_phrase=True, is_prefix=True),
    "101001": Or((Words("101001"), Equal("obsid", 101001))),
    "83.633 +22.014 15'": Cone(83.633, 22.014, 0.25),
    "83.633, 22.014, 0.25": Cone(83.633, 22.014, 0.25),
    # 5 h 34 m 32 s is 15 (5 + 34/60 + 32/3600) = 83.6333..., 22° 0' 52" is 22.01444...
    "05:34:32 +22:00:52 r=0.5": Cone(83.633333333, 22.014444444, 0.5),
    "05:34:32 -00:00:52 r=0.5": Cone(83.633333333, -0.014444444, 0.5),
    '05 34 31.9 +22 00 52 10"': Cone(83.632916667, 22.014444444, 10 / 3600),
    "05h34m31.9s +22d00m52s": Cone(83.632916667, 22.014444444, 10 / 3600),
    "cone(83.6, 22.0, 0.5)": Cone(83.6, 22.0, 0.5),
    "cone(83.6 −22.0 30')": Cone(83.6, -22.0, 0.5),
    "83.633 +22.014 class:STAR": And((Cone(83.633, 22.014, 10 / 3600), Equal("class", "STAR"))),
    "12 13": And((Or((Words("12"), Equal("obsid", 12))), Or((Words("13"), Equal("obsid", 13))))),
    '"strong emission"': Words("strong emission", is_phrase=True),
    "strong emission": And((Words("strong"), Words("emission"))),
    "emis*": Words("emis", is_prefix=True),
    "emision~": Words("emision", edits=None),
    "emision~1": Words("emision", edits=1),
    "class:STAR": Equal("class", "STAR"),
    "CLASS:STAR": Equal("class", "STAR"),
    'subclass:"two words"': Equal("subclass", "two words"),
    "class:(STAR OR GALAXY)": In("class", ("STAR", "GALAXY")),
    "class:(STAR, GALAXY)": In("class", ("STAR", "GALAXY")),
    "class:(STAR)": Equal("class", "STAR"),
    "subclass:(B* -B2)": And((Prefix("subclass", "B"), Not(Equal("subclass", "B2")))),
    "subclass:B*": Prefix("subclass", "B"),
    'subclass:"B*"': Equal("subclass", "B*"),
    "rv:*": Exists("rv"),
    "subclass~dwarf": Words("dwarf", "subclass"),
    "tcomment:companion": Words("companion", "tcomment"),
    'tcomment:"bright star"': Words("bright star", "tcomment", is_phrase=True),
    'tcomment="bright star"': Equal("tcomment", "bright star"),
    "mag1<12": Range("mag1", None, 12.0, excludes_high=True),
    "snrg >= 20": Range("snrg", 20.0),
    "snrg≥20": Range("snrg", 20.0),
    "snrg:>20": Range("snrg", 20.0, excludes_low=True),
    "z!=0": Not(Equal("z", 0.0)),
    "z:(-1 OR -2)": In("z", (-1.0, -2.0)),
    "z:-5e-3": Equal("z", -0.005),
    "snrg:20..": Range("snrg", 20.0),
    "mag1:10..12": Range("mag1", 10.0, 12.0),
    "mag1:>10..<12": Range("mag1", 10.0, 12.0, True, True),
    "mjd>55000.5": Range("mjd", 55001),
    "mjd<=55000.5": Range("mjd", None, 55000),
    "RAdeg:10..20": Range("ra", 10.0, 20.0),
    "obsdate:2012-06": Range("obsdate", day(2012, 6), day(2012, 7), excludes_high=True),
    "obsdate:2012-01-01..2012-06": Range("obsdate", day(2012, 1), day(2012, 7), excludes_high=True),
    "obsdate>2012": Range("obsdate", day(2013, 1)),
    "obsdate>=2012": Range("obsdate", day(2012, 1)),
    "obsdate<2012": Range("obsdate", None, day(2012, 1), excludes_high=True),
    "obsdate<=2012-02": Range("obsdate", None, day(2012, 3), excludes_high=True),
    "obsdate:2012-06-30T00:00:00.000Z": Equal("obsdate", day(2012, 6, 30)),
    "obsdate>2012-06-30T01:00:00.000+01:00": Range("obsdate", day(2012, 6, 30), excludes_low=True),
    "offsets:no": Equal("offsets", False),
    'label:"double peak"': Equal("@label", "c2"),
    "label:DOUBLE*": Equal("@label", "c2"),
    "label:(single OR other)": In("@label", ("c4", "c1")),
    "@label:c2": Equal("@label", "c2"),
    "label:#c9": Equal("@label", "c9"),
    "label!=other": Not(Equal("@label", "c1")),
    "unlabeled": Not(Exists("@label")),
    "NOT unlabeled": Exists("@label"),
    "p(double peak)>0.8": Range("@p1", 0.8, excludes_low=True),
    'p("double peak"):0.2..0.8': Range("@p1", 0.2, 0.8),
    "p(candidate)>=0.62": Range("@p_candidate", 0.62),
    "entropy>1": Range("@entropy", 1.0, excludes_low=True),
    "iteration:3": Equal("@iteration", 3),
    "comment:companion": Words("companion", "@comment"),
    "labeled_by:Jana": Equal("@annotator", "Jana"),
    "confidence>=3": Range("@confidence", 3),
    "set:x": Equal("set", "x"),
    "@set:training": Equal("@set", "training"),
    "a OR b c": Or((Words("a"), And((Words("b"), Words("c"))))),
    "NOT a b": And((Not(Words("a")), Words("b"))),
    "NOT NOT a": Words("a"),
    "-(a b)": Not(And((Words("a"), Words("b")))),
    "a and (b or c)": And((Words("a"), Or((Words("b"), Words("c"))))),
    "“a b”": Words("a b", is_phrase=True),
    '"a \\"b\\" \\u0063"': Words('a "b" c', is_phrase=True),
    '"and"': Words("and"),
}


@pytest.mark.parametrize("text", MEANINGS)
def test_a_search_means(text: str) -> None:
    found = parse(text, SCHEMA, NAMES)
    assert found == MEANINGS[text]
    assert parse(write(found, SCHEMA, NAMES), SCHEMA, NAMES) == found


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_read_and_written(text: str) -> None:
    found = parse(text, SCHEMA, NAMES)
    assert parse(write(found, SCHEMA, NAMES), SCHEMA, NAMES) == found


@pytest.mark.parametrize("text", [*EXAMPLES, *MEANINGS])
def test_what_is_read_can_be_asked_of_every_backend(text: str) -> None:
    require_askable(parse(text, SCHEMA, NAMES), SCHEMA)


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 50


WRONG = {
    "sng>20": (0, 3, "no field sng. Did you mean snrg"),
    "@sett:3": (0, 5, "Did you mean @set"),
    "class:STAR sng>20": (11, 3, "no field sng"),
    "http://a.b": (0, 4, "put it in quotes"),
    "snrg:abc": (5, 3, "expected a number such as 20, 20.. or 10.5..12 for snrg, found “abc”"),
    "snrg:10..abc": (9, 3, "found “abc”"),
    "snrg>": (5, 1, "found nothing"),
    "snrg:1e999": (5, 5, "expected a number"),
    "mjd:1.5": (4, 3, "expected a whole number"),
    "obsid:99999999999999999999": (6, 20, "expected a whole number"),
    "snrg:20*": (5, 3, "holds no text"),
    "offsets:maybe": (8, 5, "expected true or false"),
    "offsets>true": (8, 4, "has no order"),
    "obsdate:2012-13": (8, 7, "expected a date"),
    "obsdate:yesterday": (8, 9, "expected a date"),
    "label:dubble": (6, 6, "Did you mean double peak"),
    "label:zzz*": (6, 3, "expected a class"),
    "label>3": (6, 1, "has no order"),
    "p(dubble)>1": (0, 9, "Did you mean double peak"),
    "p(candidate)": (12, 1, "expected a comparison"),
    "p(candidate": (0, 1, "closing bracket"),
    "class:(STAR GALAXY)": (12, 1, "expected OR"),
    "(a": (0, 1, "not closed"),
    "a)": (1, 1, "closes none"),
    '"abc': (0, 1, "not closed"),
    "a OR": (4, 1, "expected a condition"),
    "OR a": (0, 1, "expected a condition"),
    "()": (1, 1, "expected a condition"),
    "a~5": (1, 1, "expected ~, ~1 or ~2"),
    "a*b": (0, 3, "stands at the end"),
    "a & b": (2, 1, "no letter or digit"),
    ">5": (0, 2, "expected the name of a field"),
    "a\x00b": (1, 1, "control character U+0000"),
    "cone(83": (0, 7, "expected a position"),
    "cone(1,100,2)": (0, 13, "-90 to 90"),
    "05:64:32 +22:00:52": (0, 18, "below 60"),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_is_told_with_its_place(text: str) -> None:
    place, length, words = WRONG[text]
    with pytest.raises(QueryError, match=re.escape(words)) as caught:
        parse(text, SCHEMA, NAMES)
    assert (caught.value.position, caught.value.length) == (place, length)
    assert str(caught.value).startswith(f"Character {place + 1}: ")


def test_near_names_are_suggested() -> None:
    with pytest.raises(QueryError) as caught:
        parse("snrgg>3", SCHEMA, NAMES)
    assert caught.value.suggestions[0] == "snrg"


def test_without_a_session_classes_are_unknown() -> None:
    with pytest.raises(QueryError, match="belong to a session"):
        parse("label:other", SCHEMA, Names())


def test_numbers_are_words_where_there_are_no_observations() -> None:
    assert parse("101001", Schema([])) == Words("101001")


SHORTEST = {
    "CLASS = STAR": "class:STAR",
    "snrg >= 20 AND mag1 < 12": "snrg>=20 mag1<12",
    "-class:STAR": "class!=STAR",
    "83.633 +22.014 15'": "cone(83.633, 22.014, 15')",
    "05:34:32 +22:00:52 r=0.5": "cone(83.633333333, 22.014444444, 30')",
    "obsdate:2012-01-01..2012-12-31": "obsdate:2012",
    "obsdate>2012": "obsdate>=2013-01-01",
    "@p_candidate>0.5": "p(candidate)>0.5",
    "@p1>0.5": "p(double peak)>0.5",
    "predicted:c2": 'predicted:"double peak"',
    "(a OR (b OR c)) AND d": "(a OR b OR c) d",
    "NOT label:*": "unlabeled",
}


@pytest.mark.parametrize("text", SHORTEST)
def test_it_is_written_in_its_shortest_form(text: str) -> None:
    assert write(parse(text, SCHEMA, NAMES), SCHEMA, NAMES) == SHORTEST[text]
