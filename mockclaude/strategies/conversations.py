"""Conversations built from segments: a question with its answer, by way of tools or not, and an open end.

Nothing is filtered: roles alternate because every segment starts with the user and ends with the assistant, and calls
find their results because both are numbered by one counter.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

from hypothesis import strategies as st

from mockclaude.models import ModelProfile
from mockclaude.strategies import served
from mockclaude.strategies.images import images
from mockclaude.strategies.pdfs import pdfs
from mockclaude.strategies.texts import letters, plain_texts, worded
from mockclaude.wire.body import Json, JsonObject

OF_CONVERSATIONS: Final = ("tool_use", "server_tool_use", "image", "document", "thinking", "role:system", "prefill")
"""The features that show inside `messages`."""

LOOPS: Final = ("tool_use", "server_tool_use")
SIGNATURE: Final = "EqQBCgIYAhIMMDEyMzQ1Njc4OWFi"

LETTERS: Final = letters(max_size=12)
WORDS: Final = plain_texts(max_size=12)
COUNT: Final = st.integers(0, 2)
CHANCES: Final = st.binary(min_size=8, max_size=8)
"""64 bits of even chance; integers of that size would be small ones most of the time."""
CROWDED: Final = 240
"""The byte from which on a request holds half of all features instead of an eighth."""
BY_URL: Final[JsonObject] = {"type": "image", "source": {"type": "url", "url": "https://example.com/cat.png"}}
DOCUMENTS: Final[Sequence[JsonObject]] = (
    {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "0"}},
    {"type": "document", "source": {"type": "content", "content": "0"}, "title": "0"},
    {"type": "document", "source": {"type": "url", "url": "https://example.com/paper.pdf"}},
)
IMAGE_BLOCKS: Final = images(sides=(1, 16)).map(lambda image: image.block()) | st.just(BY_URL)
DOCUMENT_BLOCKS: Final = st.sampled_from(DOCUMENTS) | pdfs(pages=(1, 2)).map(lambda pdf: pdf.block())
MEDIA: Final = {"image": IMAGE_BLOCKS, "document": DOCUMENT_BLOCKS}
FOUND: Final[JsonObject] = {
    "type": "web_search_result", "title": "0", "url": "https://example.com/", "encrypted_content": "0"
}  # fmt: skip


def conversations(
    *,
    model: str | None = None,
    features: Iterable[str] | None = None,
    turns: tuple[int, int] = (1, 3),
    alternating: bool = True,
) -> st.SearchStrategy[list[JsonObject]]:
    """The `messages` of requests that are accepted.

    `features` are those of `OF_CONVERSATIONS` that the conversation holds; by default some are drawn first.
    `turns` bounds how often the user asks; tool results come on top. Conversations that need not be alternating
    may repeat a role, which only `live` validation takes.
    """
    low, high = turns
    if not 1 <= low <= high:
        raise ValueError(f"turns is {turns}; expected a range that starts at 1 or above")
    fixed = None if features is None else tuple(features)
    strangers = [word for word in fixed or () if word in served.FEATURES and word not in OF_CONVERSATIONS]
    if strangers:
        raise ValueError(f"{strangers[0]!r} shows in no conversation; expected some of {', '.join(OF_CONVERSATIONS)}")
    candidates = served.models_with(fixed or (), served.models_named(model), served.LAST_WITH_SAMPLING)

    @st.composite
    def drawn(draw: st.DrawFn) -> list[JsonObject]:
        profile = draw(st.sampled_from(candidates))
        words = frozenset(fixed) if fixed is not None else draw_features(draw, profile, OF_CONVERSATIONS)
        return draw_turns(draw, words, lengths=st.integers(low - 1, high - 1), alternating=alternating)

    return drawn()


def draw_features(
    draw: st.DrawFn,
    model: ModelProfile,
    among: Collection[str] = served.FEATURES,
    *,
    version: str = served.LAST_WITH_SAMPLING,
    first: Sequence[str] = (),
) -> frozenset[str]:
    """Some features that stand together in a request to the model; those in `first` are among them.

    Drawing a subset first makes requests with many features common, and shrinks to none.
    """
    words = [word for word in served.possible(model, version) if word in among]
    density, *chances = draw(CHANCES)
    bits = int.from_bytes(chances, "big")
    mask = bits >> 32 if density >= CROWDED else bits & bits >> 18 & bits >> 36  # few features: each takes time
    return served.compatible([*first, *[word for place, word in enumerate(words) if mask >> place & 1]], model)


def draw_turns(
    draw: st.DrawFn, words: Collection[str], *, lengths: st.SearchStrategy[int] = COUNT, alternating: bool = True
) -> list[JsonObject]:
    """A conversation that holds what the words say."""
    segments = _Segments(draw, words)
    loops = [loop for loop in LOOPS if loop in words]
    kinds = ["plain", *loops]
    turns: list[JsonObject] = []
    for _ in range(draw(lengths)):
        turns += segments.exchange(kinds[segments.choose(len(kinds))])
    for loop in [loop for loop in loops if loop not in segments.held]:
        turns += segments.exchange(loop)
    turns += segments.end()
    return turns if alternating else list(_repeated(draw, turns))


class _Segments:
    """Writes the segments of one conversation; one number decides all the small things."""

    def __init__(self, draw: st.DrawFn, words: Collection[str]) -> None:
        self.draw = draw
        self.words = words
        self.held: set[str] = set()
        self.calls = 0
        self.style = int.from_bytes(draw(CHANCES), "big")

    def choose(self, count: int) -> int:
        """A number below the count; 0 in the plainest conversation."""
        self.style, choice = divmod(self.style, count)
        return choice

    def word(self) -> str:
        """What somebody says."""
        return worded(self.draw(LETTERS))

    def exchange(self, kind: str) -> Iterator[JsonObject]:
        """A question and its answer."""
        self.held.add(kind)
        yield self.question()
        if kind == "tool_use":
            yield from self.tool_loop()
        yield self.answer(*(self.search() if kind == "server_tool_use" else ()))

    def end(self) -> Iterator[JsonObject]:
        """What the model is to answer: a question or the results of tools, then what may follow it."""
        yield self.question(is_last=True)
        if "tool_use" in self.words and self.choose(2):
            yield from self.tool_loop()
        if "role:system" in self.words:
            yield {"role": "system", "content": self.word()}
        if "prefill" in self.words:
            yield {"role": "assistant", "content": self.word().rstrip()}

    def question(self, *, is_last: bool = False) -> JsonObject:
        """A turn of the user; the last one holds the media that the conversation must have."""
        blocks: list[Json] = []
        for name, media in MEDIA.items():
            if name in self.words and (is_last or self.choose(4) == 1):
                blocks.append(self.draw(media))
        text = self.word()
        if blocks or self.choose(2):
            return {"role": "user", "content": [*blocks, {"type": "text", "text": text}]}
        return {"role": "user", "content": text}

    def answer(self, *before: Json) -> JsonObject:
        """A turn of the assistant that ends in a text."""
        blocks: list[Json] = [*self.thoughts(), *before]
        text = self.word()
        if blocks or self.choose(2):
            return {"role": "assistant", "content": [*blocks, {"type": "text", "text": text}]}
        return {"role": "assistant", "content": text}

    def thoughts(self) -> list[Json]:
        """What the assistant thinks first."""
        if "thinking" not in self.words:
            return []
        return [{"type": "thinking", "thinking": self.word(), "signature": SIGNATURE}]

    def tool_loop(self) -> Iterator[JsonObject]:
        """Calls of tools, one or several at once, and their results in any order."""
        ids = [f"toolu_{number:02}" for number in range(self.calls + 1, self.calls + 2 + self.choose(3))]
        self.calls += len(ids)
        calls = [self.call(id_) for id_ in ids]
        yield {"role": "assistant", "content": [*self.thoughts(), *calls]}
        results: list[Json] = []
        while ids:
            results.append(self.result(ids.pop(self.choose(len(ids)))))
        if self.choose(3) == 1:
            results.append({"type": "text", "text": self.word()})
        yield {"role": "user", "content": results}

    def call(self, id_: str) -> Json:
        """A call of a tool."""
        return {"type": "tool_use", "id": id_, "name": "get_weather", "input": {"city": self.word()}}

    def result(self, id_: str) -> Json:
        """What a tool answers: a text, nothing, a block or a picture, or that it failed."""
        result: JsonObject = {"type": "tool_result", "tool_use_id": id_}
        form = self.choose(5)
        if form == 1:
            return result
        if form == 2 and "image" in self.words:
            return {**result, "content": [self.draw(IMAGE_BLOCKS)]}
        text = self.word()
        content: Json = [{"type": "text", "text": text}] if form == 3 else text
        return {**result, "content": content, **({"is_error": True} if form == 4 else {})}

    def search(self) -> list[Json]:
        """A search by the server and what it found."""
        self.calls += 1
        id_ = f"srvtoolu_{self.calls:02}"
        return [
            {"type": "server_tool_use", "id": id_, "name": "web_search", "input": {"query": self.word()}},
            {"type": "web_search_tool_result", "tool_use_id": id_, "content": [*[FOUND] * self.choose(3)]},
        ]


def _repeated(draw: st.DrawFn, turns: Sequence[JsonObject]) -> Iterator[JsonObject]:
    """The turns with more items of the same role, and perhaps a greeting of the assistant before them."""
    style = int.from_bytes(draw(CHANCES), "big")
    if style % 2:
        yield {"role": "assistant", "content": "0"}
    for turn in turns:
        style //= 2
        yield turn
        if turn["role"] == "user" and style % 2:
            yield {"role": "user", "content": draw(WORDS)}
