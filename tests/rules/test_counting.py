"""What may be sent but not counted."""

from dataclasses import replace

import pytest

from mockclaude.rules.occasion import refusal_of
from mockclaude.settings import Settings
from mockclaude.wire.body import JsonObject
from tests.rules.drafts import assistant, draft_of, user

TEXT = "File sources are not supported in the token counting endpoint."
FILE: JsonObject = {"type": "file", "file_id": "file_011CNha8iCJcU1wXNR6q4V8w"}
PICTURE: JsonObject = {"type": "image", "source": FILE}
PAPER: JsonObject = {"type": "document", "source": FILE}
USE: JsonObject = {"type": "tool_use", "id": "toolu_1", "name": "look", "input": {}}


def result(*blocks: JsonObject) -> JsonObject:
    return {"type": "tool_result", "tool_use_id": "toolu_1", "content": list(blocks)}


@pytest.mark.parametrize(
    ("blocks", "path"),
    [
        ([PAPER], "messages.0.content.0.document.source.file"),
        ([PICTURE], "messages.0.content.0.image.source.file"),
        ([PAPER, PICTURE], "messages.0.content.1.image.source.file"),
        ([result(PICTURE)], "messages.2.content.0.tool_result.content.0.image.source.file"),
    ],
)
def test_a_file_of_the_files_api_is_not_counted(blocks: list[JsonObject], path: str) -> None:
    called = [user("Hi"), assistant([USE])] if blocks[0]["type"] == "tool_result" else []
    draft = draft_of(*called, user([*blocks]))
    assert refusal_of(draft, Settings()) is None
    error = refusal_of(replace(draft, path="/v1/messages/count_tokens").without("max_tokens"), Settings())
    assert error is not None
    assert (error.rule, error.status, error.message, error.path) == ("uncountable-file", 400, TEXT, path)
