"""Offences of type: a value is not the array, object, string, number or boolean that belongs there."""

from collections.abc import Iterable
from random import Random

from mockclaude.call import Intake
from mockclaude.rules.edits import CALL, TOOL, turns_of, under_first_version, with_block, with_tool, with_turn
from mockclaude.rules.flaws import MEASURED, offending
from mockclaude.rules.rule import Draft, Facts, rule
from mockclaude.wire.body import Json, JsonObject


@rule(
    stage="shape",
    message="{path}: Input should be a valid array",
    source=MEASURED,
    covers=("top.messages_type", "top.tools_type", "top.system_type", "top.stop_sequences_type", "msg.content_type"),
)
def not_an_array(intake: Intake) -> Iterable[Facts]:
    """A value that should be an array."""
    return offending(intake, not_an_array.id)


@not_an_array.broken_by
def set_a_field_to_no_array(draft: Draft, random: Random) -> Draft:
    """A field of which the single element was sent, or `null`."""
    name = random.choice(("messages", "tools", "system"))
    return draft.with_body(**{name: random.choice((None, {}, 7))})


@not_an_array.broken_by
def set_one_stop_sequence(draft: Draft, _random: Random) -> Draft:
    """A single stop sequence."""
    return draft.with_body(stop_sequences="END")


@not_an_array.broken_by
def set_a_content_to_no_array(draft: Draft, random: Random) -> Draft:
    """A turn whose content is `null` or a single block."""
    turns = turns_of(draft)
    place = random.randrange(len(turns))
    contents: tuple[Json, ...] = (None, {"type": "text", "text": "Hello"}, 7)
    return with_turn(draft, place, {**turns[place], "content": random.choice(contents)})


@rule(
    stage="shape",
    message="{path}: Input should be an object",
    source=MEASURED,
    covers=(
        "top.tool_choice_type", "top.tools_item_type", "top.thinking_type", "top.cache_control_type",
        "msg.item_type", "msg.block_type", "pair.input_type",
    ),
)  # fmt: skip
def not_an_object(intake: Intake) -> Iterable[Facts]:
    """A value that should be an object of one of several types, or any object."""
    return offending(intake, not_an_object.id)


@not_an_object.broken_by
def set_a_field_to_no_object(draft: Draft, random: Random) -> Draft:
    """A type where the object with that type belongs, or a list."""
    fields: tuple[JsonObject, ...] = ({"tool_choice": "auto"}, {"thinking": None}, {"cache_control": []})
    return draft.with_body(**random.choice(fields))


@not_an_object.broken_by
def replace_a_turn_by_its_text(draft: Draft, random: Random) -> Draft:
    """A turn that is only a text."""
    return with_turn(draft, random.randrange(len(turns_of(draft))), "Hello")


@not_an_object.broken_by
def add_something_that_is_no_object(draft: Draft, random: Random) -> Draft:
    """A text where a block belongs, an input that is no object, or the name of a tool."""
    tools: tuple[Json, ...] = ("get_weather", {**TOOL, "input_schema": "{}"})
    blocks: tuple[Json, ...] = ("Hello", {**CALL, "input": "{}"}, {**CALL, "input": None})
    edits = (with_tool(draft, random.choice(tools)), with_block(draft, random.choice(blocks), random))
    return random.choice(edits)


@rule(
    stage="shape",
    message="{path}: Input does not match the expected shape.",
    source=MEASURED,
    covers=("top.system_item", "top.output_config_type", "top.metadata_type", "top.container_type"),
)
def unexpected_shape(intake: Intake) -> Iterable[Facts]:
    """A value that should be an object of the one type that may stand there."""
    return offending(intake, unexpected_shape.id)


@unexpected_shape.broken_by
def set_a_field_to_another_shape(draft: Draft, random: Random) -> Draft:
    """A bare value where an object belongs."""
    fields: tuple[JsonObject, ...] = (
        {"system": ["Be brief."]}, {"output_config": None}, {"metadata": "user-7"}, {"container": 7}
    )  # fmt: skip
    return draft.with_body(**random.choice(fields))


@rule(
    stage="shape",
    message="{path}: Input should be a valid string",
    source=MEASURED,
    covers=("top.model_type", "top.metadata_user_id_type", "top.stop_sequences_item", "top.inference_geo_type"),
)
def not_a_string(intake: Intake) -> Iterable[Facts]:
    """A value that should be a string."""
    return offending(intake, not_a_string.id)


@not_a_string.broken_by
def set_a_field_to_no_string(draft: Draft, random: Random) -> Draft:
    """A number where a string belongs, or `null` for the model."""
    fields: tuple[JsonObject, ...] = (
        {"model": None}, {"metadata": {"user_id": 7}}, {"stop_sequences": ["END", 7]}, {"inference_geo": True}
    )  # fmt: skip
    return draft.with_body(**random.choice(fields))


@not_a_string.broken_by
def add_something_that_is_no_string(draft: Draft, random: Random) -> Draft:
    """A text that is no string, or a tool whose description is `null`."""
    texts: tuple[Json, ...] = (None, 7, ["Hello"])
    edits = (
        with_tool(draft, {**TOOL, "description": None}),
        with_block(draft, {"type": "text", "text": random.choice(texts)}, random),
    )
    return random.choice(edits)


@rule(
    stage="shape",
    message="{path}: Input should be a valid integer",
    source=MEASURED,
    covers=("top.max_tokens_type", "top.top_k_type"),
)
def not_an_integer(intake: Intake) -> Iterable[Facts]:
    """A value that should be an integer; neither `1.0` nor `true` is one."""
    return offending(intake, not_an_integer.id)


@not_an_integer.broken_by
def set_a_field_to_no_integer(draft: Draft, random: Random) -> Draft:
    """A limit as text or with a fraction, or a count of candidates that is none."""
    name, value = random.choice((("max_tokens", "100"), ("max_tokens", 1.5), ("max_tokens", None), ("top_k", "40")))
    return under_first_version(draft).with_body(**{name: value})


@rule(
    stage="shape",
    message="{path}: Input should be a valid number",
    source=MEASURED,
    covers=("top.temperature_type", "top.top_p_type"),
)
def not_a_number(intake: Intake) -> Iterable[Facts]:
    """A value that should be a number."""
    return offending(intake, not_a_number.id)


@not_a_number.broken_by
def set_a_field_to_no_number(draft: Draft, random: Random) -> Draft:
    """A sampling field that is `null`, a text or a truth value."""
    name, value = random.choice(("temperature", "top_p")), random.choice((None, "0.5", True))
    return under_first_version(draft).with_body(**{name: value})


@rule(
    stage="shape",
    message="{path}: Input should be a valid boolean",
    source=MEASURED,
    covers=("top.stream_type",),
)
def not_a_boolean(intake: Intake) -> Iterable[Facts]:
    """A value that should be `true` or `false`."""
    return offending(intake, not_a_boolean.id)


@not_a_boolean.broken_by
def set_stream_to_no_boolean(draft: Draft, random: Random) -> Draft:
    """Streaming asked for by a word, a number or `null`."""
    return draft.with_body(stream=random.choice(("yes", 1, None)))
