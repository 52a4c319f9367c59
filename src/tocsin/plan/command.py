"""The tables of command: headquarters, the links by which orders go down and reports come back."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tocsin.plan.duration import Duration
from tocsin.plan.tables import Medium, Minutes, Name, Positive, Share, Sourced, Table, Window

__all__ = ["Headquarters", "Link", "Reports"]


class Link(Sourced):
    """How orders come from the superior, and acknowledgements and reports go back to it."""

    medium: Medium = Field(default="radio", description="What it is; the log's `channel`.")
    delay: Duration | None = Field(default=None, description="From sent to received, either way; absent = none.")
    loss: Share = Field(default=0.0, description="Share of the messages that are lost, either way.")
    cuts: tuple[Window, ...] = Field(default=(), alias="cut", description="When nothing sent over it arrives.")
    acknowledge: Duration | None = Field(default=None, description="From received to the acknowledgement being sent.")
    again_after_min: Annotated[float, Field(ge=0.1, le=10_080)] | None = Field(
        default=None, description="An order not acknowledged so long after it was sent is sent again; absent = never."
    )
    tries: Annotated[int, Field(ge=1, le=1_000)] = Field(
        default=1, description="How often it is sent over the link, the first time included."
    )
    courier: Duration | None = Field(
        default=None,
        description="After the last try a courier takes so long; absent = none is sent, and the order may be lost.",
    )


class Reports(Table):
    """How a unit or headquarters reports its strength to its superior."""

    every_min: Annotated[float, Field(ge=1, le=10_080)] = Field(description="From one report to the next.")
    first_min: Minutes = Field(default=0.0, description="Minutes from receiving the order to the first report.")
    takes: Duration | None = Field(default=None, description="From counting to the report being sent; absent = none.")


class Headquarters(Sourced):
    """A headquarters: it receives an order, works, and sends orders to those under it one after the other."""

    name: Name = Field(description="Name.")
    under: Name | None = Field(
        default=None, description="Its superior; absent = it gets its order from the authority, at the alert."
    )
    link: Link | None = Field(default=None, description="The link to its superior; absent = at once and never lost.")
    work: Duration | None = Field(default=None, description="From its order to the first of its own; absent = none.")
    sending: Duration | None = Field(default=None, description="How long sending one order takes; absent = none.")
    senders: Positive = Field(default=1, description="How many orders it can send at a time.")
    reports: Reports | None = Field(default=None, description="Absent = it reports nothing to its superior.")
