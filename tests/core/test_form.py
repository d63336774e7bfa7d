"""The form shows every key, or says why it does not."""

import pytest

from al_core.runs.form import ADVANCED, FIELDS, GROUPS, JSON_ONLY, FormField
from al_core.runs.keys import Keys
from al_core.strategies import STRATEGIES


def test_every_key_is_a_field_or_says_why_it_stands_in_the_json_only() -> None:
    shown = [field.key for field in FIELDS]
    assert len(set(shown)) == len(shown)
    assert sorted([*shown, *JSON_ONLY]) == sorted(Keys.model_fields)
    assert all(JSON_ONLY.values())


@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.key)
def test_a_field_has_its_words_and_a_group(field: FormField) -> None:
    assert field.group in GROUPS
    assert field.label
    assert field.help.endswith(".")
    assert bool(field.choices) == (field.widget == "choice")


@pytest.mark.parametrize("field", [f for f in FIELDS if f.widget == "choice"], ids=lambda field: field.key)
def test_every_choice_is_allowed_and_none_is_missing(field: FormField) -> None:
    for value, _ in field.choices:
        Keys.model_validate({field.key: value})
    if field.key == "strategy":
        assert {value for value, _ in field.choices} == set(STRATEGIES)
    else:
        description = Keys.model_fields[field.key].description or ""
        assert description.count('"') == 2 * len(field.choices)


def test_limits_are_those_of_the_keys() -> None:
    limits = {field.key: (field.least, field.most, field.is_whole) for field in FIELDS if field.widget == "number"}
    assert limits["batch_size"] == (1, None, True)
    assert limits["validation_fraction"] == (0, 0.5, False)
    assert limits["min_delta"] == (0, None, False)
    assert set(ADVANCED) < set(GROUPS)
