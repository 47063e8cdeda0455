"""Makes the table of sentences and values that answers without a script: `python -m mockclaude.engine.canned_make`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import faker
from faker import Faker

from mockclaude.engine.canned import TABLE

SEED: Final = 4242
FILLS: Final = 8
"""How many ways of filling each template are kept."""
TRIES: Final = 6
"""Draws for each of them: values repeat, sentences must not."""
VALUES: Final = 16
"""How many values there are of each kind."""

OPENINGS: Final = """
Happy to help with that.
Here is a short answer.
Let me put it briefly.
This is what I can tell you.
There is a plain answer to that.
Here is what stands out.
In a few words, this is how it looks.
Let us go through it in order.
That can be answered quite directly.
Here is an overview.
These are the main points.
I had a look, and this is what I found.
Sure, here it is.
The short version comes first.
Here is one way to see it.
"""

TEMPLATES: Final = """
The meeting in {city} starts at {hour} on {day} and takes about {tens} minutes.
{first} wrote the first draft, and {other} checked the figures.
Most visitors come to {city} in {month} and stay for {few} days.
The {color} folder holds the notes, and everything else is in the archive.
A train to {city} leaves every {tens} minutes.
The records of {company} are kept in {city}.
The report has {tens} pages and an appendix with the raw numbers.
{first} prefers tea in the morning and long walks in the afternoon.
The library in {city} opens at {hour} and closes when the last reader leaves.
There were {few} suggestions, and the one from {first} was the simplest.
The bridge near {city} was repaired in {month}.
{first} and {other} agreed on the order of the steps.
The garden is at its best in {month}, when the {color} flowers open.
The answer from {company} came within {few} days.
Each of the {few} boxes carries a label with its contents.
The museum moved its collection from {city} to a larger building.
On {day} the market has fresh bread, cheese and fruit.
{first} counted {tens} boats in the harbour.
The second chapter explains why the old map of {city} shows {few} rivers.
Rain is expected until {day}, and after that it stays dry.
The workshop takes {few} hours, with a break in the middle.
{first} left a note on the {color} board next to the door.
The first version was ready in {month}, {few} weeks before the deadline.
A path of {few} kilometres leads from {city} to the lake.
There are offices of {company} in {city} and in {country}.
The recipe needs {few} eggs, a little salt and some patience.
{first} explained the plan to {other} on {day}.
The clock on the tower of {city} runs {few} minutes late.
In {country} the same question was settled by a vote.
The team tried {few} approaches and kept the one that was easiest to explain.
The letter from {city} arrived on {day}.
{first} keeps a list of {tens} birds seen from the window.
The concert begins at {hour}, and the doors open half an hour earlier.
The {color} line on the chart stays flat until {month} and rises after that.
Nobody in {city} remembers who planted the {few} old trees.
{other} found the missing page between two {color} envelopes.
The room seats {tens} people and has windows on both sides.
A small bakery in {city} sells out before {hour}.
It took {first} {few} attempts to open the lock.
The summary fits on one page, and the details follow in {few} tables.
"""

CLOSINGS: Final = """
Tell me if you would like more detail.
That should be enough to get started.
Everything else can wait until it is needed.
I hope this helps.
Ask again if something is missing.
The rest follows from there.
This is the part that matters most.
With that, the question is settled.
Let me know how it goes.
There is nothing more to it.
It is worth a second look later.
That is all there is to say for now.
"""

THOUGHTS: Final = """
The question is clear, so a short and direct answer will do.
I should look at what is asked first and then answer in plain words.
There is enough in the message to answer without asking back.
A few sentences are better here than a long list.
The order of the points matters, so I will start with the main one.
I will keep to the facts that are given and not add any.
Two readings are possible, and the simpler one is more likely.
First the answer, then the reason for it, then nothing more.
Nothing here needs a tool, so I can answer right away.
The tone of the message is friendly, and the answer should be as well.
Let me check what was said before and carry on from there.
It helps to name the result first and the details after it.
"""

KINDS: Final[Mapping[str, Callable[[Faker], str]]] = {
    "address": lambda fake: f"{fake.building_number()} {fake.street_name()}, {fake.city()}",
    "city": lambda fake: str(fake.city()),
    "color": lambda fake: str(fake.safe_color_name()),
    "company": lambda fake: str(fake.company()),
    "country": lambda fake: str(fake.country()),
    "currency": lambda fake: str(fake.random_element(("CHF", "EUR", "GBP", "JPY", "SEK", "USD"))),
    "email": lambda fake: f"{fake.user_name()}@example.com",
    "first_name": lambda fake: str(fake.first_name()),
    "language": lambda fake: str(fake.language_name()),
    "last_name": lambda fake: str(fake.last_name()),
    "name": lambda fake: f"{fake.first_name()} {fake.last_name()}",
    "phone": lambda fake: str(fake.numerify("+1-202-555-01##")),
    "postcode": lambda fake: str(fake.postcode()),
    "street": lambda fake: str(fake.street_name()),
    "url": lambda fake: f"https://example.com/{fake.slug(fake.first_name())}",
    "user": lambda fake: str(fake.user_name()),
}
"""Values by kind of field; addresses on the net and phone numbers are from the ranges reserved for examples."""


DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
"""Faker picks both from dates around today, so its own would not repeat."""


def filled(fake: Faker) -> Iterator[str]:
    """Every template, filled in as many different ways as `FILLS` says, or as there are."""
    for template in _lines(TEMPLATES):
        drawn = dict.fromkeys([_filled(template, fake) for _ in range(FILLS * TRIES)])
        yield from list(drawn)[:FILLS]


def _filled(template: str, fake: Faker) -> str:
    return template.format(
        city=fake.city(),
        color=fake.safe_color_name(),
        company=fake.company(),
        country=fake.country(),
        day=fake.random_element(DAYS),
        few=fake.random_element(("two", "three", "four", "five", "six", "seven", "nine", "twelve")),
        first=fake.first_name_female(),
        hour=fake.random_element(("eight", "nine", "ten", "noon", "half past two", "four", "seven")),
        month=fake.random_element(MONTHS),
        other=fake.first_name_male(),
        tens=fake.random_element(("ten", "fifteen", "twenty", "thirty", "forty", "ninety")),
    )


def made() -> str:
    """The text of the table."""
    fake = Faker("en_US")
    fake.seed_instance(SEED)
    sections = {
        "opening": _lines(OPENINGS),
        "body": list(filled(fake)),
        "closing": _lines(CLOSINGS),
        "thinking": _lines(THOUGHTS),
    } | {kind: [make(fake) for _ in range(VALUES)] for kind, make in KINDS.items()}
    title = f"# Made by `python -m mockclaude.engine.canned_make` with Faker {faker.VERSION}; change that, not this.\n"
    return title + "".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in sections.items())


def _lines(text: str) -> list[str]:
    return text.strip().splitlines()


if __name__ == "__main__":
    TABLE.write_text(made(), encoding="utf-8")
