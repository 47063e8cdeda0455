"""The tools a request may declare, and how the model must choose among them."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from mockclaude.wire.betas import TOOLS
from mockclaude.wire.content import Cacheable, CacheControlParam, CitationsConfigParam
from mockclaude.wire.tolerant import ChosenBy, Closed, JsonObject, Omittable, Tolerant

ToolCaller: TypeAlias = Literal[
    "direct", "code_execution_20250825", "code_execution_20260120", "code_execution_20260521"
]
ComputerMember: TypeAlias = Literal[
    "cursor_position", "double_click", "hold_key", "key", "left_click", "left_click_drag", "left_mouse_down",
    "left_mouse_up", "middle_click", "mouse_move", "right_click", "screenshot", "scroll", "triple_click", "type",
    "wait", "zoom",
]  # fmt: skip
BrowserMember: TypeAlias = Literal[
    "close_tab", "double_click", "file_upload", "find", "form_input", "get_page_text", "hold_key", "hover",
    "javascript_exec", "key", "left_click", "left_click_drag", "left_mouse_down", "left_mouse_up", "list_tabs",
    "middle_click", "mouse_move", "navigate", "new_tab", "read_console", "read_network", "read_page", "right_click",
    "screenshot", "scroll", "scroll_to", "switch_tab", "triple_click", "type", "wait", "zoom",
]  # fmt: skip


class _Tool(Cacheable):
    allowed_callers: Omittable[list[ToolCaller]] = None
    defer_loading: bool = False
    strict: bool = False


class _ClientTool(_Tool):
    input_examples: Omittable[list[JsonObject]] = None


class InputSchema(Tolerant):
    """The JSON Schema of a tool's input."""

    type: Literal["object"]


class CustomToolParam(_ClientTool):
    """A tool of the caller's own."""

    type: Literal["custom"] | None = None
    name: Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[a-zA-Z0-9_-]{1,128}$")]
    input_schema: InputSchema
    description: Omittable[str] = None
    eager_input_streaming: bool | None = None


class BashToolParam(_ClientTool):
    """The shell the model was trained on."""

    type: Literal["bash_20250124"]
    name: Literal["bash"]


class TextEditor20250124Param(_ClientTool):
    """The file editor under its first name."""

    type: Literal["text_editor_20250124"]
    name: Literal["str_replace_editor"]


class TextEditor20250429Param(_ClientTool):
    """The file editor without undo."""

    type: Literal["text_editor_20250429"]
    name: Literal["str_replace_based_edit_tool"]


class TextEditor20250728Param(_ClientTool):
    """The file editor that may cut long files."""

    type: Literal["text_editor_20250728"]
    name: Literal["str_replace_based_edit_tool"]
    max_characters: int | None = None


class MemoryToolParam(_ClientTool):
    """The model's notes, kept by the caller."""

    type: Literal["memory_20250818"]
    name: Literal["memory"]


class CodeExecutionToolParam(_Tool):
    """A sandbox in which the API runs code."""

    type: Literal[
        "code_execution_20250522", "code_execution_20250825", "code_execution_20260120", "code_execution_20260521"
    ]
    name: Literal["code_execution"]


class _WebTool(_Tool):
    allowed_domains: list[str] | None = None
    blocked_domains: list[str] | None = None
    max_uses: int | None = None


class UserLocationParam(Closed):
    """Where the user roughly is, so that results fit."""

    type: Literal["approximate"]
    city: str | None = None
    country: str | None = None
    region: str | None = None
    timezone: str | None = None


class _WebSearch(_WebTool):
    name: Literal["web_search"]
    user_location: UserLocationParam | None = None


class WebSearchToolParam(_WebSearch):
    """Search on the web."""

    type: Literal["web_search_20250305", "web_search_20260209"]


class WebSearch20260318Param(_WebSearch):
    """Search on the web whose results may stay out of the reply."""

    type: Literal["web_search_20260318"]
    response_inclusion: Literal["full", "excluded"] = "full"


class UrlSourceToolParam(Closed):
    """A tool whose results count."""

    type: Literal["tool_reference"]
    name: str


class AnyUrlSourceParam(Closed):
    """All texts of a kind count, or none."""

    type: Literal["all", "none"]


class SomeUrlSourceParam(Closed):
    """Only the results of these tools count, or all except theirs."""

    type: Literal["only", "except"]
    tools: list[UrlSourceToolParam]


UrlSourceParam: TypeAlias = Annotated[AnyUrlSourceParam | SomeUrlSourceParam, ChosenBy("type")]


class UrlSourcesParam(Closed):
    """Which texts may name the pages that are fetched."""

    client_tool_results: Omittable[UrlSourceParam] = None
    server_tool_results: Omittable[UrlSourceParam] = None
    user_input: Omittable[AnyUrlSourceParam] = None


class _WebFetch(_WebTool):
    name: Literal["web_fetch"]
    citations: CitationsConfigParam | None = None
    max_content_tokens: int | None = None
    url_sources: UrlSourcesParam | None = None


class WebFetchToolParam(_WebFetch):
    """Fetch pages."""

    type: Literal["web_fetch_20250910", "web_fetch_20260209"]


class WebFetch20260309Param(_WebFetch):
    """Fetch pages, from a cache if wanted."""

    type: Literal["web_fetch_20260309"]
    use_cache: bool = True


class WebFetch20260318Param(_WebFetch):
    """Fetch pages that may stay out of the reply."""

    type: Literal["web_fetch_20260318"]
    use_cache: bool = True
    response_inclusion: Literal["full", "excluded"] = "full"


class Bm25ToolSearchParam(_Tool):
    """Search among deferred tools by words."""

    type: Literal["tool_search_tool_bm25", "tool_search_tool_bm25_20251119"]
    name: Literal["tool_search_tool_bm25"]


class RegexToolSearchParam(_Tool):
    """Search among deferred tools by pattern."""

    type: Literal["tool_search_tool_regex", "tool_search_tool_regex_20251119"]
    name: Literal["tool_search_tool_regex"]


class ToolsetMemberParam(Closed):
    """Whether and when one member of a toolset is offered."""

    defer_loading: bool | None = None
    enabled: bool | None = None


class ComputerToolsetParam(Cacheable):
    """Screen, mouse and keyboard."""

    type: Literal["computer_toolset_20260801"]
    configs: dict[ComputerMember, ToolsetMemberParam | None] | None = None


class BrowserToolsetParam(Cacheable):
    """A browser."""

    type: Literal["browser_toolset_20260801"]
    configs: dict[BrowserMember, ToolsetMemberParam | None] | None = None


class Bash20241022Param(_ClientTool):
    """The shell of the first computer use."""

    type: Literal["bash_20241022"]
    name: Literal["bash"]


class TextEditor20241022Param(_ClientTool):
    """The file editor of the first computer use."""

    type: Literal["text_editor_20241022"]
    name: Literal["str_replace_editor"]


class ComputerToolParam(_ClientTool):
    """A screen of some size, with mouse and keyboard."""

    type: Literal["computer_20241022", "computer_20250124"]
    name: Literal["computer"]
    display_width_px: int
    display_height_px: int
    display_number: int | None = None


class Computer20251124Param(_ClientTool):
    """A screen of some size that may be enlarged."""

    type: Literal["computer_20251124"]
    name: Literal["computer"]
    display_width_px: int
    display_height_px: int
    display_number: int | None = None
    enable_zoom: bool = False


class AdvisorToolParam(_Tool):
    """Another model that may be asked."""

    type: Literal["advisor_20260301"]
    name: Literal["advisor"]
    model: str
    caching: CacheControlParam | None = None
    max_tokens: int | None = None
    max_uses: int | None = None


class McpToolParam(Closed):
    """A tool as an MCP server lists it."""

    name: str
    description: str | None = None
    input_schema: JsonObject


class McpToolConfigParam(Closed):
    """Whether and when a tool of an MCP server is offered."""

    defer_loading: bool = False
    enabled: bool = True


class McpToolsetParam(Cacheable):
    """The tools of an MCP server."""

    type: Literal["mcp_toolset"]
    mcp_server_name: str
    default_config: Omittable[McpToolConfigParam] = None
    configs: dict[str, McpToolConfigParam] | None = None
    tools: list[McpToolParam] | None = None


ToolParam: TypeAlias = Annotated[
    CustomToolParam
    | BashToolParam
    | TextEditor20250124Param
    | TextEditor20250429Param
    | TextEditor20250728Param
    | MemoryToolParam
    | CodeExecutionToolParam
    | WebSearchToolParam
    | WebSearch20260318Param
    | WebFetchToolParam
    | WebFetch20260309Param
    | WebFetch20260318Param
    | Bm25ToolSearchParam
    | RegexToolSearchParam
    | ComputerToolsetParam
    | BrowserToolsetParam
    | Bash20241022Param
    | TextEditor20241022Param
    | ComputerToolParam
    | Computer20251124Param
    | AdvisorToolParam
    | McpToolsetParam,
    ChosenBy("type", unlocks=TOOLS),
]


class ToolChoiceAutoParam(Closed):
    """The model decides."""

    type: Literal["auto"]
    disable_parallel_tool_use: bool = False


class ToolChoiceAnyParam(Closed):
    """The model must use some tool."""

    type: Literal["any"]
    disable_parallel_tool_use: bool = False


class ToolChoiceToolParam(Closed):
    """The model must use this tool."""

    type: Literal["tool"]
    name: str
    disable_parallel_tool_use: bool = False


class ToolChoiceNoneParam(Closed):
    """The model must use no tool."""

    type: Literal["none"]


ToolChoiceParam: TypeAlias = Annotated[
    ToolChoiceAutoParam | ToolChoiceAnyParam | ToolChoiceToolParam | ToolChoiceNoneParam, ChosenBy("type")
]
