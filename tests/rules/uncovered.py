"""What the table of known errors and the rules do not have in common, each with the reason.

The table is found through `MOCKCLAUDE_FACTS`; names with a star stand for all that begin so.
"""

from collections.abc import Mapping
from typing import Final

ELSEWHERE: Final = "no request to /v1/messages provokes it: "
OLD: Final = "superseded: "
UNKNOWN: Final = "no text is known: "

UNCOVERED: Final[Mapping[str, str]] = {
    "auth.credential_scope": ELSEWHERE + "subscriptions and their products are not imitated",
    "auth.default_400": ELSEWHERE + "an example in the API reference",
    "auth.default_401": ELSEWHERE + "an example in the API reference",
    "auth.key_permission": ELSEWHERE + "every key may use everything",
    "auth.oauth_expired": ELSEWHERE + "tokens of the mock do not expire",
    "auth.oauth_revoked": ELSEWHERE + "tokens of the mock are not revoked",
    "auth.oauth_unsupported": ELSEWHERE + "bearer tokens are taken everywhere",
    "auth.permission_default": ELSEWHERE + "an example in the API reference",
    "batch.result_error": ELSEWHERE + "it stands in the results of a batch, in the words of the rule that a row broke",
    "body.content_type": UNKNOWN + "whether the API looks at the content type was never seen",
    "cache.min_tokens": OLD + "short prefixes are ignored today",
    "code.[!ctu]*": ELSEWHERE + "codes of other endpoints, and of what an organization has set",
    "code.c[!o]*": ELSEWHERE + "codes of other endpoints, and of what an organization has set",
    "code.compaction_[!b]*": ELSEWHERE + "whether a summary is whole is not known to the mock",
    "code.compl*": ELSEWHERE + "a code of another endpoint",
    "code.con*": ELSEWHERE + "a code of another endpoint",
    "code.thread_[!u]*": ELSEWHERE + "the mock keeps no threads, so that it continues every one",
    "code.user_profile_[!r]*": ELSEWHERE + "every user profile exists and may be billed",
    "file.*": ELSEWHERE + "the mock keeps no files, so that it takes every file for a known one",
    "hdr.beta_not_enrolled": ELSEWHERE + "every organization is enrolled in every beta",
    "img.mismatch_old": OLD + "since 2026-01 in the words of img.mismatch",
    "img.size5": OLD + "10 MB since 2026-06",
    "img.url_download": ELSEWHERE + "URLs are never fetched",
    "img.url_robots": ELSEWHERE + "URLs are never fetched",
    "model.fallbacks": UNKNOWN + "nor is it known which models may stand in for which",
    "model.retention": ELSEWHERE + "every organization retains its data",
    "pair.is_error_empty": UNKNOWN + "the refusal was seen without its words",
    "rate.default": ELSEWHERE + "an example in the API reference",
    "rate.old_tokens": OLD + "since 2026 in the words of rate.tokens_2026",
    "rate.tokens_2025": OLD + "since 2026 in the words of rate.tokens_2026",
    "rate.tokens_2026": ELSEWHERE + "a script says it with `rate_limited(limit='input tokens')`",
    "route.*": ELSEWHERE + "other paths and methods are the server's to answer, without a rule",
    "samp.temp_thinking": OLD + "since 2026 in the words of samp.temp_thinking_2026",
    "sdk.*": ELSEWHERE + "the SDK raises it before it sends",
    "so.grammar": "cannot be foreseen: nobody outside knows when a grammar is too large; a script can say it",
    "so.old_param": UNKNOWN + "without its beta the field is an extra input",
    "so.prefill": UNKNOWN + "models that refuse prefill refuse it first",
    "srv.overloaded_sse": ELSEWHERE + "it comes inside a stream; the fault `overloaded_mid_stream` says it",
    "think.interleaved_order": UNKNOWN + "no order of blocks was seen refused since thinking is interleaved",
    "think.unexpected": OLD + "thinking is ignored where a request does not think (measured 2026-10)",
    "tool.available_limit": UNKNOWN + "more than 10,000 tools, or 4 MB of definitions (docs 2026-11)",
    "tool.bm25_bedrock": ELSEWHERE + "another platform",
    "tool.must_define": OLD + "recorded as accepted from 2025-10 to 2026-07",
    "tool.name_pattern_64": OLD + "names have up to 128 characters since 2025",
    "top.dict_legacy": OLD + "`Input should be an object` since 2026-08",
    "top.list_legacy": OLD + "`Input should be a valid array` since 2026-08",
    "top.max_tokens_legacy": OLD + "zero is accepted since 2026-08",
}
"""Entries of the table that no rule stands for."""

SCRIPTED: Final[Mapping[str, str]] = {
    "bill.402": "billing_error",
    "bill.credit": "credit_exhausted",
    "bill.on_hold": "organization_on_hold",
    "bill.org_disabled": "organization_disabled",
    "bill.usage_limit": "usage_limit_reached",
    "bill.workspace_limit": "workspace_limit_reached",
    "body.timeout": "body_timeout",
    "conv.content_filter": "content_filtered",
    "rate.concurrent": "too_many_connections",
    "rate.contract_cap": "contract_limit_reached",
    "rate.ramp": "ramp_limited",
    "rate.requests": "rate_limited",
    "rate.tier_cap": "spend_limit_reached",
    "srv.compaction": "compaction_unavailable",
    "srv.conflict": "conflict",
    "srv.internal": "server_error",
    "srv.overloaded": "overloaded",
    "srv.timeout": "timeout",
}
"""Entries that no request provokes, and the fault by which a script asks for each."""

UNLISTED: Final[Mapping[str, str]] = {
    "address-as-user-id": "public reports of 2026, left out of the table",
    "cached-for-one-turn": "documented in 2026-11, newer than the table",
    "clearing-without-thinking": "captured in 2025-11 and 2026-08, left out of the table",
    "conflicting-domains": "documented as refused, without its words",
    "conflicting-automatic-breakpoint": "documented as refused, without its words",
    "effort-for-one-turn": "documented in 2026-11, newer than the table",
    "fast-mode-without-beta": "probed in 2026-09, newer than the table",
    "mismatched-property-key": "nine public reports until 2026-09, left out of the table",
    "misplaced-system-field": "documented in 2026-11, newer than the table",
    "lesser-advisor": "public reports of 2026, left out of the table",
    "skills-without-code": "five public reports of 2026, left out of the table",
    "tool-change-for-one-turn": "documented in 2026-11, newer than the table",
    "tool-change-in-a-pause": "documented as refused, without its words",
    "undersized-number": "documented as refused, without its words",
    "unknown-mcp-server": "documented as refused, without its words",
    "unreferenced-mcp-server": "public reports of 2026, left out of the table",
    "uncountable-file": "public reports of 2026, newer than the table",
    "too-many-messages": "documented by SDK 2.12.0 as a limit, without a text",
    "fallbacks-in-batch": "documented as refused, without its words",
    "max-tokens-below-one": "captured in 2026-09, newer than the table",
    "overlong-batch": "documented as a limit, without a text",
    "speed-in-batch": "documented as refused, without its words",
    "stream-in-batch": "captured in 2026-09, newer than the table",
    "malformed-pdf-base64": "one public report, newer than the table",
    "citations-with-output-format": "documented as refused, without its words",
    "exclusive-union": "public quotations of 2026, newer than the table",
    "too-many-optional-properties": "captured in 2026-10, newer than the table",
    "too-many-strict-tools": "public quotations of 2026, newer than the table",
    "unsigned-thought": "one report, newer than the table",
    "unsupported-citations": "recorded in 2025, newer than the table",
    "unsupported-constraint": "recorded in 2026, newer than the table",
    "unsupported-format": "measured in 2026-10, newer than the table",
    "unsupported-geo": "public reports of 2026, newer than the table",
    "unsupported-min-items": "public quotations of 2026, newer than the table",
    "unsupported-output-format": "recorded in 2026, newer than the table",
    "effort-between-tools": "reported as refused, without its words",
    "empty-pdf": "two public reports, newer than the table",
}
"""Rules that stand for no entry of the table."""

REWORDED: Final[Mapping[str, str]] = {
    "batch.duplicate": (  # captured 2026-09-02
        "requests: custom_id's must be unique within a batch. Duplicate custom_id found: {id}"
    ),
    "auth.invalid_key": "API key is invalid.",  # captures since 2026-08
    "auth.invalid_bearer": "OAuth access token is invalid.",  # captures since 2026-08
    "conv.nonempty": "messages.{i}: user messages must have non-empty content",  # live probes 2026-08-31
    "hdr.beta_unknown": (  # captured 2026-09-29: another host
        "Unexpected value(s) {values} for the `anthropic-beta` header. Please consult our documentation at "
        "platform.claude.com/docs or try again without the header."
    ),
    "img.b64": "messages.{i}.content.{j}.image.source.base64: invalid base64 data",  # captured response 2026-07
    "msg.role_system_unsupported": "role 'system' is not supported on this model",  # live probes 2026-08 to 2026-09
    "msg.system_after_assistant": (  # live probes 2026-08 to 2026-10
        "messages.{i}: role 'system' must follow a 'user' message or an 'assistant' message ending in a server tool "
        "result; the directive-only form (content: [] with output_config) is accepted at any position"
    ),
    "so.additional_props_true": (  # said of schemas, too
        "{path}: For 'object' type, 'additionalProperties: {value}' is not supported. Please set "
        "'additionalProperties' to false"
    ),
    "so.union_params": (  # captured whole in 2026-10
        "Schemas contains too many parameters with union types ({n} parameters with type arrays or anyOf). This causes "
        "exponential compilation cost. Reduce the number of nullable or union-typed parameters (limit: 16 parameters "
        "with unions)."
    ),
    "samp.temp_thinking_2026": (  # a captured body of 2026-08 goes on
        "`temperature` may only be set to 1 when thinking is enabled or in adaptive mode. Please consult our "
        "documentation at https://platform.claude.com/docs/en/build-with-claude/extended-thinking"
    ),
    "think.display_updates": "thinking.adaptive.display: Input should be {values}",  # a closed set, worded as all are
    "think.type_tag": (  # a fourth type since 2026-10
        "thinking: Input tag '{x}' found using 'type' does not match any of the expected tags: "
        "'adaptive', 'between_tools', 'disabled', 'enabled'"
    ),
    "tool.tag": (  # the toolsets of 2026-08 stand between the two that the table names
        "tools.{i}: Input tag '{type}' found using 'type' does not match any of the expected tags: "
        "'bash_20250124', 'browser_toolset_20260801', ..."
    ),
}
"""Entries whose text has changed, or became known, after the table was made; placeholders in braces."""

ADDED: Final[Mapping[str, str]] = {
    "img.empty": "messages.{i}.content.{j}.image.source.base64: image cannot be empty",
    "out.format_type": "output_config.format.type: Input should be 'json_schema'",
    "pair.server_missing": (
        "messages.{i}: `{name}` tool use with id `{id}` was found without a corresponding `{name}_tool_result` block"
    ),
    "pair.server_undeclared": (
        "messages.{i}: `{name}` tool use with id `{id}` was found but no `{name}` tool was provided"
    ),
    "role.not_in_assistant": "messages.{i}.content: '{block}' blocks are not permitted within assistant turns.",
    "role.server_result": "messages.{i}: `web_search_tool_result` blocks can only be in `assistant` messages",
    "role.server_tool_use": "messages.{i}: `server_tool_use` blocks can only be in `assistant` messages",
    "role.thinking": "messages.{i}.content: thinking blocks may only be in `assistant` messages",
    "role.tool_result": "messages.{i}: `tool_result` blocks can only be in `user` messages",
    "role.tool_use": "messages.{i}: `tool_use` blocks can only be in `assistant` messages",
    "tool.all_deferred": "At least one tool must have defer_loading=false. All tools cannot be deferred.",
    "tool.deferred_cached": (
        "Tool '{name}' cannot have both defer_loading=true and cache_control set. Tools with defer_loading cannot use "
        "prompt caching."
    ),
    "tool.name_long": "tools.{i}.custom.name: String should have at most 128 characters",
    "tool.programmatic": (
        "'{model}' does not support programmatic tool calling. The following tools have `allowed_callers` that require "
        'it: {names}. Explicitly set `allowed_callers=["direct"]` on these tools, or use a model that supports '
        "programmatic tool calling."
    ),
    "tool.reference_undefined": "Tool reference '{name}' not found in available tools",
    "tool.toolset_name": (
        "tools.{i}.{tag}: name is not accepted on a toolset entry: the member names are fixed by the dated type, and "
        "the served tool keeps the family's bare name"
    ),
    "top.model_long": "model: String should have at most 256 characters",
    "top.system_block_type": "system.{i}.type: Input should be 'text'",
}
"""Errors that became known after the table was made; all are 400s of type `invalid_request_error`."""
