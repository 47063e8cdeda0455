"""Refusals that are known by their codes: of threads, summaries and user profiles. Their words are ours.

Only what a request shows by itself is judged: the mock keeps no threads, and its summaries are not sealed.
"""

from collections.abc import Iterable, Iterator
from random import Random
from typing import Final

from mockclaude.call import Call
from mockclaude.rules.edits import with_beta
from mockclaude.rules.opening import HELLO, HI, opened_with, turn_of
from mockclaude.rules.rule import Draft, Facts, Rule, rule
from mockclaude.rules.thinking import thinking_type
from mockclaude.wire.body import Json, JsonObject
from mockclaude.wire.evidence import documented

_SDK: Final = documented("2026-11-20", "SDK 2.12.0: the code and when it is sent; the text is ours")
PROFILE: Final = "anthropic-user-profile-id"
BILLING: Final = "user-profiles-billing-2026-10-01"
THREADS: Final = "message-threads-2026-08-12"
SUMMARIES: Final = "compact-2026-09-04"
EARLIER: Final = "compact-2026-01-12"
"""With this beta summaries come anywhere in a conversation, and older ones stay."""


@rule(
    message=(
        "billing_policy.bill_to is 'user_profile', but no user profile is named in the `anthropic-user-profile-id` header"
    ),
    needs=("billing_policy",),
    code="user_profile_required",
    covers=("code.user_profile_required",),
    source=_SDK,
    fix="Name the profile to bill in the header `anthropic-user-profile-id`.",
)
def unnamed_user_profile(call: Call) -> Iterable[Facts]:
    """A user profile that is to be billed without being named."""
    policy = call.body.get("billing_policy")
    is_billed = isinstance(policy, dict) and policy.get("bill_to") == "user_profile"
    return ({"path": "billing_policy.bill_to"},) if is_billed and not call.raw.headers.get(PROFILE) else ()


@unnamed_user_profile.broken_by
def bill_somebody(draft: Draft, _random: Random) -> Draft:
    """The user's profile is billed, whoever that is."""
    policy: JsonObject = {"type": "billing_policy", "bill_to": "user_profile"}
    return with_beta(draft, BILLING).with_header(PROFILE, None).with_body(billing_policy=policy)


BESIDE_THREADS: Final = ("cache_control", "context_management", "fallbacks", "thinking")
"""Fields that threads do not support; organization settings count as well, but no request shows them."""


@rule(
    message="thread: cannot be combined with {fields}",
    needs=("thread",),
    code="thread_unsupported_request",
    covers=("code.thread_unsupported_request",),
    source=_SDK,
    fix="Send the full conversation without `thread`, or leave the fields out.",
)
def unsupported_in_thread(call: Call) -> Iterable[Facts]:
    """A thread together with a field that threads do not support."""
    found: list[Json] = [name for name in BESIDE_THREADS if name in call.body and call.body.get(name) is not None]
    if thinking_type(call) == "disabled":
        found.remove("thinking")
    if not found:
        return ()
    return ({"fields": ", ".join(map(str, found)), "details": {"unsupported": found}, "path": "thread"},)


@unsupported_in_thread.broken_by
def cache_in_a_thread(draft: Draft, _random: Random) -> Draft:
    """A thread is begun with automatic caching."""
    return with_beta(draft, THREADS).with_body(thread={"type": "create"}, cache_control={"type": "ephemeral"})


def _summaries(call: Call) -> Iterator[tuple[str, bool]]:
    """The summaries of a conversation that may hold one only: where each stands, and whether that is the beginning."""
    if SUMMARIES not in call.betas or EARLIER in call.betas:
        return
    for turn in call.turns:
        for place, block in enumerate(turn.blocks):
            if block["type"] == "compaction" and block.get("content"):
                yield f"messages.{turn.place}.content.{place}", turn.place == place == 0 and turn.role != "system"


@rule(
    message="{path}: `messages` holds more than one `compaction` block with content",
    needs=("compaction",),
    code="compaction_block_ambiguous",
    covers=("code.compaction_block_ambiguous",),
    source=_SDK,
    fix="Send only the block that the conversation returned last.",
)
def ambiguous_summary(call: Call) -> Iterable[Facts]:
    """More than one summary of what was said."""
    return [{"path": path} for path, _ in list(_summaries(call))[1:]]


@rule(
    message="{path}: a `compaction` block must be the first block of the conversation",
    needs=("compaction",),
    code="compaction_block_misplaced",
    covers=("code.compaction_block_misplaced",),
    source=_SDK,
    fix="Put the block first, and leave out what it stands for.",
)
def misplaced_summary(call: Call) -> Iterable[Facts]:
    """A summary behind something else that was said."""
    return [{"path": path} for path, is_first in _summaries(call) if not is_first]


SUMMARY: Final[JsonObject] = {"type": "compaction", "content": "They said hello."}


@ambiguous_summary.broken_by
def repeat_a_summary(draft: Draft, _random: Random) -> Draft:
    """Two summaries at the beginning."""
    return opened_with(with_beta(draft, SUMMARIES), turn_of("user", SUMMARY, SUMMARY), HELLO)


@misplaced_summary.broken_by
def add_a_summary_later(draft: Draft, _random: Random) -> Draft:
    """A summary after the first greeting."""
    return opened_with(with_beta(draft, SUMMARIES), HI, turn_of("assistant", SUMMARY))


CODED: Final[tuple[Rule[Call], ...]] = (
    unnamed_user_profile,
    unsupported_in_thread,
    ambiguous_summary,
    misplaced_summary,
)
