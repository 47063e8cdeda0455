"""The table of what models accept is what the rules really do."""

import pytest

from mockclaude.models import ModelProfile, Models
from mockclaude.rules.matrix import ABILITIES, row_of
from mockclaude.rules.occasion import refusal_of
from mockclaude.settings import Settings


@pytest.mark.parametrize("model", list(Models.load()), ids=lambda model: model.id)
def test_a_model_accepts_exactly_what_the_table_says(model: ModelProfile) -> None:
    accepted = {ability.name: refusal_of(ability.request(model), Settings()) is None for ability in ABILITIES}
    assert accepted == row_of(model)


def test_every_ability_tells_models_apart() -> None:
    rows = [row_of(model) for model in Models.load()]
    assert {ability.name for ability in ABILITIES if len({row[ability.name] for row in rows}) == 2} == {
        ability.name for ability in ABILITIES
    }
