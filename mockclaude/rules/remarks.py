"""Findings that no rule makes: what the mock itself remarks about a call or a script."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Remark(NamedTuple):
    """What a finding means and what to do about it."""

    summary: str
    fix: str


REMARKS: Final[Mapping[str, Remark]] = MappingProxyType(
    {
        "unmatched-call": Remark(
            "Stubs are declared, and none of them meant this call; the finding names the nearest.",
            "Widen the matcher that it names, or declare a stub for the call; `--strict-stubs` refuses such calls.",
        ),
        "contradictory-script": Remark(
            "The stub that meant this call says what the API could not say to it, such as a tool that is not offered.",
            "Mend the reply as the finding says, or send it all the same with `force`.",
        ),
        "unrecorded-request": Remark(
            "A world that plays a cassette was asked what no recording answers; the finding names the nearest.",
            "Record it with the mode new_episodes, ignore the difference that the finding names, or script a stub.",
        ),
        "upstream-failed": Remark(
            "A request was to be recorded, and the upstream gave no answer to it; the finding says why.",
            "Mend the address (--upstream), the key, the network or HTTPS_PROXY, as the finding says.",
        ),
        "recording-lost": Remark(
            "An answer came that could not be written into the cassette's log, so its client was cut off before its end.",
            "Make room, or record to another place; what was recorded before is kept.",
        ),
        "client-left": Remark(
            "A client left before the answer that was being recorded had ended, so the recording ends there, too.",
            "Record it again with a client that reads to the end, unless leaving early is what the program does.",
        ),
        "results-elsewhere": Remark(
            "A batch of a recording names a place of its results that is not the API's, so clients fetch them there.",
            "Let the client ask for /v1/messages/batches/ID/results itself, or the upstream name that path.",
        ),
        "unmet-schema": Remark(
            "No value was found that fits the schema of a tool or of the output, so the empty object was sent.",
            "Script the reply, or simplify the schema where the finding says.",
        ),
        "inflicted-fault": Remark(
            "A script, the settings, chance or the request's own header asked for a fault, and the answer had it.",
            "Nothing is wrong with the request; the verdict on what the client did then is `assert_resilient`.",
        ),
    }
)
