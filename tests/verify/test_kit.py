"""The kit finds every planted mistake, tells the smallest case, and lets no failure hide another."""

import asyncio
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest

from mockclaude.errors import SettingsError
from mockclaude.verify import ContractFailure, Endpoint, chat_adapter, check_client
from mockclaude.verify.asked import question
from mockclaude.verify.case import Ask, Case, Exact
from mockclaude.verify.kit import Check, chosen
from mockclaude.verify.outcome import AdapterError, Outcome
from mockclaude.verify.properties import PROPERTIES
from mockclaude.verify.properties.folding import saying
from mockclaude.verify.properties.retries import WELL
from mockclaude.verify.report import Result
from mockclaude.wire.body import Event, JsonObject
from mockclaude.wire.encoding import dumps
from mockclaude.wire.sse import frame
from mockclaude.wire.stream import events_of

from .planted import MISTAKES, Agent, RetriesEverything, Retrying, Sound, TakesAnyEnd

IDS = [f"P{number}" for number in range(1, 19)]
WAITS = pytest.mark.slow  # what stays open must be waited for


def result_of(adapter: object, property_id: str, *, examples: int = 500) -> Result:
    with Check(adapter, max_examples=examples, derandomize=True, failures=None) as check:
        return check.judge(chosen([property_id])[0])


def test_there_are_eighteen_properties_in_their_order() -> None:
    assert [one.id for one in PROPERTIES] == IDS
    assert len({one.name for one in PROPERTIES}) == len(PROPERTIES)


@pytest.mark.parametrize("property_id", [pytest.param(one, marks=[WAITS] * (one == "P16")) for one in IDS])
def test_every_property_finds_its_planted_mistake_within_500_examples(property_id: str) -> None:
    result = result_of(MISTAKES[property_id](), property_id)
    assert result.status == "failed"
    assert result.failure is not None


@pytest.mark.parametrize("adapter", [Sound, Retrying, Agent])
def test_a_client_without_a_mistake_holds_all_that_can_be_judged(adapter: type[Sound]) -> None:
    report = check_client(adapter(), max_examples=8, derandomize=True, failures=None)
    assert {result.status for result in report.results} <= {"held", "not applicable"}
    assert report["P12"].status == "held"


def test_a_client_that_accepts_truncation_is_shown_the_cut_that_is_hardest_to_notice() -> None:
    failure = result_of(TakesAnyEnd(), "P6").failure
    assert failure is not None
    [answer] = failure.case.answers
    assert isinstance(answer, Exact)
    *whole, _ = [frame(event) for event in events_of(saying("0"), ping=False)]
    events = b"".join(answer.chunks)
    assert [part.partition(b"\n")[0] for part in events.split(b"\n\n")] == [
        part.partition(b"\n")[0] for part in b"".join(whole).split(b"\n\n")
    ]
    assert answer.ending == "complete"
    assert answer.message is not None
    assert answer.message["content"] == [{"type": "text", "text": "0"}]


def test_a_client_that_retries_a_400_is_shown_one_400() -> None:
    failure = result_of(RetriesEverything(), "P8").failure
    assert failure is not None
    bad: JsonObject = {"error": {"status": 400, "message": "It failed.", "headers": {"retry-after": "0"}}}
    assert failure.case == Case((Ask("stream", failure.case.calls[0].request),), (bad, WELL))
    assert (failure.cause, failure.attempts) == ("a request is sent again after a 400", 2)


def test_all_failures_are_told_at_once() -> None:
    class Both(TakesAnyEnd, RetriesEverything):
        pass

    with pytest.raises(ContractFailure) as failed:
        check_client(Both(), properties=["P6", "P8", "P18"], max_examples=20, failures=None)
    assert [result.about.id for result in failed.value.report.failed] == ["P6", "P8"]
    told = str(failed.value)
    assert told.startswith(
        "plain: 3 properties, 1 held, 2 failed; P6 accepted-truncation, P8 hopeless-retry\n\nP6 accepted-truncation: a stream"
    )
    assert "\n\nP8 hopeless-retry: a request is sent again after a " in told


def test_a_known_failure_is_none_while_it_lasts_and_one_once_it_is_mended() -> None:
    known = {"P6": "it is being mended"}
    report = check_client(TakesAnyEnd(), properties=["P6"], max_examples=5, known_failures=known, failures=None)
    assert (report["P6"].status, report["P6"].reason) == ("known failure", "it is being mended")
    with pytest.raises(ContractFailure, match="did not show in 100 examples; take it off the list: it is being mended"):
        check_client(Sound(), properties=["P6"], max_examples=5, known_failures=known, failures=None)
    with pytest.raises(SettingsError, match="no property is called 'P60'"):
        check_client(Sound(), known_failures={"P60": "what?"})


def test_what_cannot_be_judged_is_not_passed() -> None:
    report = check_client(Sound(), properties=["P10", "P13"], max_examples=5, failures=None)
    assert [(result.status, result.reason) for result in report.results] == [
        ("not applicable", "the client never asks again"),
        ("not applicable", "the adapter has no method agent"),
    ]


def test_properties_are_chosen_by_id_or_name() -> None:
    assert [one.id for one in chosen(["p6", "leaked-key"])] == ["P6", "P18"]
    assert [one.id for one in chosen(exclude=IDS[1:])] == ["P1"]
    with pytest.raises(SettingsError, match="no property is called 'leaked-keys'; did you mean 'leaked-key'"):
        chosen(["leaked-keys"])


def test_an_asynchronous_chat_function_lives_on_one_loop_and_can_be_cancelled() -> None:
    client = Sound()
    loops = set()

    async def chat(server: Endpoint, prompt: str) -> str | None:
        loops.add(asyncio.get_running_loop())
        outcome = await client.stream(server, question(prompt))
        if outcome.error is not None:
            raise RuntimeError(outcome.error.text)
        return outcome.said

    async def close() -> None:
        await client.close()

    adapter = chat_adapter(chat)
    adapter.close = close  # type: ignore[attr-defined]
    report = check_client(adapter, properties=["P1", "P6", "P16", "P17"], max_examples=3, failures=None)
    assert {result.status for result in report.results} == {"held"}
    assert len(loops) == 1


@pytest.mark.parametrize("leaves", [True, pytest.param(False, marks=WAITS)])
def test_a_blocking_chat_function_shows_by_a_second_one_how_it_leaves(leaves: bool) -> None:
    kept: list[HTTPConnection] = []

    def leave(server: Endpoint, prompt: str) -> None:
        line = HTTPConnection(urlsplit(server.url).netloc)
        line.request("POST", "/v1/messages", dumps({**question(prompt), "stream": True}), {"x-api-key": server.api_key})
        line.getresponse().read(1)
        line.close() if leaves else kept.append(line)

    adapter = chat_adapter(lambda _server, _prompt: "", leave=leave)
    with Check(adapter, max_examples=2, failures=None) as check:
        result = check.judge(*chosen(["P16"]))
    for line in kept:
        line.close()
    assert result.status == ("held" if leaves else "failed")


def test_a_client_that_hangs_is_told_so() -> None:
    class Hanging(Sound):
        async def stream(self, _server: object, _request: object) -> Outcome:
            await asyncio.Event().wait()
            return Outcome()

    with pytest.raises(ContractFailure, match=r"Hangs\('no answer and no error within 0.05 seconds'\)"):
        check_client(Hanging(), properties=["P14"], exclude=[], max_examples=1, failures=None, patience=0.05)


def test_an_adapter_that_returns_nonsense_is_misuse() -> None:
    class Nonsense:
        def stream(self, _server: object, _request: object) -> object:
            return 42

    with pytest.raises(AdapterError, match="the adapter returned 42; expected an Outcome, a message as a dict"):
        check_client(Nonsense(), properties=["P1"], max_examples=1, failures=None)


def test_a_key_in_what_a_client_shows_is_told_nowhere() -> None:
    class Shows(Sound):
        async def stream(self, server: Endpoint, request: JsonObject) -> Outcome:
            outcome = await super().stream(server, request)
            assert outcome.message is not None
            return Outcome(message={**outcome.message, "role": "sk-ant-api03-secret"})

    with pytest.raises(ContractFailure) as failed:
        check_client(Shows(), properties=["P4"], max_examples=1, failures=None)
    report = failed.value.report
    for told in (str(failed.value), report.text(), report.json(), report.junit(), repr(report)):
        assert "sk-ant-api03" not in told
    assert "message.role is '[redacted]'; expected 'assistant'" in report.text()


def test_a_failure_that_comes_and_goes_is_told_as_such() -> None:
    class Moody(TakesAnyEnd):
        asked = 0

        def fold(self, events: list[Event]) -> Outcome:
            self.asked += 1
            return super().fold(events) if self.asked == 1 else Sound.fold(self, events)

    result = result_of(Moody(), "P6")
    assert result.status == "failed"
    assert result.failure is not None
    assert result.failure.cause.endswith("(not every time: the same case also went well)")
