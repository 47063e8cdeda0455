"""Forms of arrays and objects: lists, records with their fields in the API's order, and unions told by `type`."""

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from mockclaude.rules.grammar import (
    EXTRA,
    MISSING,
    NOT_A_STRING,
    NOT_AN_ARRAY,
    NOT_AN_OBJECT,
    UNEXPECTED,
    UNKNOWN_TAG,
    Context,
    Flaw,
    Form,
    quoted,
    under,
)
from mockclaude.wire.body import Json, JsonObject

MOST: Final = 100
"""So many faults of one array are reported; the API itself reports one, and a body may hold millions."""

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
UNFORMED: Final[Mapping[str, Form]] = MappingProxyType({})
UNGATED: Final[Mapping[str, frozenset[str]]] = MappingProxyType({})


def text_or(form: Form) -> Form:
    """A string, or the form; faults speak of the form only, as the API does."""

    def check(value: Json, context: Context) -> list[Flaw] | None:
        return None if type(value) is str else form.check(value, context)

    return Form(check, exact=str)


def object_or(other: Form, form: Form) -> Form:
    """An object of a form; anything else is judged as the other form."""

    def check(value: Json, context: Context) -> list[Flaw] | None:
        return form.check(value, context) if type(value) is dict else other.check(value, context)

    return Form(check)


def labelled(label: str, form: Form) -> Form:
    """The form, which as a member of a union has a name in paths."""

    def check(value: Json, context: Context) -> list[Flaw] | None:
        flaws = form.check(value, context)
        return None if flaws is None else under(flaws, label)

    return Form(check)


def deferred(build: Callable[[], Form]) -> Form:
    """A form that is built when a value is first judged by it, for parts that few requests have."""
    built = cache(build)

    def check(value: Json, context: Context) -> list[Flaw] | None:
        return built().check(value, context)

    return Form(check)


def by_name(item: Form) -> Form:
    """An object that has values of the form under any names."""

    def check(value: Json, context: Context) -> list[Flaw] | None:
        if type(value) is not dict:
            return [Flaw(NOT_AN_OBJECT)]
        found: list[Flaw] = []
        for name, entry in value.items():
            found += under(item.check(entry, context) or (), name)
        return found or None

    return Form(check)


def array(item: Form) -> Form:
    """A list of which every item has the form."""
    exact, test = item.exact, item.check

    def check(value: Json, context: Context) -> list[Flaw] | None:
        if type(value) is not list:
            return [Flaw(NOT_AN_ARRAY)]
        found: list[Flaw] | None = None
        for index, entry in enumerate(value):
            if type(entry) is exact:
                continue
            flaws = test(entry, context)
            if flaws is not None:
                found = [] if found is None else found
                found.extend(under(flaws, index))
                if len(found) >= MOST:
                    break
        return found

    return Form(check)


def _stray(fields: Mapping[str, Form], removed: Mapping[str, str]) -> Callable[[str, Json, Context], list[Flaw] | None]:
    """Judges the keys that a record does not have, or has only with a beta."""
    locked = {name: form for name, form in fields.items() if form.unlocks is not None}

    def check(name: str, value: Json, context: Context) -> list[Flaw] | None:
        if name in removed:
            return [Flaw(removed[name])]
        form = locked.get(name)
        if form is None:
            return None if context.is_open else [Flaw(EXTRA)]
        if context.is_open or not context.betas.isdisjoint(form.unlocks or ()):
            return form.check(value, context)
        return [Flaw(EXTRA)]

    return check


def _arranged(found: Mapping[str, list[Flaw]], fields: Mapping[str, Form]) -> list[Flaw]:
    """The flaws of the fields in their order, then those of unknown keys in the order of the body."""
    strays = {name for name, flaws in found.items() if name not in fields or flaws == [Flaw(EXTRA)]}
    order = [
        *[name for name in fields if name in found and name not in strays],
        *[name for name in found if name in strays],
    ]
    return [flaw for name in order for flaw in under(found[name], name)]


def record(
    fields: Mapping[str, Form],
    *,
    otherwise: str = UNEXPECTED,
    is_closed: bool = True,
    removed: Mapping[str, str] = NOTHING,
) -> Form:
    """An object with these fields.

    `otherwise` is the offence of a value that is no object; a record that is not closed takes any other key;
    `removed` names keys that offend another rule than unknown ones.
    """
    exact = {name: form.exact for name, form in fields.items() if form.exact is not None and form.unlocks is None}
    checks = {name: form.check for name, form in fields.items() if form.unlocks is None}
    required = tuple([name for name, form in fields.items() if form.is_needed])
    stray = _stray(fields, removed) if is_closed else _anything

    def check(value: Json, context: Context) -> list[Flaw] | None:
        if type(value) is not dict:
            return [Flaw(otherwise)]
        found: dict[str, list[Flaw]] | None = None
        for name, item in value.items():
            if type(item) is exact.get(name):
                continue
            test = checks.get(name)
            flaws = stray(name, item, context) if test is None else test(item, context)
            if flaws is not None:
                found = found or {}
                found[name] = flaws
        for name in required:
            if name not in value:
                found = found or {}
                found[name] = [Flaw(MISSING)]
        return None if found is None else _arranged(found, fields)

    return Form(check)


def _anything(_name: str, _value: Json, _context: Context) -> None:
    return None


def union(
    members: Mapping[str, Form],
    *,
    gates: Mapping[str, frozenset[str]] = UNGATED,
    behind: Mapping[str, Form] = UNFORMED,
    untagged: str | None = None,
    is_sorted: bool = True,
) -> Form:
    """An object whose `type` chooses its form and becomes a segment of the path.

    `gates` are types that need a beta, `behind` their forms; without one their content is free. `untagged` is the
    member of objects without a type.
    """
    checks = {tag: form.check for tag, form in members.items()}
    unchosen = _unchosen(tuple(sorted(members) if is_sorted else members), gates, behind)

    def check(value: Json, context: Context) -> list[Flaw] | None:
        if type(value) is not dict:
            return [Flaw(NOT_AN_OBJECT)]
        tag = value.get("type")
        if tag is None:
            tag = untagged
        test = checks.get(tag) if type(tag) is str else None
        if test is None:
            return unchosen(value, context)
        flaws = test(value, context)
        return None if flaws is None else under(flaws, str(tag))

    return Form(check)


def _unchosen(
    tags: tuple[str, ...], gates: Mapping[str, frozenset[str]], behind: Mapping[str, Form]
) -> Callable[[JsonObject, Context], list[Flaw] | None]:
    """Judges the objects whose type chooses no member."""

    def check(value: JsonObject, context: Context) -> list[Flaw] | None:
        if "type" not in value:
            return [Flaw(MISSING, ("type",))]
        tag = value["type"]
        if type(tag) is not str:
            return [Flaw(NOT_A_STRING, ("type",))]
        if not context.betas.isdisjoint(gates.get(tag, ())):
            flaws = behind[tag].check(value, context) if tag in behind else None
            return None if flaws is None else under(flaws, tag)
        if context.is_open:
            return None
        open_ones = sorted([name for name, by in gates.items() if not context.betas.isdisjoint(by)])
        listed = sorted([*tags, *open_ones]) if open_ones else tags
        return [Flaw(UNKNOWN_TAG, facts={"tag": tag, "tags": quoted(listed)})]

    return check
