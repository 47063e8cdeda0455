from mockclaude.call import Call as Call
from mockclaude.calls import Calls as Calls
from mockclaude.calls import NoCallError as NoCallError
from mockclaude.calls import RecordedCall as RecordedCall
from mockclaude.clock import FixedClock as FixedClock
from mockclaude.engine.match import after_tool as after_tool
from mockclaude.engine.match import any_call as any_call
from mockclaude.engine.match import header as header
from mockclaude.engine.match import images as images
from mockclaude.engine.match import model as model
from mockclaude.engine.match import offers as offers
from mockclaude.engine.match import paused as paused
from mockclaude.engine.match import regex as regex
from mockclaude.engine.match import streaming as streaming
from mockclaude.engine.match import system as system
from mockclaude.engine.match import text as text
from mockclaude.engine.match import tool_result as tool_result
from mockclaude.engine.match import turns as turns
from mockclaude.engine.match import where as where
from mockclaude.engine.matcher import Matcher as Matcher
from mockclaude.engine.reply import Pace as Pace
from mockclaude.engine.reply import Reply as Reply
from mockclaude.engine.say import context_window_exceeded as context_window_exceeded
from mockclaude.engine.say import max_tokens as max_tokens
from mockclaude.engine.say import message as message
from mockclaude.engine.say import pause_turn as pause_turn
from mockclaude.engine.say import redacted_thinking as redacted_thinking
from mockclaude.engine.say import refusal as refusal
from mockclaude.engine.say import server_tool_result as server_tool_result
from mockclaude.engine.say import server_tool_use as server_tool_use
from mockclaude.engine.say import stop_sequence as stop_sequence
from mockclaude.engine.say import thinking as thinking
from mockclaude.engine.say import tool_use as tool_use
from mockclaude.engine.say_cited import char_location as char_location
from mockclaude.engine.say_cited import cited as cited
from mockclaude.engine.say_cited import content_block_location as content_block_location
from mockclaude.engine.say_cited import page_location as page_location
from mockclaude.engine.say_cited import search_result_location as search_result_location
from mockclaude.engine.say_cited import web_search_result_location as web_search_result_location
from mockclaude.engine.say_error import api_error as api_error
from mockclaude.engine.say_error import error as error
from mockclaude.engine.say_error import overloaded as overloaded
from mockclaude.engine.say_error import rate_limited as rate_limited
from mockclaude.engine.say_tools import bash_code_execution as bash_code_execution
from mockclaude.engine.say_tools import code_execution as code_execution
from mockclaude.engine.say_tools import compaction as compaction
from mockclaude.engine.say_tools import fallback as fallback
from mockclaude.engine.say_tools import tool_search as tool_search
from mockclaude.engine.say_tools import web_fetch as web_fetch
from mockclaude.engine.say_tools import web_page as web_page
from mockclaude.engine.say_tools import web_search as web_search
from mockclaude.engine.tape import Tape as Tape
from mockclaude.errors import CassetteError as CassetteError
from mockclaude.errors import MockClaudeError as MockClaudeError
from mockclaude.errors import NoRecordingError as NoRecordingError
from mockclaude.errors import NoReplyError as NoReplyError
from mockclaude.errors import ScriptError as ScriptError
from mockclaude.errors import ServerError as ServerError
from mockclaude.errors import SettingsError as SettingsError
from mockclaude.handle import MockWorkspace as MockWorkspace
from mockclaude.mock import MockClaude as MockClaude
from mockclaude.mock_server import MockServer as MockServer
from mockclaude.record.cassette import Cassette as Cassette
from mockclaude.record.recorder import Recorder as Recorder
from mockclaude.record.redaction import Redaction as Redaction
from mockclaude.remote import RemoteMock as RemoteMock
from mockclaude.settings import Limits as Limits
from mockclaude.settings import Settings as Settings
from mockclaude.usage import Usage as Usage
from mockclaude.wire.error import APIError as APIError

__version__: str
__all__ = [
    "APIError",
    "Call",
    "Calls",
    "Cassette",
    "CassetteError",
    "FixedClock",
    "Limits",
    "Matcher",
    "MockClaude",
    "MockClaudeError",
    "MockServer",
    "MockWorkspace",
    "NoCallError",
    "NoRecordingError",
    "NoReplyError",
    "Pace",
    "RecordedCall",
    "Recorder",
    "Redaction",
    "RemoteMock",
    "Reply",
    "ScriptError",
    "ServerError",
    "Settings",
    "SettingsError",
    "Tape",
    "Usage",
    "__version__",
    "after_tool",
    "any_call",
    "api_error",
    "bash_code_execution",
    "char_location",
    "cited",
    "code_execution",
    "compaction",
    "content_block_location",
    "context_window_exceeded",
    "error",
    "fallback",
    "header",
    "images",
    "max_tokens",
    "message",
    "model",
    "offers",
    "overloaded",
    "page_location",
    "pause_turn",
    "paused",
    "rate_limited",
    "redacted_thinking",
    "refusal",
    "regex",
    "search_result_location",
    "server_tool_result",
    "server_tool_use",
    "stop_sequence",
    "streaming",
    "system",
    "text",
    "thinking",
    "tool_result",
    "tool_search",
    "tool_use",
    "turns",
    "web_fetch",
    "web_page",
    "web_search",
    "web_search_result_location",
    "where",
]

def __dir__() -> list[str]: ...
