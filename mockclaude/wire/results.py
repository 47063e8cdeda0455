"""What server tools say: closed as a request sends it back, tolerant as a reply brings it."""

from typing import Annotated, Literal, TypeAlias, get_args

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticKnownError

from mockclaude.wire.betas import SERVER_TOOLS
from mockclaude.wire.content import Cacheable, CallerParam, DocumentBlockParam, ToolReferenceBlockParam
from mockclaude.wire.tolerant import ChosenBy, Closed, JsonObject, Omittable, Tolerant, betas_of

ServerToolName: TypeAlias = Literal[
    "web_search", "web_fetch", "code_execution", "bash_code_execution", "text_editor_code_execution",
    "tool_search_tool_regex", "tool_search_tool_bm25", "advisor",
]  # fmt: skip


def _refuse_locked(name: ServerToolName, info: ValidationInfo) -> ServerToolName:
    locked = {tool for tool, by in SERVER_TOOLS.items() if by.isdisjoint(betas_of(info))}
    if name in locked:
        known = (repr(tool) for tool in get_args(ServerToolName) if tool not in locked)
        raise PydanticKnownError("literal_error", {"expected": ", ".join(known)})
    return name


class ServerToolUseBlockParam(Cacheable):
    """A call of a server tool in an earlier reply."""

    type: Literal["server_tool_use"]
    id: Annotated[str, Field(pattern=r"^srvtoolu_[a-zA-Z0-9_]+$")]
    name: Annotated[ServerToolName, AfterValidator(_refuse_locked)]
    input: JsonObject
    caller: Omittable[CallerParam] = None


class _Result(Cacheable):
    tool_use_id: str


class WebSearchResultParam(Closed):
    """A page that web search found."""

    type: Literal["web_search_result"]
    encrypted_content: str
    title: str
    url: str
    page_age: str | None = None


class WebSearchErrorParam(Closed):
    """Why web search failed."""

    type: Literal["web_search_tool_result_error"]
    error_code: Literal[
        "invalid_tool_input", "unavailable", "max_uses_exceeded", "too_many_requests", "query_too_long",
        "request_too_large",
    ]  # fmt: skip


class WebSearchToolResultBlockParam(_Result):
    """What web search said in an earlier reply."""

    type: Literal["web_search_tool_result"]
    content: list[WebSearchResultParam] | WebSearchErrorParam
    caller: Omittable[CallerParam] = None


class WebFetchResultParam(Closed):
    """A fetched page."""

    type: Literal["web_fetch_result"]
    url: str
    content: DocumentBlockParam
    retrieved_at: str | None = None


class WebFetchErrorParam(Closed):
    """Why a page was not fetched."""

    type: Literal["web_fetch_tool_result_error"]
    error_code: Literal[
        "invalid_tool_input", "url_too_long", "url_not_allowed", "url_not_in_prior_context", "url_not_accessible",
        "unsupported_content_type", "too_many_requests", "max_uses_exceeded", "unavailable", "content_too_large",
    ]  # fmt: skip


class WebFetchToolResultBlockParam(_Result):
    """What web fetch said in an earlier reply."""

    type: Literal["web_fetch_tool_result"]
    content: Annotated[WebFetchResultParam | WebFetchErrorParam, ChosenBy("type")]
    caller: Omittable[CallerParam] = None


ExecutionFault: TypeAlias = Literal["invalid_tool_input", "unavailable", "too_many_requests", "execution_time_exceeded"]


class CodeExecutionOutputParam(Closed):
    """A file that code wrote."""

    type: Literal["code_execution_output"]
    file_id: str


class CodeExecutionResultParam(Closed):
    """What code printed."""

    type: Literal["code_execution_result"]
    content: list[CodeExecutionOutputParam]
    return_code: int
    stdout: str
    stderr: str
    abort_reason: str | None = None
    """Sent back with a reply's block and accepted as `null` (recordings 2026-04)."""


class EncryptedCodeExecutionResultParam(Closed):
    """What code printed, for the API alone to read."""

    type: Literal["encrypted_code_execution_result"]
    content: list[CodeExecutionOutputParam]
    return_code: int
    encrypted_stdout: str
    stderr: str
    abort_reason: str | None = None


class CodeExecutionErrorParam(Closed):
    """Why code did not run."""

    type: Literal["code_execution_tool_result_error"]
    error_code: ExecutionFault


class CodeExecutionToolResultBlockParam(_Result):
    """What the code sandbox said in an earlier reply."""

    type: Literal["code_execution_tool_result"]
    content: Annotated[
        CodeExecutionResultParam | EncryptedCodeExecutionResultParam | CodeExecutionErrorParam, ChosenBy("type")
    ]


class BashOutputParam(Closed):
    """A file that a command wrote."""

    type: Literal["bash_code_execution_output"]
    file_id: str


class BashResultParam(Closed):
    """What a command printed."""

    type: Literal["bash_code_execution_result"]
    content: list[BashOutputParam]
    return_code: int
    stdout: str
    stderr: str


class BashErrorParam(Closed):
    """Why a command did not run."""

    type: Literal["bash_code_execution_tool_result_error"]
    error_code: ExecutionFault | Literal["output_file_too_large"]


class BashToolResultBlockParam(_Result):
    """What the sandbox's shell said in an earlier reply."""

    type: Literal["bash_code_execution_tool_result"]
    content: Annotated[BashResultParam | BashErrorParam, ChosenBy("type")]


class EditorViewResultParam(Closed):
    """A file's content."""

    type: Literal["text_editor_code_execution_view_result"]
    content: str
    file_type: Literal["text", "image", "pdf"]
    num_lines: int | None = None
    start_line: int | None = None
    total_lines: int | None = None


class EditorCreateResultParam(Closed):
    """A file was written."""

    type: Literal["text_editor_code_execution_create_result"]
    is_file_update: bool


class EditorReplaceResultParam(Closed):
    """A text was replaced."""

    type: Literal["text_editor_code_execution_str_replace_result"]
    lines: list[str] | None = None
    new_lines: int | None = None
    new_start: int | None = None
    old_lines: int | None = None
    old_start: int | None = None


class EditorErrorParam(Closed):
    """Why a file was not edited."""

    type: Literal["text_editor_code_execution_tool_result_error"]
    error_code: ExecutionFault | Literal["file_not_found"]
    error_message: str | None = None


class EditorToolResultBlockParam(_Result):
    """What the sandbox's file editor said in an earlier reply."""

    type: Literal["text_editor_code_execution_tool_result"]
    content: Annotated[
        EditorViewResultParam | EditorCreateResultParam | EditorReplaceResultParam | EditorErrorParam, ChosenBy("type")
    ]


class ToolSearchResultParam(Closed):
    """The tools a search found."""

    type: Literal["tool_search_tool_search_result"]
    tool_references: list[ToolReferenceBlockParam]


class ToolSearchErrorParam(Closed):
    """Why a search among tools failed."""

    type: Literal["tool_search_tool_result_error"]
    error_code: ExecutionFault
    error_message: str | None = None


class ToolSearchToolResultBlockParam(_Result):
    """What a search among tools said in an earlier reply."""

    type: Literal["tool_search_tool_result"]
    content: Annotated[ToolSearchResultParam | ToolSearchErrorParam, ChosenBy("type")]


class ContainerUploadBlockParam(Cacheable):
    """A file put into the sandbox."""

    type: Literal["container_upload"]
    file_id: str


class Caller(Tolerant):
    """Who called a tool: the model itself, or code it runs."""

    type: str
    tool_id: str | None = None


class WebSearchResult(Tolerant):
    """A page that web search found."""

    type: Literal["web_search_result"]
    title: str
    url: str
    encrypted_content: str
    page_age: str | None = None


class WebFetchResult(Tolerant):
    """A fetched page as a document block."""

    type: Literal["web_fetch_result"]
    url: str
    retrieved_at: str | None = None
    content: JsonObject


class ExecutionOutput(Tolerant):
    """A file that code or a command wrote."""

    type: str
    file_id: str


class ExecutionResult(Tolerant):
    """What code or a command printed."""

    type: Literal["code_execution_result", "encrypted_code_execution_result", "bash_code_execution_result"]
    content: list[ExecutionOutput]
    return_code: int
    stdout: str | None = None
    stderr: str
    encrypted_stdout: str | None = None


class EditorViewResult(Tolerant):
    """A file's content."""

    type: Literal["text_editor_code_execution_view_result"]
    content: str
    file_type: str
    num_lines: int | None = None
    start_line: int | None = None
    total_lines: int | None = None


class EditorCreateResult(Tolerant):
    """A file was written."""

    type: Literal["text_editor_code_execution_create_result"]
    is_file_update: bool


class EditorReplaceResult(Tolerant):
    """A text was replaced."""

    type: Literal["text_editor_code_execution_str_replace_result"]
    lines: list[str] | None = None
    new_lines: int | None = None
    new_start: int | None = None
    old_lines: int | None = None
    old_start: int | None = None


class ToolReference(Tolerant):
    """A tool that a search found."""

    type: Literal["tool_reference"]
    tool_name: str


class ToolSearchResult(Tolerant):
    """The tools a search found."""

    type: Literal["tool_search_tool_search_result"]
    tool_references: list[ToolReference]


class ServerToolError(Tolerant):
    """Why a server tool failed; the reply itself did not."""

    type: Literal[
        "web_search_tool_result_error",
        "web_fetch_tool_result_error",
        "code_execution_tool_result_error",
        "bash_code_execution_tool_result_error",
        "text_editor_code_execution_tool_result_error",
        "tool_search_tool_result_error",
    ]
    error_code: str
    error_message: str | None = None


class OtherResult(Tolerant):
    """A server tool's result of a type not modelled here."""

    type: str


ServerToolResult: TypeAlias = Annotated[
    WebSearchResult
    | WebFetchResult
    | ExecutionResult
    | EditorViewResult
    | EditorCreateResult
    | EditorReplaceResult
    | ToolSearchResult
    | ServerToolError
    | OtherResult,
    ChosenBy("type"),
]


class ServerToolResultBlock(Tolerant):
    """What a server tool said; web search says a list."""

    type: Literal[
        "web_search_tool_result",
        "web_fetch_tool_result",
        "code_execution_tool_result",
        "bash_code_execution_tool_result",
        "text_editor_code_execution_tool_result",
        "tool_search_tool_result",
    ]
    tool_use_id: str
    content: ServerToolResult | list[ServerToolResult]
    caller: Caller | None = None
