"""How wire types treat what they do not know: requests refuse it, replies and events keep it.

Both are frozen, coerce nothing, and dump exactly the keys they were given, in that order.
A union's member is chosen by one key of the value and by nothing else (`ChosenBy`).
"""

from collections.abc import Callable, Mapping
from types import NoneType
from typing import Annotated, Final, Self, TypeAlias, TypeVar, get_args

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    JsonValue,
    ModelWrapValidatorHandler,
    PlainSerializer,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    ValidationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
    model_serializer,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticKnownError, core_schema

_T = TypeVar("_T")

JsonObject: TypeAlias = dict[str, JsonValue]
Unlocks: TypeAlias = Mapping[str, frozenset[str]]


class _NotNull:
    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._refuse_null, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        nullable = handler(schema)
        members = [member for member in nullable["anyOf"] if member != {"type": "null"}]
        return members[0] if len(members) == 1 else {"anyOf": members}

    @staticmethod
    def _refuse_null(value: object) -> object:
        if value is None:
            raise PydanticCustomError("null_forbidden", "Input should not be null; leave the key out")
        return value


def _keep_number(value: float, handler: ValidatorFunctionWrapHandler) -> float:
    handler(value)
    return value


def _as_it_is(value: float) -> float:
    return value


Number: TypeAlias = Annotated[
    float,
    Field(allow_inf_nan=False),
    WrapValidator(_keep_number),
    PlainSerializer(_as_it_is, return_type=int | float),
]
"""A number that stays the integer it may be."""

Omittable: TypeAlias = Annotated[_T | None, _NotNull()]
"""A field that may be left out, but for which `null` is a fault of type."""

OTHER: Final = "other"
"""The tag of a value whose type no member of a union declares."""


class Faithful(BaseModel):  # noqa: PLW1641 - pydantic hashes frozen models
    """A wire object that gives back the keys it was made of; the order of keys is no part of its value."""

    model_config = ConfigDict(frozen=True, strict=True, defer_build=True, serialize_by_alias=True)

    _given: tuple[str, ...] = PrivateAttr(default=())

    @model_validator(mode="wrap")
    @classmethod
    def _remember_keys(cls, value: object, handler: ModelWrapValidatorHandler[Self]) -> Self:
        made = handler(value)
        if isinstance(value, dict):
            made._given = tuple(value)  # noqa: SLF001 - the object just made
        return made

    @model_serializer(mode="wrap")
    def _dump_given_keys(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        dumped: dict[str, object] = handler(self)
        keys = dict.fromkeys((*self._given, *(key for key in dumped if key in self.model_fields_set)))
        return {key: dumped[key] for key in keys if key in dumped}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Faithful) or type(self) is not type(other):
            return NotImplemented
        return self.__dict__ == other.__dict__ and self.__pydantic_extra__ == other.__pydantic_extra__


class Closed(Faithful):
    """An object of a request: a key it does not declare is refused."""

    model_config = ConfigDict(extra="forbid")


class Tolerant(Faithful):
    """An object of a reply: a key it does not declare is kept."""

    model_config = ConfigDict(extra="allow")

    __pydantic_extra__: dict[str, JsonValue] = Field(init=False)


def betas_of(info: ValidationInfo) -> frozenset[str]:
    """Read the betas of the request under validation: `model_validate(body, context={"betas": ...})`."""
    return frozenset((info.context or {}).get("betas", ()))


def unlocked(keys: Unlocks) -> BeforeValidator:
    """Make a field an extra key, refused as such, unless the request names a beta that unlocks it."""

    def check(value: object, info: ValidationInfo) -> object:
        if keys[info.field_name or ""].isdisjoint(betas_of(info)):
            raise PydanticKnownError("extra_forbidden")
        return value

    return BeforeValidator(check)


class OrText:
    """Let a string pass and judge all else as the other member: `Annotated[str | list[A], OrText()]`."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Build the other member's schema and put strings before it, in and out."""
        other = handler.generate_schema(next(member for member in get_args(source) if member is not str))
        return core_schema.no_info_wrap_validator_function(
            self._unless_text,
            other,
            serialization=core_schema.wrap_serializer_function_ser_schema(self._unless_text, schema=other),
        )

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Name the string beside the other member."""
        return {"anyOf": [{"type": "string"}, handler(schema)]}

    @staticmethod
    def _unless_text(value: object, handler: Callable[[object], object]) -> object:
        return value if isinstance(value, str) else handler(value)


def _tags_of(annotation: object) -> list[str | None]:
    literals = (literal for part in get_args(annotation) for literal in get_args(part) or (part,))
    return [None if literal is NoneType else literal for literal in literals] or [OTHER]


class ChosenBy:
    """Choose a union's member by one key of the value: `Annotated[A | B, ChosenBy("type")]`.

    A member for which the key may be any string takes what no other declares; one for which it may be `None` takes the
    values without the key. The tags that `unlocks` lists are known only with their beta.
    """

    def __init__(self, key: str, *, unlocks: Unlocks | None = None) -> None:
        self._key = key
        self._unlocks = unlocks
        self._known: tuple[str, ...] = ()
        self._missing: str | None = None
        self._is_open = False

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Build the tagged union from the literals that the members declare for the key."""
        choices: dict[object, CoreSchema] = {}
        for member in get_args(source):
            tags = _tags_of(member.model_fields[self._key].annotation)
            if None in tags:
                self._missing = tags[0]
            choices |= dict.fromkeys((tag for tag in tags if tag is not None), handler.generate_schema(member))
        self._known = tuple(str(tag) for tag in choices if tag != OTHER)
        self._is_open = OTHER in choices
        if not self._is_open and self._missing is None:
            union = core_schema.tagged_union_schema(choices, self._key)
        else:
            union = core_schema.tagged_union_schema(
                choices,
                self._tag_of,
                custom_error_type="union_tag_not_found",
                custom_error_context={"discriminator": repr(self._key)},
            )
        if self._unlocks is None:
            return union
        return core_schema.with_info_before_validator_function(self._refuse_locked, union)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Keep the open member, which stands last, from matching what the others declare."""
        union = handler(schema)
        if not self._is_open:
            return union
        rest = {"not": {"enum": [*self._known]}}
        *members, other = union["oneOf"]
        return {"oneOf": [*members, {"allOf": [other, {"properties": {self._key: rest}}]}]}

    def _tag_of(self, value: object) -> str | None:
        if not isinstance(value, Mapping | Faithful):
            return None
        tag = value.get(self._key) if isinstance(value, Mapping) else getattr(value, self._key, None)
        if tag is None:
            return self._missing
        return tag if tag in self._known else OTHER

    def _refuse_locked(self, value: object, info: ValidationInfo) -> object:
        unlocks = self._unlocks or {}
        tag = value.get(self._key) if isinstance(value, Mapping) else None
        if tag is None or (tag in self._known and tag not in unlocks):
            return value
        betas = betas_of(info)
        expected = sorted([known for known in self._known if known not in unlocks or unlocks[known] & betas])
        if tag in expected:
            return value
        raise PydanticKnownError(
            "union_tag_invalid",
            {"discriminator": repr(self._key), "tag": str(tag), "expected_tags": ", ".join(map(repr, expected))},
        )
