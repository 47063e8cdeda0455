import pybase64
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.rules.documents import pdf_block
from mockclaude.rules.media import ImageFacts, Media, PdfReading, Recall, attach, media_of
from mockclaude.rules.rule import Draft
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.media import pdf, png
from mockclaude.wire.pdf import PdfFacts
from tests.rules.media import LONG, TEXT, TINY, TOOL_USE, call_of, draft_of, tool_result

URL_IMAGE: JsonObject = {"type": "image", "source": {"type": "url", "url": "https://example.com/cat.png"}}
FILE: JsonObject = {"type": "document", "source": {"type": "file", "file_id": "file_01"}}
NOTE: JsonObject = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "Note."}}


def of_blocks(*blocks: Json) -> JsonObject:
    return {"type": "document", "source": {"type": "content", "content": list(blocks)}}


def paths(media: Media) -> list[str]:
    return [image.path for image in media.images] + [document.path for document in media.documents]


def test_media_stand_in_turns_in_tool_results_and_in_documents_of_blocks() -> None:
    draft = draft_of(TINY, tool_result(TEXT, URL_IMAGE, of_blocks(TEXT, TINY)), FILE, of_blocks(TINY), NOTE)
    media = media_of(call_of(draft))
    assert [(image.path, image.place) for image in media.images] == [
        ("messages.0.content.0.image.source.base64", "messages.0.content.0"),
        ("messages.0.content.1.tool_result.content.1.image.source.url", "messages.0.content.1.content.1"),
        (
            "messages.0.content.1.tool_result.content.2.document.source.content.content.1.image.source.base64",
            "messages.0.content.1.content.2.source.content.1",
        ),
        (
            "messages.0.content.3.document.source.content.content.0.image.source.base64",
            "messages.0.content.3.source.content.0",
        ),
    ]
    assert [document.path for document in media.documents] == [
        "messages.0.content.1.tool_result.content.2.document.source.content",
        "messages.0.content.2.document.source.file",
        "messages.0.content.3.document.source.content",
        "messages.0.content.4.document.source.text",
    ]


def test_places_count_merged_turns_and_only_user_turns_hold_media() -> None:
    said: list[Json] = [
        {"role": "user", "content": "Hi"},
        {"role": "user", "content": [TINY]},
        {"role": "assistant", "content": [FILE, TOOL_USE]},
        {"role": "user", "content": [tool_result(TEXT)]},
        {"role": "user", "content": [pdf_block(pdf())]},
    ]
    media = media_of(call_of(Draft({"model": LONG, "max_tokens": 1, "messages": said})))
    assert paths(media) == [
        "messages.0.content.1.image.source.base64",
        "messages.2.content.1.document.source.base64",
    ]
    assert media.documents[0].pdf_path == "messages.2.content.1.pdf.source.base64.data"


def test_bytes_in_the_request_are_read_and_references_are_not() -> None:
    picture = pybase64.b64encode_as_string(png(3, 2))
    named: JsonObject = {"type": "image", "source": {"type": "base64", "media_type": "image/gif", "data": picture}}
    media = media_of(call_of(draft_of(named, URL_IMAGE, pdf_block(pdf(2)), FILE)))
    assert [(image.data, image.facts) for image in media.images] == [
        (picture, ImageFacts(True, "image/png", (3, 2), True)),
        (None, None),
    ]
    assert [document.reading for document in media.documents] == [
        PdfReading(True, PdfFacts(2, encrypted=False)),
        None,
    ]


def test_the_media_of_a_call_are_looked_for_once() -> None:
    call = call_of(draft_of(TINY))
    assert media_of(call) is media_of(call)


def test_content_that_is_text_holds_no_media() -> None:
    draft = Draft({"model": LONG, "max_tokens": 1, "messages": [{"role": "user", "content": "image"}]})
    assert media_of(call_of(draft)) == Media([], [])


def test_blocks_are_attached_to_the_last_user_turn() -> None:
    said: list[Json] = [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]
    draft = Draft({"model": LONG, "messages": said})
    assert attach(draft, TINY).body == {
        "model": LONG,
        "messages": [{"role": "user", "content": [{"type": "text", "text": "Hi"}, TINY]}, said[1]],
    }
    assert draft.body["messages"] == [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello."}]


def test_without_a_user_turn_one_is_added() -> None:
    draft = Draft({"messages": [{"role": "assistant", "content": "Hello."}]})
    assert attach(draft, TINY).body["messages"] == [
        {"role": "assistant", "content": "Hello."},
        {"role": "user", "content": [TINY]},
    ]


@given(st.lists(st.text("ab", max_size=12)))
def test_a_recall_answers_as_the_function_it_remembers(texts: list[str]) -> None:
    recall = Recall(str.upper, entries=4, size=40)
    assert [recall(text) for text in texts] == [text.upper() for text in texts]


def test_a_text_seen_before_is_not_read_again() -> None:
    read: list[str] = []
    recall = Recall(read.append)
    for _ in range(3):
        recall("".join(["a" * 1000, "b"]))
    assert read == ["a" * 1000 + "b"]


def test_texts_that_differ_between_the_sampled_letters_are_told_apart() -> None:
    recall = Recall(lambda text: text.index("b"))
    assert [recall("a" * 100 + "b" + "a" * 899), recall("a" * 101 + "b" + "a" * 898)] == [100, 101]


def test_a_recall_forgets_the_oldest_texts_when_its_room_is_used_up() -> None:
    read: list[str] = []
    recall = Recall(read.append, size=40)
    for letter in "abca":
        recall(letter * 20)
    assert read == ["a" * 20, "b" * 20, "c" * 20, "a" * 20]


def test_a_recall_keeps_what_is_asked_for_again() -> None:
    read: list[str] = []
    recall = Recall(read.append, size=40)
    for letter in "abaca":
        recall(letter * 20)
    assert read == ["a" * 20, "b" * 20, "c" * 20]


def test_a_recall_holds_no_more_entries_than_it_may() -> None:
    read: list[str] = []
    recall = Recall(read.append, entries=2)
    for letter in "abca":
        recall(letter)
    assert read == ["a", "b", "c", "a"]


def test_a_text_beyond_the_room_is_read_every_time() -> None:
    read: list[str] = []
    recall = Recall(read.append, size=40)
    recall("a" * 21)
    recall("a" * 21)
    assert len(read) == 2
