"""Scripts: what the server answers in one run of an agent, from the first call to the one that ends it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol, cast

from hypothesis import strategies as st

from mockclaude.engine.fault import Fault, data_of_fault, forestalls
from mockclaude.engine.reply import Reply
from mockclaude.engine.say import Answer, context_window_exceeded, max_tokens, message, pause_turn, refusal
from mockclaude.strategies.blocks import SERVER_TOOLS, WORDS, server_result
from mockclaude.strategies.printing import Printer
from mockclaude.strategies.requests import WEATHER
from mockclaude.strategies.tool_inputs import tool_inputs
from mockclaude.wire.body import Block, JsonObject
from mockclaude.wire.ids import random_id

SEARCH: Final = "web_search"
"""The tool of the API's own over which a script pauses, when a request offers it."""

ENDS: Final = ("end_turn", "max_tokens", "refusal", "model_context_window_exceeded")


class Playing(Protocol):
    """What plays scripts: a mock, one of its workspaces, a mock in another process."""

    def next(self, *answers: Answer, force: bool = False) -> object:
        """Answers the next calls, one each."""


@dataclass(frozen=True, slots=True)
class Script:
    """What the server answers, in order: replies, and faults in place of one."""

    answers: tuple[Reply | Fault, ...]

    @property
    def replies(self) -> tuple[Reply, ...]:
        """All answers as replies; a fault that needs a message to befall gets a short one."""
        return tuple([answer if isinstance(answer, Reply) else _befallen(answer) for answer in self.answers])

    def play(self, mock: Playing) -> None:
        """Lets the mock answer its next calls so."""
        mock.next(*self.replies)

    def __repr__(self) -> str:
        return f"Script({', '.join(map(_told, self.answers))})"

    def _repr_pretty_(self, printer: Printer, _cycle: bool) -> None:  # noqa: FBT001 - Hypothesis calls it
        printer.text(repr(self))


def scripts(
    *,
    tools: Iterable[Mapping[str, object]] = (WEATHER,),
    turns: int = 3,
    most_calls: int = 3,
    faults: st.SearchStrategy[tuple[Fault, ...]] | None = None,
    ends: Iterable[str] = ENDS,
) -> st.SearchStrategy[Script]:
    """Answers to one run of an agent that offers these tools: up to so many turns that ask for more, then an end.

    A turn calls up to `most_calls` tools at once or, where web search is among the tools, pauses. Before each answer
    stand the `faults` of its attempts, as `fault_sequences()` draws them; by default there are none.
    """
    if turns < 0 or most_calls < 1:
        raise ValueError(f"turns is {turns} and most_calls {most_calls}; expected from 0 and from 1 on")
    inputs = {str(tool["name"]): tool_inputs(_schema(tool)) for tool in tools if "input_schema" in tool}
    kinds = [*(["tools"] if inputs else []), *(["pause"] if any(tool["name"] == SEARCH for tool in tools) else [])]
    endings = st.sampled_from([*ends])
    steps = st.lists(st.sampled_from(kinds), max_size=turns) if kinds else st.just(list[str]())
    called = st.lists(st.sampled_from([*inputs]), min_size=1, max_size=most_calls) if inputs else None

    @st.composite
    def drawn(draw: st.DrawFn) -> Script:
        answers: list[Reply | Fault] = []
        waiting: list[Block] = []
        number = 0
        for step in [*draw(steps), "end"]:
            answers += draw(faults) if faults is not None else ()
            if step == "end":
                answers.append(_end(draw(endings), [*waiting, _text(draw(WORDS))]))
            elif step == "pause":
                call = _search(draw(WORDS), number)
                answers.append(pause_turn(*_parts([*waiting, call])))
                waiting = [{**server_result(SEARCH, "0"), "tool_use_id": call["id"]}]
                number += 1
            elif called is not None:
                calls = [_call(name, draw(inputs[name]), place + number) for place, name in enumerate(draw(called))]
                answers.append(message(*_parts([*waiting, *calls])))
                waiting, number = [], number + len(calls)
        return Script(tuple(answers))

    return drawn()


def _schema(tool: Mapping[str, object]) -> JsonObject:
    return cast("JsonObject", tool["input_schema"])


def _text(text: str) -> Block:
    return {"type": "text", "text": text}


def _call(name: str, given: JsonObject, number: int) -> Block:
    return {"type": "tool_use", "id": random_id("toolu", number), "name": name, "input": given}


def _search(word: str, number: int) -> Block:
    given: JsonObject = {SERVER_TOOLS[SEARCH].argument: word}
    return {"type": "server_tool_use", "id": random_id("srvtoolu", number), "name": SEARCH, "input": given}


def _parts(blocks: Iterable[Block]) -> Iterator[Mapping[str, object]]:
    for block in blocks:
        yield cast("Mapping[str, object]", block)


_ENDINGS: Final = {
    "end_turn": message,
    "max_tokens": max_tokens,
    "refusal": refusal,
    "model_context_window_exceeded": context_window_exceeded,
}


def _end(reason: str, content: Iterable[Block]) -> Reply:
    return _ENDINGS[reason](*_parts(content))


def _befallen(fault: Fault) -> Reply:
    return Reply(fault=fault) if forestalls(fault) else message("0", fault=fault)


def _told(answer: Reply | Fault) -> str:
    if not isinstance(answer, Reply):
        return " ".join(
            [f"{key}={value}" if key != "kind" else str(value) for key, value in data_of_fault(answer).items()]
        )
    parts = [_short(block) for block in answer.content]
    return " + ".join(parts) + (f" -> {answer.stop_reason}" if answer.stop_reason else "")


def _short(block: Block) -> str:
    if block["type"] == "text":
        return repr(block["text"])
    return f"{block['name']}({block['input']})" if "name" in block else block["type"]
