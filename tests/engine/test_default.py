"""Without a script a call gets an answer that is valid, repeatable and ends agent loops."""

from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.engine.canned import faked, prose
from mockclaude.engine.compose import compose
from mockclaude.engine.default import MENTIONED, default_reply, signature
from mockclaude.engine.reply import Reply, natural_stop
from mockclaude.engine.sample import fault_of
from mockclaude.settings import Settings
from mockclaude.wire.body import MessageBody
from mockclaude.wire.dice import Dice
from mockclaude.wire.encoding import loads

from .calls import MODELS, call

OLD, THINKING, DISPLAYED = "claude-haiku-4-5", "claude-opus-5", "claude-sonnet-4-6"
TEXTS = st.text(st.characters(exclude_categories=()), max_size=50)
WEATHER: dict[str, Any] = {
    "name": "get_weather",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer", "minimum": 1, "maximum": 7}},
        "required": ["city", "days"],
    },
}
CLOCK: dict[str, Any] = {"name": "clock", "input_schema": {"type": "object", "properties": {}}}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}


def user(content: Any) -> dict[str, Any]:
    return {"role": "user", "content": content}


def assistant(content: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": content}


def used(identifier: str = "toolu_1", name: str = "get_weather") -> dict[str, Any]:
    return {"type": "tool_use", "id": identifier, "name": name, "input": {}}


def result(content: Any = "18 °C", identifier: str = "toolu_1") -> dict[str, Any]:
    return {"type": "tool_result", "tool_use_id": identifier, "content": content}


def replied(*, settings: Settings | None = None, model: str = OLD, **body: Any) -> tuple[Any, ...]:
    reply = default_reply(call(settings=settings, model=model, **body))
    assert reply == Reply(content=reply.content, fit=True, label="default")
    return reply.content


def said(**body: Any) -> str:
    (block,) = replied(**body)
    assert list(block) == ["type", "text"]
    return str(block["text"])


def test_a_request_for_a_summary_gets_nothing_but_one() -> None:
    made = default_reply(call(compaction={"type": "summarize"}, tools=[WEATHER], tool_choice={"type": "any"}))
    assert [block["type"] for block in made.content] == ["compaction"]
    assert made.content[0]["content"]
    assert natural_stop(made.content) == "compaction"
    assert said(compaction=None) == said()


def test_a_request_that_offers_the_api_s_own_tools_is_answered_with_text() -> None:
    search = {"type": "web_search_20260318", "name": "web_search"}
    code = {"type": "code_execution_20260521", "name": "code_execution"}
    assert [block["type"] for block in replied(tools=[search, code])] == ["text"]


@given(text=TEXTS, seed=st.none() | st.integers(0, 9))
def test_the_same_conversation_gets_the_same_prose(text: str, seed: int | None) -> None:
    messages = [user(text)]
    assert said(settings=Settings(seed=seed), messages=messages) == prose(f"{seed or 0}:1:{text}")
    assert said(settings=Settings(seed=seed), messages=messages, stream=True) == prose(f"{seed or 0}:1:{text}")


def test_another_text_length_or_seed_gets_other_prose() -> None:
    texts = [
        said(messages=[user("a")]),
        said(messages=[user("b")]),
        said(messages=[user("x"), assistant("y"), user("a")]),
        said(settings=Settings(seed=1), messages=[user("a")]),
    ]
    assert len(set(texts)) == 4


def test_an_echo_repeats_the_user() -> None:
    assert said(settings=Settings(reply="echo"), messages=[user("Say it again")]) == "Say it again"


def test_an_echo_of_nothing_is_prose() -> None:
    image = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
    assert said(settings=Settings(reply="echo"), messages=[user([image])]) == prose("0:1:")


def test_faker_speaks_when_it_is_asked_to() -> None:
    assert said(settings=Settings(reply="faker"), messages=[user("hi")]) == faked("0:1:hi")


@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "get_weather"}])
@given(text=TEXTS)
def test_a_forced_tool_is_called_with_valid_input(choice: dict[str, str], text: str) -> None:
    (block,) = replied(messages=[user(text)], tools=[SEARCH, WEATHER], tool_choice=choice)
    assert list(block) == ["type", "id", "name", "input"]
    assert (block["type"], block["id"], block["name"]) == ("tool_use", "", "get_weather")
    assert fault_of(block["input"], WEATHER["input_schema"]) is None


def test_any_tool_is_the_one_that_the_user_names() -> None:
    messages = [user("please use the clock tool")]
    (block,) = replied(messages=messages, tools=[WEATHER, CLOCK], tool_choice={"type": "any"})
    assert (block["name"], block["input"]) == ("clock", {})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("bash_20250124", {"command": "ls"}),
        ("computer_20251124", {"action": "screenshot"}),
        ("memory_20250818", {"command": "view", "path": "/memories"}),
        ("text_editor_20250728", {"command": "view", "path": "docs/notes.txt"}),
    ],
)
def test_the_api_s_client_tools_have_input_of_their_own(kind: str, value: dict[str, str]) -> None:
    (block,) = replied(tools=[{"type": kind, "name": "it"}], tool_choice={"type": "tool", "name": "it"})
    assert block["input"] == value


@pytest.mark.parametrize(
    ("tools", "choice"),
    [
        ([WEATHER], None),
        ([WEATHER], {"type": "auto"}),
        ([WEATHER], {"type": "none"}),
        ([SEARCH], {"type": "any"}),
        ([WEATHER], {"type": "tool", "name": "gone"}),
        ([], {"type": "any"}),
    ],
)
def test_where_no_client_tool_is_forced_there_is_text(tools: Any, choice: Any) -> None:
    assert said(tools=tools, **({"tool_choice": choice} if choice else {})) == prose("0:1:hello")


def test_a_schema_that_cannot_be_met_gives_an_empty_object_and_a_remark() -> None:
    tool: Any = {"name": "f", "input_schema": {"type": "object", "properties": {"a": False}, "required": ["a"]}}
    asked = call(model=OLD, tools=[tool], tool_choice={"type": "any"})
    assert default_reply(asked).content == ({"type": "tool_use", "id": "", "name": "f", "input": {}},)
    (finding,) = asked.findings
    assert (finding.rule, finding.severity) == ("unmet-schema", "remark")
    assert "the input schema of tool 'f'" in finding.message


def test_input_is_an_object_whatever_the_schema_says() -> None:
    tools = [{"name": "f", "input_schema": {"type": "string"}}]
    assert replied(tools=tools, tool_choice={"type": "any"})[0]["input"] == {}


@pytest.mark.parametrize("choice", [{"type": "auto"}, {"type": "any"}, {"type": "tool", "name": "get_weather"}])
def test_a_tool_result_ends_the_loop(choice: dict[str, str]) -> None:
    messages = [user("weather?"), assistant([used()]), user([result()])]
    assert said(messages=messages, tools=[WEATHER], tool_choice=choice) == "get_weather returned: 18 °C"


@pytest.mark.parametrize(
    ("content", "mention"),
    [
        ("  18 °C\n\nsunny ", "get_weather returned: 18 °C sunny"),
        ("x" * MENTIONED, "get_weather returned: " + "x" * MENTIONED),
        ("x" * (MENTIONED + 1), "get_weather returned: " + "x" * (MENTIONED - 1) + "…"),
        ([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}], "get_weather returned: a b"),
        ("", "get_weather is done."),
        ([], "get_weather is done."),
    ],
)
def test_a_result_is_mentioned_shortly(content: Any, mention: str) -> None:
    assert said(messages=[user("weather?"), assistant([used()]), user([result(content)])]) == mention


def test_several_results_are_all_mentioned() -> None:
    calls = [used("toolu_1"), used("toolu_2", "clock")]
    results = [result("sunny"), result("noon", "toolu_2"), result("what?", "toolu_3")]
    texts = ["get_weather returned: sunny", "clock returned: noon", "The tool returned: what?"]
    assert said(messages=[user("now?"), assistant(calls), user(results)]) == " ".join(texts)


@pytest.mark.parametrize("key", ["output_config", "output_format"])
@pytest.mark.parametrize("after_result", [False, True])
def test_an_output_schema_gets_json_that_validates(key: str, after_result: bool) -> None:
    schema = {**WEATHER["input_schema"], "additionalProperties": False}
    form = {"type": "json_schema", "schema": schema}
    messages = [user("weather?"), assistant([used()]), user([result()])] if after_result else [user("hi")]
    text = said(messages=messages, **{key: {"format": form} if key == "output_config" else form})
    assert fault_of(loads(text.encode()), schema) is None


def test_a_prefill_is_continued_and_not_repeated() -> None:
    text = said(messages=[user("hi"), assistant("The answer is")])
    assert text == " " + prose("0:2:hi")


@pytest.mark.parametrize("prefill", ["The answer is ", "<answer>", '"'])
def test_a_prefill_that_needs_no_blank_gets_none(prefill: str) -> None:
    assert said(messages=[user("hi"), assistant([{"type": "text", "text": prefill}])]) == prose("0:2:hi")


@pytest.mark.parametrize(("prefill", "value"), [("{", {"text": prose("0:2:hi")}), ("```json\n[", [prose("0:2:hi")])])
def test_json_that_a_prefill_opened_is_closed(prefill: str, value: Any) -> None:
    text = said(messages=[user("hi"), assistant(prefill)])
    assert loads((prefill.removeprefix("```json\n") + text).encode()) == value


OPEN: list[dict[str, Any]] = [
    {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}},
    {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
]


def test_a_paused_turn_is_finished() -> None:
    names = ["web_search", "bash_code_execution", "tool_search_tool_bm25"]
    calls = [{**OPEN[0], "id": f"srvtoolu_{name}", "name": name} for name in names]
    listing = {"type": "mcp_tool_use", "id": "mcptoolu_1", "name": "list", "server_name": "s", "input": {}}
    content = replied(messages=[user("hi"), assistant([*OPEN, *calls, listing])])
    kinds = ["web_search_tool_result", "bash_code_execution_tool_result", "tool_search_tool_result"]
    assert content == (
        *[
            {
                "type": kind,
                "tool_use_id": f"srvtoolu_{name}",
                "content": {"type": f"{kind}_error", "error_code": "unavailable"},
            }
            for name, kind in zip(names, kinds, strict=True)
        ],
        {"type": "mcp_tool_result", "tool_use_id": "mcptoolu_1", "is_error": True, "content": []},
        {"type": "text", "text": prose("0:2:hi")},
    )


def thoughts(**body: Any) -> list[str]:
    """The texts of the thinking blocks, which come before one text."""
    *found, last = replied(**body)
    assert last["type"] == "text"
    assert [list(block) for block in found] == [["type", "thinking", "signature"]] * len(found)
    assert [block["type"] for block in found] == ["thinking"] * len(found)
    return [block["thinking"] for block in found]


def is_shown(texts: list[str]) -> str:
    return {0: "none", 1: "shown" if texts and texts[0] else "omitted"}[len(texts)]


TOOLING = [user("weather?"), assistant([used()]), user([result()])]


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ({"model": OLD}, "none"),
        ({"model": OLD, "thinking": {"type": "enabled", "budget_tokens": 1024}}, "shown"),
        ({"model": OLD, "thinking": {"type": "enabled", "budget_tokens": 1024}, "messages": TOOLING}, "none"),
        ({"model": OLD, "thinking": {"type": "disabled"}}, "none"),
        ({"model": DISPLAYED, "thinking": {"type": "adaptive"}}, "shown"),
        ({"model": DISPLAYED, "thinking": {"type": "adaptive", "display": "omitted"}}, "omitted"),
        ({"model": THINKING}, "omitted"),
        ({"model": THINKING, "max_tokens": 255}, "none"),
        ({"model": THINKING, "max_tokens": 256}, "omitted"),
        ({"model": THINKING, "thinking": {"type": "adaptive", "display": "summarized"}}, "shown"),
        ({"model": THINKING, "thinking": {"type": "disabled"}}, "none"),
        ({"model": THINKING, "messages": TOOLING}, "none"),
        ({"model": "claude-fable-5"}, "omitted"),
        ({"model": "claude-sonnet-5-5", "thinking": {"type": "between_tools"}}, "none"),
        ({"model": "claude-sonnet-5-5", "thinking": {"type": "between_tools"}, "messages": TOOLING}, "omitted"),
    ],
)
def test_a_model_that_thinks_says_so_first(body: dict[str, Any], shown: str) -> None:
    assert is_shown(thoughts(**body)) == shown


def test_a_forced_tool_is_called_without_a_thought() -> None:
    content = replied(model=THINKING, tools=[WEATHER], tool_choice={"type": "any"})
    assert [block["type"] for block in content] == ["tool_use"]


@given(key=TEXTS)
def test_a_signature_looks_like_those_recorded(key: str) -> None:
    signed = signature(key)
    assert signed == signature(key)
    assert signed.startswith("E")
    assert 240 <= len(signed) <= 700
    assert len(b64decode(signed, validate=True)) * 4 == len(signed) * 3


@pytest.mark.parametrize("model", [profile.id for profile in MODELS])
def test_every_model_gets_a_message_that_ends(model: str) -> None:
    asked = call(model=model)
    message: MessageBody = compose(asked, default_reply(asked), dice=Dice(b"k", 1), now=EPOCH)
    assert (message["stop_reason"], message["content"][-1]["type"]) == ("end_turn", "text")
    assert message["usage"]["output_tokens"] > 0
