"""No secret gets past: not in headers, URLs and bodies, not in escapes, not in the pieces of a stream."""

import gzip
import json
import re
import zlib
from itertools import pairwise
from typing import Any

import pybase64
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockclaude.clock import EPOCH
from mockclaude.record.redaction import DEFAULT, WITHHELD, Leak, Redaction
from mockclaude.record.secrets import PATTERNS
from mockclaude.wire.encoding import dumps, loads
from mockclaude.wire.finding import Finding
from mockclaude.wire.interaction import Chunk, Headers, Interaction, RawRequest, RawResponse
from mockclaude.wire.shown import REDACTED
from mockclaude.wire.sse import decode, encode
from mockclaude.wire.stream import events_of, message_of

from ..wire.samples import MESSAGES
from .samples import INTERACTIONS, JSON, plain

KEY = "sk-ant-api03-abcDEF_123-456"
SECRET = "tiger7"
OWN = DEFAULT.also(names=["X-Pet"], patterns=[SECRET])
UUID = "01234567-89ab-cdef-0123-456789abcdef"


def asked(body: str, redaction: Redaction = DEFAULT, **headers: str) -> str:
    request = RawRequest("POST", "/v1/messages", Headers(headers), body.encode())
    return redaction.request(request).body.decode()


@pytest.mark.parametrize(
    ("body", "clean"),
    [
        ('{"authorization_token": "hunter2", "a":1}', '{"authorization_token": "[redacted]", "a":1}'),
        ('{"Api-Key":{"a":["hunter2","}"]},"b":1.0}', '{"Api-Key":"[redacted]","b":1.0}'),
        ('[{"password":12345},{"password":null},{"password":""}]', None),
        ('{"a":"{\\"password\\":\\"hunter2\\",\\"b\\":1}"}', '{"a":"{\\"password\\":\\"[redacted]\\",\\"b\\":1}"}'),
        ('{"a":"s\\u006b-ant-api03-hunter2\\n b"}', '{"a":"[redacted]\\n b"}'),
        (
            '{"a":"http://me:hunter2@host/?api_key=hunter2&b=1"}',
            '{"a":"http://me:[redacted]@host/?api_key=[redacted]&b=1"}',
        ),
        ('{"a":"curl -H \\"x-api-key: hunter2hunter2\\""}', '{"a":"curl -H \\"x-api-key: [redacted]\\""}'),
        ('{"sk-ant-hunter2":1}', '{"[redacted]":1}'),
        ('{"password":"hunter2', '{"password":"[redacted]"'),
        ("my key: sk-ant-hunter2.", "my key: [redacted]"),
        (
            '{"a":"https://store/x?v=1&sig=ab%2Fc&X-Amz-Signature=0a1b&c=2"}',
            '{"a":"https://store/x?v=1&sig=[redacted]&X-Amz-Signature=[redacted]&c=2"}',
        ),
        ('{"a":"PORT=1\\nDB_PASSWORD=hunter2 #"}', '{"a":"PORT=1\\nDB_PASSWORD=[redacted] #"}'),
        ('{"metadata":{"user_id":"jo@example.com"}}', '{"metadata":{"user_id":"[redacted]"}}'),
        (f'{{"metadata":{{"user_id":"user_1_account_{UUID}"}}}}', '{"metadata":{"user_id":"[redacted]"}}'),
    ],
)
def test_a_body_loses_its_secrets_and_keeps_every_other_byte(body: str, clean: str | None) -> None:
    expected = '[{"password":"[redacted]"},{"password":null},{"password":""}]' if clean is None else clean
    assert asked(body) == expected
    assert asked(expected) == expected, "what is clean stays"


@pytest.mark.parametrize(
    "body",
    [
        '{"metadata":{"user_id":"customer-77"}}',
        '{"input_schema":{"properties":{"password":{"type":"string"}},"required":["password"]}}',
        '{"usage":{"input_tokens":5},"id":"msg_01","request_id":"req_011CcQH3nbP5brKi4DsVcj7j"}',
        '{"text":"f(api_key=os.environ[1], password=getpass2(), max_tokens=1000, MAX_TOKEN=100000, secret=config.key1)"}',
        '{"sig":"hunter2","key":"hunter2","signature":"hunter2"}',
        '{"text":"Write to jo@example.com, the token is 5 and basic needs are met."}',
    ],
)
def test_what_is_no_secret_stays(body: str) -> None:
    assert asked(body) == body


SAMPLES = {
    "anthropic-key": KEY,
    "anthropic-workspace": "wrkspc_011CcQH3nbP5brKi4DsVcj7j",
    "anthropic-organization": f"per minute (org: {UUID}, model: claude-opus-5)",
    "openai-key": "sk-proj-" + "aB3" * 12,
    "aws-key": "AKIA" + "ABCD1234" * 2,
    "github-token": "ghp_" + "aB3" * 12,
    "gitlab-token": "glpat-" + "aB3" * 7,
    "google-key": "AIza" + "aB3_-" * 7,
    "slack-token": "xoxb-1234567890-abc",
    "hugging-face-token": "hf_" + "aB3" * 11,
    "json-web-token": "eyJhbGciOiJI.eyJzdWIiOiIx.c2ln",
    "private-key": "-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----",
    "bearer-token": "Authorization: Bearer " + "aB3" * 8,
    "header-in-text": "x-api-key: hunter2hunter2",
    "password-in-url": "postgres://me:hunter2@host/db",
    "base64-key": pybase64.b64encode(b"key=" + KEY.encode()).decode(),
    "secret-in-assignment": "SOME_API_KEY='hunter2hunter2'",
}


@pytest.mark.parametrize("name", PATTERNS)
def test_every_form_of_a_secret_is_known_by_its_name(name: str) -> None:
    body = dumps({"messages": [{"role": "user", "content": f"look: {SAMPLES[name]}, and go on"}]})
    request = RawRequest("POST", "/v1/messages", Headers({"x-note": SAMPLES[name]}), body)
    interaction = Interaction(request, EPOCH)
    assert set(DEFAULT.leaks(interaction)) == {Leak("request.body", name), Leak("request.headers.x-note", name)}
    clean = DEFAULT.interaction(interaction)
    assert DEFAULT.leaks(clean) == []
    assert loads(clean.request.body)["messages"][0]["content"].endswith(", and go on")  # type: ignore[call-overload, index, union-attr]


@pytest.mark.parametrize("start", range(3))
def test_a_key_in_base64_is_known_wherever_it_begins(start: int) -> None:
    coded = pybase64.b64encode(b"x" * start + KEY.encode()).decode()
    clean = DEFAULT.text(f"key: {coded}.")
    assert clean.endswith("[redacted].")
    assert len(clean) <= len("key: xxxx[redacted].")


@pytest.mark.parametrize(
    ("name", "is_secret"),
    [
        ("X-Corp-Token", True),
        ("Ocp-Apim-Subscription-Key", True),
        ("CF-Access-Client-Secret", True),
        ("X-Session", True),
        ("Idempotency-Key", False),
        ("X-Claude-Code-Session-Id", False),
        ("anthropic-ratelimit-tokens-remaining", False),
        ("monkey", False),
    ],
)
def test_a_header_is_secret_by_how_its_name_ends(name: str, is_secret: bool) -> None:
    request = RawRequest("POST", "/v1/messages", Headers({name: "hunter2"}))
    response = RawResponse(200, ((name, "hunter2"),))
    expected = "[redacted]" if is_secret else "hunter2"
    assert DEFAULT.request(request).headers[name] == expected
    assert DEFAULT.response(response).headers == ((name, expected),)


def test_an_id_that_holds_a_key_is_cleaned() -> None:
    interaction = Interaction(RawRequest("POST", "/v1/messages", Headers()), EPOCH, f"req_{KEY}")
    assert DEFAULT.leaks(interaction) == [Leak("request_id", "anthropic-key")]
    assert DEFAULT.interaction(interaction).request_id == "req_[redacted]"


def test_parameters_of_the_request_are_cleaned_by_name() -> None:
    request = RawRequest("GET", "/v1/models", Headers(), query="key=a&code=b&sig=c&limit=3")
    assert DEFAULT.request(request).query == "key=[redacted]&code=[redacted]&sig=[redacted]&limit=3"


@given(st.text())
def test_a_text_is_clean_after_one_pass(text: str) -> None:
    for redaction in (DEFAULT, DEFAULT.also(patterns=["a", "^b", r"\w+"])):
        once = redaction.text(text)
        assert redaction.text(once) == once


def test_headers_and_urls_are_cleaned_by_name_and_by_form() -> None:
    headers = {
        "X-Api-Key": "k",
        "cookie": "c",
        "x-note": f"key {KEY}",
        "X-Pet": "cat",
        "anthropic-organization-id": UUID,
    }
    request = RawRequest(
        "GET", f"/v1/{SECRET}%20", Headers(headers), b"", "api%5Fkey=hunter2&beta=true;q=tig%65r7&token="
    )
    clean = OWN.request(request)
    assert dict(clean.headers) == {
        "x-api-key": REDACTED,
        "cookie": REDACTED,
        "x-note": f"key {REDACTED}",
        "x-pet": REDACTED,
        "anthropic-organization-id": REDACTED,
    }
    assert (clean.path, clean.query) == (f"/v1/{REDACTED}%20", f"api%5Fkey={REDACTED}&beta=true;q={REDACTED}&token=")
    assert OWN.request(clean) == clean


def test_a_pattern_hides_only_its_group_if_it_has_one() -> None:
    redaction = DEFAULT.also(patterns=[re.compile("customer (?P<secret>[0-9]+)")])
    assert redaction.text("customer 77 of 78") == "customer [redacted] of 78"


def test_a_pattern_that_looks_at_the_ends_of_a_text_sees_those_of_the_strings() -> None:
    assert asked('{"a":["42","421"]}', DEFAULT.also(patterns=["^42$"])) == '{"a":["[redacted]","421"]}'


@given(JSON)
def test_a_document_stays_a_document(value: Any) -> None:
    hostile = json.dumps({"a": value, "password": value, "b": f"{SECRET}\u00e9\n"})
    clean = json.loads(asked(hostile, OWN))
    assert clean["b"] == f"{REDACTED}\u00e9\n"
    assert clean["password"] == (value if value in (None, "") or isinstance(value, bool) else REDACTED)


@given(INTERACTIONS)
def test_an_interaction_without_secrets_is_the_same(interaction: Interaction) -> None:
    if not DEFAULT.leaks(interaction):
        assert plain(DEFAULT.interaction(interaction)) == plain(interaction)


def pieces(data: st.DataObject, text: str) -> list[str]:
    places = data.draw(st.lists(st.integers(0, len(text)), max_size=6))
    return [text[start:end] for start, end in pairwise([0, *sorted(places), len(text)])]


@given(MESSAGES, st.data())
def test_a_secret_is_found_however_a_stream_and_its_chunks_cut_it(message: dict[str, Any], data: st.DataObject) -> None:
    message["content"] = [
        {"type": "text", "text": f"é the pet is {SECRET}, ok"},
        {"type": "thinking", "thinking": f"{KEY} and {SECRET}", "signature": "seal"},
        {
            "type": "tool_use",
            "id": "toolu_1",
            "name": "f",
            "input": {"pet": f"\n{SECRET}", "password": "hunter2", "n": 1},
        },
    ]
    events = list(events_of(message, pieces=lambda _, text: pieces(data, text)))  # type: ignore[arg-type]
    paddings = data.draw(st.lists(st.integers(0, 15), min_size=len(events), max_size=len(events)))
    body = encode(events, paddings=paddings)
    places = sorted(data.draw(st.lists(st.integers(0, len(body)), max_size=8)))
    chunks = tuple([Chunk(body[a:b], float(n)) for n, (a, b) in enumerate(pairwise([0, *places, len(body)]))])
    clean = OWN.response(RawResponse(200, (("content-type", "text/event-stream"),), chunks, streamed=True))
    assert SECRET.encode() not in clean.body
    assert message_of(decode(clean.body))["content"] == [
        {"type": "text", "text": f"é the pet is {REDACTED}, ok"},
        {"type": "thinking", "thinking": f"{REDACTED} and {REDACTED}", "signature": "seal"},
        {
            "type": "tool_use",
            "id": "toolu_1",
            "name": "f",
            "input": {"pet": f"\n{REDACTED}", "password": REDACTED, "n": 1},
        },
    ]
    assert [event["type"] for event in decode(clean.body)] == [event["type"] for event in events]
    assert [chunk.at for chunk in clean.chunks] == [chunk.at for chunk in chunks]
    assert OWN.response(clean) == clean


def test_the_older_completions_are_folded_too() -> None:
    body = b"".join(
        [
            b'event: completion\r\ndata: {"type":"completion","completion":%b}\r\n\r\n' % dumps(part)
            for part in (" a ti", "ger", "7 b")
        ]
    )
    response = RawResponse(200, (("content-type", "text/event-stream"),), (Chunk(body),), streamed=True)
    told = re.findall(b'"completion":"([^"]*)"', OWN.response(response).body)
    assert told == [b" a [redacted]", b"", b" b"]


def test_a_stream_that_breaks_off_anywhere_gives_nothing_away() -> None:
    def delta(text: str) -> bytes:
        return (
            b'event: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta",'
            + (b'"text":%b}}\n\n' % dumps(text))
        )

    whole = delta("the pet is tig") + delta("er7 and sk-a") + delta("nt-abcdefghijkl")
    for length in range(len(whole) + 1):
        chunks = (Chunk(whole[:length]),)
        clean = OWN.response(RawResponse(200, (("content-type", "text/event-stream"),), chunks, streamed=True)).body
        told = "".join(re.findall('"text":"([^"]*)', clean.decode()))
        assert not re.search("tiger7|sk-ant-.", told), length


@pytest.mark.parametrize(
    "frame",
    [
        'data: {"delta": {"type": "text_delta", "text": "tiger7"}, "index": 0}\r\n\r\n',
        'event: x\ndata: {"a":\ndata: "tiger7"}\n\n',
        ": tiger7\n\n",
        "event: tiger7\ndata: {\n\n",
        "\n\ndata: tiger7",
    ],
)
def test_what_is_no_stream_of_the_api_is_cleaned_too(frame: str) -> None:
    response = RawResponse(200, (("content-type", "text/event-stream"),), (Chunk(frame.encode(), 1.0),), streamed=True)
    assert OWN.response(response).chunks == (Chunk(frame.replace(SECRET, REDACTED).encode(), 1.0),)


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "deflate", "identity, gzip", ""])
def test_coded_bodies_are_kept_readable_chunk_by_chunk(coding: str) -> None:
    body = b'event: ping\ndata: {"type": "ping"}\n\nevent: x\ndata: {"a":"tiger7"}\n\n'
    packed = zlib.compress(body) if coding == "deflate" else gzip.compress(body, mtime=0) if coding else body
    chunks = tuple([Chunk(packed[place : place + 9], float(place)) for place in range(0, len(packed), 9)])
    headers = (
        ("content-type", "text/event-stream"),
        ("content-encoding", coding),
        ("content-length", str(len(packed))),
    )
    clean = OWN.response(RawResponse(200, headers, chunks, streamed=True))
    assert clean.body == body.replace(b"tiger7", REDACTED.encode())
    assert [chunk.at for chunk in clean.chunks] == [chunk.at for chunk in chunks]
    assert "content-encoding" not in dict(clean.headers) or not coding
    assert dict(clean.headers)["content-length"] == str(len(clean.body))


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", b"\x1f\x8b\x07" + bytes(20)),
        ("br", b"\xff" * 20),
        ("lzw", b"\xff"),
        ("zstd", b"\x28\xb5\x2f\xfd" + b"\xff" * 20),
    ],
)
def test_a_body_that_cannot_be_searched_is_left_out_and_said_to_be(coding: str, body: bytes) -> None:
    request = RawRequest("POST", "/v1/messages", Headers({"content-encoding": coding, "content-length": "9"}), body)
    clean = DEFAULT.interaction(Interaction(request, EPOCH))
    assert (clean.request.body, dict(clean.request.headers)) == (b"", {"content-length": "0"})
    [finding] = clean.findings
    assert (finding.rule, finding.severity, finding.path) == (WITHHELD, "remark", "request")
    assert finding.message.startswith("the body is not kept, since nobody can tell whether it holds secrets: ")
    assert [leak.where for leak in DEFAULT.leaks(Interaction(request, EPOCH))] == ["request.body"]


def test_a_body_that_was_decoded_before_is_kept() -> None:
    request = RawRequest("POST", "/v1/messages", Headers({"content-encoding": "br"}), b'{"a":1}')
    assert DEFAULT.request(request) == request._replace(headers=Headers({}))


def test_findings_are_cleaned_and_none_of_it_touches_what_was_given() -> None:
    interaction = Interaction(RawRequest("POST", "/", Headers({"x-api-key": KEY})), EPOCH, findings=[Finding("a", KEY)])
    clean = DEFAULT.interaction(interaction)
    assert clean.findings == [Finding("a", REDACTED)]
    assert interaction.findings == [Finding("a", KEY)]
    assert interaction.request.headers["x-api-key"] == KEY
    assert [str(leak) for leak in DEFAULT.leaks(interaction)] == [
        "request.headers.x-api-key: named x-api-key",
        "findings: anthropic-key",
    ]
