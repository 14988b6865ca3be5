"""Prints what pydantic exports of models as people write them, one JSON object a line: name, schema.

usage: pydantic_models.py, with pydantic and email-validator
"""

import datetime
import decimal
import enum
import ipaddress
import json
import typing
import uuid

import pydantic
import typing_extensions
from pydantic import BaseModel, ConfigDict, Field


class Sentiment(str, enum.Enum):
    positive = "positive"
    negative = "negative"
    mixed = "mixed"


class Priority(enum.IntEnum):
    low = 1
    high = 2


class Review(BaseModel):
    """A product review."""

    sentiment: Sentiment
    stars: int = Field(ge=1, le=5, description="Stars given")
    summary: str = Field(max_length=80)
    topics: list[typing.Literal["price", "quality", "delivery"]] = Field(default_factory=list, max_length=3)


class Address(BaseModel):
    street: str
    city: str
    postcode: str = Field(pattern=r"^\d{5}(-\d{4})?$")
    country: typing.Literal["DE", "FR", "US"] = "DE"


class Person(BaseModel):
    name: str = Field(min_length=1, max_length=40)
    born: datetime.date | None = None
    email: pydantic.EmailStr | None = None
    home: Address
    others: list[Address] = []


class Line(BaseModel):
    model_config = ConfigDict(extra="forbid")
    article: str
    count: int = Field(gt=0)
    price: decimal.Decimal = Field(ge=0, decimal_places=2)


class Invoice(BaseModel):
    model_config = ConfigDict(extra="forbid")
    number: uuid.UUID
    issued: datetime.datetime
    lines: list[Line] = Field(min_length=1, max_length=3)
    vat: float = Field(ge=0, lt=1)
    note: str | None = None


class Span(BaseModel):
    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Entity(BaseModel):
    text: str
    kind: typing.Literal["person", "place", "organisation", "other"]
    span: Span | None


class Entities(BaseModel):
    entities: list[Entity] = Field(max_length=3)


class Search(BaseModel):
    tool: typing.Literal["search"]
    query: str
    limit: int = 10


class Mail(BaseModel):
    tool: typing.Literal["mail"]
    to: list[pydantic.EmailStr] = Field(min_length=1, max_length=2)
    body: str


class Stop(BaseModel):
    tool: typing.Literal["stop"]


class Step(BaseModel):
    thought: str
    call: Search | Mail | Stop = Field(discriminator="tool")


class Citation(BaseModel):
    source: pydantic.HttpUrl
    quote: str


class Answer(BaseModel):
    answer: str
    confidence: float = Field(ge=0, le=1)
    citations: list[Citation] = []
    follow_ups: tuple[str, ...] = ()


class Node(BaseModel):
    label: str
    children: list["Node"] = []


class Ticket(BaseModel):
    id: int
    priority: Priority
    tags: list[str] = []
    opened: datetime.datetime
    due: datetime.time | None = None
    waits: datetime.timedelta | None = None
    host: ipaddress.IPv4Address | None = None
    data: dict[str, int] = {}
    extra: dict[str, typing.Any] = {}
    anything: typing.Any = None


class Tagged(BaseModel):
    tags: set[str] = set()


class Aliased(BaseModel):
    model_config = ConfigDict(populate_by_name=True)
    first_name: str = Field(alias="firstName")
    kind: typing.Literal["a", 1, True, None] = Field(alias="type")


class Measured(BaseModel):
    celsius: float = Field(gt=-273.15)
    steps: int = Field(multiple_of=5, ge=0, le=100)
    at: tuple[float, float]
    flags: tuple[bool, str, int | None]


T = typing.TypeVar("T")


class Page(BaseModel, typing.Generic[T]):
    items: list[T]
    next: str | None = None


class Box(typing_extensions.TypedDict):
    width: float
    height: typing_extensions.NotRequired[float]


@pydantic.dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Labels(pydantic.RootModel[dict[str, list[Sentiment]]]):
    pass


class Computed(BaseModel):
    a: int

    @pydantic.computed_field
    @property
    def double(self) -> int:
        return 2 * self.a


MODELS = [Review, Person, Invoice, Entities, Step, Answer, Node, Ticket, Tagged, Aliased, Measured, Page[Review], Page[Node], Box, Point, Labels, Computed]
NAMED = {model.__name__: model for model in MODELS} | {
    "list": list[Review], "dict": dict[str, Span], "union": Review | Stop, "literal": typing.Literal["yes", "no"],
    "annotated": typing.Annotated[str, Field(pattern="^[A-Z]{2}$")], "set of literals": set[typing.Literal["a", "b"]],
}

for name, model in NAMED.items():
    for mode in ("validation", "serialization"):
        print(json.dumps({"name": f"pydantic/{name}/{mode}", "schema": pydantic.TypeAdapter(model).json_schema(mode=mode)}))
