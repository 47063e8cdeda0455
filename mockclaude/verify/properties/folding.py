"""P1 to P4: a stream comes to its message, however it is told, cut and padded."""

from collections.abc import Iterable, Sequence
from typing import Final, cast

from hypothesis import strategies as st

from mockclaude.strategies import Stream, Wire, messages, streams, wires
from mockclaude.strategies.texts import EDGES, texts
from mockclaude.verify.asked import MODEL, asking
from mockclaude.verify.case import Case, Exact
from mockclaude.verify.property import Broken, Client, NotJudged, Property, Run, difference
from mockclaude.wire.body import Block, JsonObject, MessageBody
from mockclaude.wire.interaction import Ending
from mockclaude.wire.sse import frame

KINDS: Final = ("text", "tool_use", "thinking", "citations", "server_tool_use", "redacted_thinking", "nothing")
REASONS: Final = ("end_turn", "tool_use", "max_tokens", "stop_sequence", "pause_turn", "refusal")
"""What a client without any beta must read."""

COMMENT: Final = b": a comment\n\n"
USAGE: Final = ("input_tokens", "output_tokens")
"""Counts that both forms tell alike."""


def message_with(*content: Block, stop_reason: str = "end_turn") -> MessageBody:
    """The plainest message of that content."""
    return {
        "model": MODEL,
        "id": "msg_0",
        "type": "message",
        "role": "assistant",
        "content": [*content],
        "stop_reason": stop_reason,
        "stop_sequence": None,
        "usage": {"input_tokens": 1, "output_tokens": 1},
    }


def saying(text: str) -> MessageBody:
    """A message of one text."""
    return message_with({"type": "text", "text": text})


def told(client: Client) -> st.SearchStrategy[MessageBody]:
    """Messages that the client can show: one text for those that return no more."""
    return texts().map(saying) if client.only_prompts else messages(kinds=KINDS, stop_reasons=REASONS).map(_plain)


def _plain(message: MessageBody) -> MessageBody:
    """The message without what only betas tell."""
    return cast("MessageBody", {key: value for key, value in message.items() if key != "context_management"})


def exact(message: MessageBody, chunks: Iterable[bytes], *, ending: Ending = "complete") -> Exact:
    """The answer that tells this message so."""
    return Exact(tuple(chunks), ending, cast("JsonObject", message))


def _told(message: MessageBody) -> JsonObject:
    return {"message": cast("JsonObject", message)}


def _case_of_wire(wire: Wire) -> Case:
    cuts = tuple([f"{at}[{ordinal}]" for at, ordinal in wire.cuts])
    message = wire.stream.message
    return Case(asking("stream"), (exact(message, wire.chunks),), _told(message), cuts)


def wire_cases(client: Client) -> st.SearchStrategy[Case]:
    """Streams in all splits, on wires with all cuts."""
    return wires(base=streams(base=told(client))).map(_case_of_wire)


def both_cases(client: Client) -> st.SearchStrategy[Case]:
    """Messages, asked for in both forms."""

    def both(stream: Stream) -> Case:
        answer = exact(stream.message, [stream.bytes()])
        return Case((*asking("stream"), *asking("send")), (answer,), _told(stream.message))

    return streams(base=told(client), deltas="typical").map(both)


def later_cases(client: Client) -> st.SearchStrategy[Case]:
    """Streams with pings, comments, and what a later API may add."""

    def commented(stream: Stream, places: Sequence[int]) -> Case:
        frames = [frame(event) for event in stream.events]
        for place in places:
            frames.insert(place % (len(frames) + 1), COMMENT)
        return Case(asking("stream"), (exact(stream.message, [b"".join(frames)]),), _told(stream.message))

    return st.builds(commented, streams(base=told(client), unknown=True), st.lists(st.integers(0, 63), max_size=2))


def edge_cases(client: Client) -> st.SearchStrategy[Case]:
    """Messages of nothing, of empty blocks, and of the signs that break readers."""
    edges = st.sampled_from(("", *EDGES))
    blocks: list[st.SearchStrategy[list[Block]]] = [edges.map(lambda edge: [{"type": "text", "text": edge}])]
    if not client.only_prompts:
        blocks.append(edges.map(lambda edge: [_call({"city": edge})]))
        blocks.append(st.sampled_from(([], [_call({})], [{"type": "text", "text": ""}, _call({})])))
    base = st.one_of(blocks).map(lambda content: message_with(*content, stop_reason=_stop(content)))
    escaped = st.sampled_from((False, True))

    def edge(stream: Stream, ascii_only: bool) -> Case:  # noqa: FBT001 - a strategy builds it
        return Case(asking("stream"), (exact(stream.message, [stream.bytes(ascii=ascii_only)]),), _told(stream.message))

    return st.builds(edge, streams(base=base), escaped)


def _call(given: JsonObject) -> Block:
    return {"type": "tool_use", "id": "toolu_0", "name": "get_weather", "input": given}


def _stop(content: Sequence[Block]) -> str:
    return "tool_use" if content and content[-1]["type"] == "tool_use" else "end_turn"


def folds_to_the_message(case: Case, run: Run) -> None:
    """P1, P3 and P4."""
    message = cast("MessageBody", case.expected["message"])
    outcome = run.outcome
    if outcome.error is not None:
        raise Broken("a whole stream is an error", expected=message["content"], got=outcome)
    if outcome.message is not None:
        _same(message, outcome.message)
    elif outcome.text is None:
        raise NotJudged("the client shows neither a message nor a text")
    said = "".join([block["text"] for block in message["content"] if block["type"] == "text"])
    if outcome.said != said:
        raise Broken("the text is not the one of the stream", expected=said, got=outcome.said)
    if outcome.deltas is not None and "".join(outcome.deltas) != said:
        raise Broken("the pieces of text do not join to the text", expected=said, got=outcome.deltas)


def _same(message: MessageBody, got: JsonObject) -> None:
    """The same message, counts aside that only one form tells."""
    found = difference(_bare(message), _bare(got))
    usage = got.get("usage")
    if not found and isinstance(usage, dict):
        counts = {name: message["usage"].get(name) for name in USAGE}
        found = difference(counts, {name: usage.get(name) for name in USAGE}, path="message.usage")
    if found:
        raise Broken(f"the message is another one: {found}", expected=_essence(message), got=_essence(got))


def _bare(message: JsonObject | MessageBody) -> dict[str, object]:
    return {key: value for key, value in message.items() if key != "usage"}


def _essence(message: JsonObject | MessageBody) -> object:
    return message.get("content"), message.get("stop_reason")


def both_are_the_same(case: Case, run: Run) -> None:
    """P2."""
    streamed, whole = run.outcomes
    for form, outcome in (("stream", streamed), ("whole message", whole)):
        if outcome.error is not None:
            raise Broken(f"the {form} is an error", expected=case.expected["message"], got=outcome)
    if streamed.message is not None and whole.message is not None:
        found = difference(_bare(whole.message), _bare(streamed.message), path="streamed message")
        if found:
            essences = {"expected": _essence(whole.message), "got": _essence(streamed.message)}
            raise Broken(f"stream and whole message differ: {found}", **essences)
    elif streamed.said != whole.said:
        raise Broken("stream and whole message differ", expected=whole.said, got=streamed.said)


SPLITS: Final = Property(
    "P1",
    "split-stream",
    "A stream comes to the same message however its events and bytes are split.",
    wire_cases,
    folds_to_the_message,
    needs=("stream",),
    of_streams=True,
)
FORMS: Final = Property(
    "P2",
    "two-answers",
    "A message is the same whether it was asked for as a stream or as a whole.",
    both_cases,
    both_are_the_same,
    needs=("stream", "send"),
    needs_all=True,
)
LATER: Final = Property(
    "P3",
    "unforeseen-event",
    "Pings, comments, and events, fields and deltas of a later API change nothing.",
    later_cases,
    folds_to_the_message,
    needs=("stream",),
    of_streams=True,
)
EDGES_KEPT: Final = Property(
    "P4",
    "lost-edge",
    "Empty texts, inputs and contents and the signs that break readers of lines survive.",
    edge_cases,
    folds_to_the_message,
    needs=("stream",),
)
