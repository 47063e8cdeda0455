"""The content blocks a request may hold, every one closed: an undeclared key is refused."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from mockclaude.wire.betas import CACHE_CONTROL_KEYS
from mockclaude.wire.tolerant import ChosenBy, Closed, JsonObject, Omittable, OrText, unlocked


class CacheControlParam(Closed):
    """A cache breakpoint."""

    type: Literal["ephemeral"]
    ttl: Literal["5m", "1h"] = "5m"
    scope: Annotated[str | None, unlocked(CACHE_CONTROL_KEYS)] = None
    evict_on_complete: Annotated[bool | None, unlocked(CACHE_CONTROL_KEYS)] = None


class Cacheable(Closed):
    """A block or tool that may carry a cache breakpoint."""

    cache_control: CacheControlParam | None = None


class _DocumentCitation(Closed):
    cited_text: str
    document_index: int
    document_title: str | None
    file_id: str | None = None  # sent back with a reply's block, where the API put it


class CharLocationParam(_DocumentCitation):
    """A citation by characters of a plain-text document."""

    type: Literal["char_location"]
    start_char_index: int
    end_char_index: int


class PageLocationParam(_DocumentCitation):
    """A citation by pages of a PDF."""

    type: Literal["page_location"]
    start_page_number: int
    end_page_number: int


class ContentBlockLocationParam(_DocumentCitation):
    """A citation by blocks of a document made of content blocks."""

    type: Literal["content_block_location"]
    start_block_index: int
    end_block_index: int


class WebSearchResultLocationParam(Closed):
    """A citation of a page found by web search."""

    type: Literal["web_search_result_location"]
    cited_text: str
    encrypted_index: str
    title: str | None
    url: str


class SearchResultLocationParam(Closed):
    """A citation of a `search_result` block."""

    type: Literal["search_result_location"]
    cited_text: str
    search_result_index: int
    source: str
    title: str | None
    start_block_index: int
    end_block_index: int


CitationParam: TypeAlias = Annotated[
    CharLocationParam
    | PageLocationParam
    | ContentBlockLocationParam
    | WebSearchResultLocationParam
    | SearchResultLocationParam,
    ChosenBy("type"),
]


class CitationsConfigParam(Closed):
    """Whether the model may cite this document or result."""

    enabled: bool = False


class TextBlockParam(Cacheable):
    """Text."""

    type: Literal["text"]
    text: str
    citations: list[CitationParam] | None = None


class Base64ImageParam(Closed):
    """An image's bytes."""

    type: Literal["base64"]
    media_type: Literal["image/jpeg", "image/png", "image/gif", "image/webp"]
    data: str


class UrlParam(Closed):
    """The address of an image or a document."""

    type: Literal["url"]
    url: str


class FileParam(Closed):
    """An image or a document uploaded before."""

    type: Literal["file"]
    file_id: str


class ImageTransformationsParam(Closed):
    """What the API does with an image beyond the model's size limit."""

    oversized_image: Literal["downsize", "error"] = "downsize"


class ImageBlockParam(Cacheable):
    """An image."""

    type: Literal["image"]
    source: Annotated[Base64ImageParam | UrlParam | FileParam, ChosenBy("type")]
    transformations: ImageTransformationsParam | None = None


class Base64PdfParam(Closed):
    """A PDF's bytes."""

    type: Literal["base64"]
    media_type: Literal["application/pdf"]
    data: str


class PlainTextParam(Closed):
    """A document of plain text."""

    type: Literal["text"]
    media_type: Literal["text/plain"]
    data: str


class ContentSourceParam(Closed):
    """A document made of content blocks."""

    type: Literal["content"]
    content: Annotated[str | list[Annotated[TextBlockParam | ImageBlockParam, ChosenBy("type")]], OrText()]


class DocumentBlockParam(Cacheable):
    """A document."""

    type: Literal["document"]
    source: Annotated[Base64PdfParam | PlainTextParam | ContentSourceParam | UrlParam | FileParam, ChosenBy("type")]
    title: str | None = None
    context: str | None = None
    citations: CitationsConfigParam | None = None


class SearchResultBlockParam(Cacheable):
    """A search result of the caller's own."""

    type: Literal["search_result"]
    source: str
    title: str
    content: list[TextBlockParam]
    citations: Omittable[CitationsConfigParam] = None


class ThinkingBlockParam(Closed):
    """Thinking of an earlier reply, with its signature."""

    type: Literal["thinking"]
    thinking: str
    signature: str


class RedactedThinkingBlockParam(Closed):
    """Thinking of an earlier reply that only the API can read."""

    type: Literal["redacted_thinking"]
    data: str


class DirectCallerParam(Closed):
    """The model itself called the tool."""

    type: Literal["direct"]


class CodeCallerParam(Closed):
    """Code that the model runs called the tool."""

    type: Literal["code_execution_20250825", "code_execution_20260120"]
    tool_id: str


CallerParam: TypeAlias = Annotated[DirectCallerParam | CodeCallerParam, ChosenBy("type")]


class ToolUseBlockParam(Cacheable):
    """A call of a client tool."""

    type: Literal["tool_use"]
    id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]+$")]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    input: JsonObject
    caller: Omittable[CallerParam] = None
    toolset_name: str | None = None


class ToolReferenceBlockParam(Cacheable):
    """A tool that a search found."""

    type: Literal["tool_reference"]
    tool_name: str


class BrowserTabParam(Closed):
    """One open tab of the caller's browser."""

    tab_id: str
    title: str
    url: str
    active: bool = False


class TabOpenedParam(Closed):
    """A tab was opened."""

    type: Literal["tab_opened"]
    tab_id: str


class DownloadStartedParam(Closed):
    """A download began."""

    type: Literal["download_started"]
    download_id: str
    url: str


class DownloadCompletedParam(Closed):
    """A download finished."""

    type: Literal["download_completed"]
    download_id: str
    url: str
    path: str | None = None
    size_bytes: int | None = None


class DownloadFailedParam(Closed):
    """A download broke off."""

    type: Literal["download_failed"]
    download_id: str
    url: str
    error: str | None = None


class BrowserStateBlockParam(Cacheable):
    """What the caller's browser shows after a tool of the browser toolset ran."""

    type: Literal["browser_state"]
    tabs: list[BrowserTabParam]
    state_changes: (
        list[
            Annotated[
                TabOpenedParam | DownloadStartedParam | DownloadCompletedParam | DownloadFailedParam, ChosenBy("type")
            ]
        ]
        | None
    ) = None


ToolResultContent: TypeAlias = Annotated[
    TextBlockParam
    | ImageBlockParam
    | SearchResultBlockParam
    | DocumentBlockParam
    | ToolReferenceBlockParam
    | BrowserStateBlockParam,
    ChosenBy("type"),
]


class ToolResultBlockParam(Cacheable):
    """The result of a client tool."""

    type: Literal["tool_result"]
    tool_use_id: Annotated[str, Field(pattern=r"^[a-zA-Z0-9_-]+$")]
    content: Omittable[Annotated[str | list[ToolResultContent], OrText()]] = None
    is_error: bool = False
    toolset_name: str | None = None
