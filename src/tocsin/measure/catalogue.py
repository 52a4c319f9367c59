"""What every number is: name, unit, denominator, definition, interval and source, in one table.

The page docs/measures.md is made from it (`catalogue_page.py`); a test fails if the page is stale or if a measure
prints a row that is not described here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["CATALOGUE", "FROM_RERUNS", "Definition", "Line"]

_RUNS: Final = "simulated runs: mean with its 95 % interval, and 5–95 % of one future call-up"
_ONE_LOG: Final = "one recorded log: bootstrap of persons by assembly point, a lower bound on uncertainty"
_BOUNDS: Final = "reported rows: bounds from all early to all late, at least to at most"
_ALL: Final = f"{_RUNS}; {_ONE_LOG}; {_BOUNDS}"
_NO_BOOTSTRAP: Final = f"{_RUNS}; {_BOUNDS}; none for one recorded log: the servers, buses and units are not a sample"
_STEP: Final = "task: who or what @ place"
_EXACT: Final = "none: it counts the log itself"


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of row of a measure.

    Attributes:
        name: As in the column `name`; `k` and `n` stand for numbers.
        unit: As in the column `unit`.
        of: The denominator, as in the column `of`.
        keys: What the column `key` may hold, besides nothing.
        meaning: What the value is.
    """

    name: str
    unit: str
    of: str
    keys: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Definition:
    """One measure.

    Attributes:
        id: Its number, as in the column `measure`.
        name: Its name.
        unit: The units of its rows.
        denominator: What its shares and times are of.
        definition: How it is computed, in sentences.
        interval: Which intervals it may carry.
        source: Where the definition is from.
        lines: The kinds of rows it prints.
    """

    id: str
    name: str
    unit: str
    denominator: str
    definition: str
    interval: str
    source: str
    lines: tuple[Line, ...]


def _lines(table: str) -> tuple[Line, ...]:
    """Read lines of name ¦ unit ¦ of ¦ keys ¦ meaning; "[50/80]" in a name stands for a line each."""
    found = []
    for row in table.strip().splitlines():
        name, unit, of, keys, meaning = (cell.strip().replace("–", "") for cell in row.split("¦"))
        before, _, rest = name.partition("[")
        shares, _, after = rest.partition("]")
        for share in shares.split("/"):
            found.append(Line(f"{before}{share}{after}", unit, of, keys, meaning.replace("[p]", share)))
    return tuple(found)


def _steps(table: str) -> tuple[Line, ...]:
    """Read the rows of C7, name ¦ meaning: the first is of the whole path, the others are its steps."""
    (name, meaning), *steps = ([cell.strip() for cell in row.split("¦")] for row in table.strip().splitlines())
    of = "the whole time"
    return (Line(name, "h", of, "task", meaning), *(Line(wait, "h", of, _STEP, what) for wait, what in steps))


_LIST: Final[tuple[Definition, ...]] = (
    Definition(
        "A1",
        "Funnel",
        "persons, share",
        "called; the step before",
        "How many were called, how many of them the summons reached by any channel, acknowledged, arrived, "
        "were released at the point (by reason), took a post (ready), or came when no post was left "
        "(surplus). A share counts in its numerator only people who are in its denominator.",
        _ALL,
        "Tocsin's own definition",
        _lines(
            """
            called ¦ persons ¦ called ¦ – ¦ people called
            delivered ¦ persons ¦ called ¦ – ¦ people whom the summons reached
            acknowledged ¦ persons ¦ called ¦ – ¦ people who acknowledged
            arrived ¦ persons ¦ called ¦ – ¦ people who came to the gate
            released ¦ persons ¦ called ¦ – ¦ people released at the point
            ready ¦ persons ¦ called ¦ – ¦ people who took a post
            surplus ¦ persons ¦ called ¦ – ¦ people for whom no post was left
            delivered of called ¦ share ¦ called ¦ – ¦ delivered / called
            acknowledged of called ¦ share ¦ called ¦ – ¦ acknowledged / called
            arrived of called ¦ share ¦ called ¦ – ¦ arrived / called
            released of called ¦ share ¦ called ¦ – ¦ released / called
            ready of called ¦ share ¦ called ¦ – ¦ ready / called
            surplus of called ¦ share ¦ called ¦ – ¦ surplus / called
            acknowledged of delivered ¦ share ¦ delivered ¦ – ¦ acknowledged / delivered
            arrived of delivered ¦ share ¦ delivered ¦ – ¦ arrived / delivered: came of reached
            arrived of acknowledged ¦ share ¦ acknowledged ¦ – ¦ arrived / acknowledged
            released of arrived ¦ share ¦ arrived ¦ reason ¦ released at the point / arrived
            ready of arrived ¦ share ¦ arrived ¦ – ¦ took a post / arrived
            surplus of arrived ¦ share ¦ arrived ¦ – ¦ no post left / arrived
            """
        ),
    ),
    Definition(
        "A2",
        "Arrival curve",
        "share",
        "called; reached",
        "F(t), the Aalen–Johansen cumulative incidence of arrival, t counted from t0, every 15 minutes up "
        "to the closing. Excused, refused, unreachable (every attempt failed, at the last one), stood down "
        "and, once an exercise is closed, absent compete with arrival; only people still on the way when an"
        " open log was cut are censored. At one instant all outcomes share one risk set and censoring comes"
        " after them. Without censoring F is exactly the share that has arrived.",
        _ALL,
        "Aalen & Johansen 1978",
        _lines(
            """
            arrived of called ¦ share ¦ called ¦ – ¦ F(t) among those called
            arrived of reached ¦ share ¦ reached ¦ – ¦ F(t) among those whom the summons reached
            outcome at the closing ¦ share ¦ called ¦ outcome ¦ share of each outcome, closed exercise
            outcome at the cut ¦ share ¦ called ¦ outcome ¦ share of each outcome so far, open log
            """
        ),
    ),
    Definition(
        "A3",
        "T50, T80, T95",
        "h",
        "called; reached",
        "inf{t : F(t) >= p} with F of A2, from the exact times; where F never gets there, no number but "
        '"not reached (max F)". Those who never come stay in the denominator.',
        _ALL,
        "Buffington & Ezekoye 10.1007/s10694-019-00870-4 (response times)",
        _lines(
            """
            T[50/80/95] of called ¦ h ¦ called ¦ – ¦ by then [p] % of those called have arrived
            T[50/80/95] of reached ¦ h ¦ reached ¦ – ¦ by then [p] % of those reached have arrived
            """
        ),
    ),
    Definition(
        "A4",
        "Unit fill",
        "h, share, persons",
        "posts of the unit",
        "G(t) = posts filled at t / posts, unit by unit; T80 of posts = inf{t : G >= 0.8}; for critical "
        "trades the slowest trade counts. A unit is formed when its row in the log says so, else when the "
        "plan's share of all posts and of each critical trade is filled. Surplus people fill no post.",
        _NO_BOOTSTRAP,
        "GAO/NSIAD-96-194 (the lowest area decides)",
        _lines(
            """
            posts filled ¦ share ¦ posts of all units ¦ – ¦ posts filled at the end / posts
            joined per post ¦ share ¦ posts of all units ¦ – ¦ joined by t / posts, every 15 minutes
            units formed ¦ share ¦ units ¦ – ¦ units formed by the end / units
            T80 of posts ¦ h ¦ posts of all units ¦ – ¦ when 80 % of them were filled
            T80 of posts ¦ h ¦ posts ¦ unit ¦ when 80 % of its posts were filled
            formed ¦ h ¦ posts ¦ unit ¦ when it was formed
            fill at the end ¦ share ¦ posts ¦ unit ¦ posts filled at the closing or cut / posts
            T80 of critical trades ¦ h ¦ posts of each critical trade ¦ unit ¦ when 80 % were filled in each
            weakest critical trade at the end ¦ share ¦ posts of each critical trade ¦ unit ¦ the worst fill
            called per post ¦ persons ¦ posts ¦ unit ¦ people called for it / posts
            """
        ),
    ),
    Definition(
        "A5",
        "On-time share",
        "share, min",
        "called; delivered; late arrivals",
        "Arrivals not later than the time of report / called, and / delivered. The time of report is that "
        "of the person's summons, else the plan's (a fixed time, or hours after delivery). Lateness is of "
        "those who came late.",
        _ALL,
        "Tocsin's own definition",
        _lines(
            """
            on time of called ¦ share ¦ called ¦ – ¦ came by the deadline / called
            on time of delivered ¦ share ¦ delivered ¦ – ¦ came by the deadline / delivered
            lateness p[50/95] ¦ min ¦ late arrivals ¦ – ¦ [p] % of the late came at most so late
            """
        ),
    ),
    Definition(
        "A7",
        "Alert chain",
        "min, share",
        "called; summoned; delivered; units ordered",
        "From the decision (t0) to the summons, from summons to delivery, from delivery to acknowledgement:"
        " quantiles of the cumulative incidence, so that those who never get there stay in. From the order "
        "to a unit to the first summons of one of its people: quantiles over units (negative: summoned "
        "before the unit had its order).",
        _ALL,
        "Tocsin's own definition",
        _lines(
            """
            decision to summons p[50/80/95] ¦ min ¦ called ¦ – ¦ [p] % get there within so long
            summons to delivery p[50/80/95] ¦ min ¦ summoned ¦ – ¦ [p] % get there within so long
            delivery to acknowledgement p[50/80/95] ¦ min ¦ delivered ¦ – ¦ [p] % get there within so long
            never delivered of summoned ¦ share ¦ summoned ¦ – ¦ no delivery by the end / summoned
            order to first summons p[50/80/95] ¦ min ¦ units ordered ¦ – ¦ [p] % get there within so long
            """
        ),
    ),
    Definition(
        "L1",
        "Wait",
        "min, share, person-h",
        "people who queued",
        "From queued to the beginning of service, station by station; whoever gives up or is sent away has "
        "waited until then. Who still waits at the end counts as waiting longest of all: a quantile among "
        'them is "at least …", one before them is an upper bound with the waits so far as its `low`; their '
        "hours so far are in the person-hours, and in the mean of the quarter in which they joined. A service that was "
        "interrupted (its server broke down, or served a higher class) is no wait; that time is told apart.",
        _ALL,
        "Tocsin's own definition",
        _lines(
            """
            wait p[50/80/95] ¦ min ¦ queued ¦ station, point ¦ [p] % waited at most so long
            share over the limit ¦ share ¦ queued ¦ station, point ¦ waited longer than the plan's limit
            person-hours waited ¦ person-h ¦ queued ¦ station, point ¦ all waits together
            mean wait by 15 min ¦ min ¦ queued in the quarter ¦ station ¦ of those who joined the queue then
            person-hours interrupted ¦ person-h ¦ interruptions ¦ station ¦ time in which begun services stood still
            """
        ),
    ),
    Definition(
        "L2",
        "Utilisation",
        "share, persons",
        "open server time",
        "Busy server time / open server time, by 15 minutes and over the whole run. Open time is that of "
        "the log's rows of opening and closing, else the plan's constant number of servers. A service that "
        "outlasts its shift is busy time without open time, so that a quarter may exceed 1. While a service is "
        "interrupted nobody is busy with it, and a broken server is not taken off the open time. Of a station that a "
        "crew serves, both are those of the crew, at all its stations. Little's check:"
        " L from the counts of who came and who went, λW from each person's own wait; they agree exactly "
        "unless the log has gaps.",
        _NO_BOOTSTRAP,
        "Little 1961",
        _lines(
            """
            utilisation ¦ share ¦ open server time ¦ station, point ¦ busy / open over the whole run
            utilisation by 15 min ¦ share ¦ open server time ¦ station ¦ busy / open in the quarter from then
            quarters above 85 % ¦ share ¦ quarters open ¦ station and point ¦ quarters so busy / open
            mean service ¦ min ¦ services that ended ¦ station ¦ service time, from beginning to end
            people waiting ¦ persons ¦ – ¦ station; @ point ¦ mean number in the queue in the quarter
            Little's check |L - λW| / L ¦ share ¦ queued ¦ station ¦ 0 unless the log has gaps
            """
        ),
    ),
    Definition(
        "L3",
        "Bottleneck",
        "share, yes = 1",
        "sojourn; stations",
        "Of the stations that are busy above 85 % in the quarters in which people wait for them while the "
        "next station is busy below 85 %, the one that holds most of the time people spend at stations; at "
        "most one, and over all points and at each point. One log cannot confirm it, and the note says so: "
        "`tocsin stress` reruns the plan with one more server there, and confirms it if 80 % of all posts are then "
        "filled sooner.",
        _NO_BOOTSTRAP,
        "Tocsin's own definition",
        _lines(
            """
            share of sojourn ¦ share ¦ sojourn at all stations ¦ station ¦ time there / time at all stations
            share of sojourn ¦ share ¦ sojourn at the point ¦ station and point ¦ time there / at the point
            bottleneck ¦ yes = 1 ¦ stations ¦ station ¦ whether it is the bottleneck
            bottleneck ¦ yes = 1 ¦ stations of the point ¦ station and point ¦ whether it is the one there
            """
        ),
    ),
    Definition(
        "L4",
        "Fill rate",
        "share, items, h",
        "asked at the first visit; asked; the time until the end",
        "Issued / asked, item by item, at a person's first visit to the station; asked is what was issued and what was "
        "short. Unserved demand is what was short and was not issued to that person later either. Out of stock is a "
        "stock that holds less than the least that anybody is handed at once: from what the plan says there was, what "
        "came in (rows of resupplied), what was lost (rows of stock_lost) and what was issued, which "
        "leaves the stock when the service begins.",
        _NO_BOOTSTRAP,
        "Tocsin's own definition",
        _lines(
            """
            fill rate ¦ share ¦ asked at the first visit ¦ item; item and point ¦ issued / asked
            unserved demand ¦ items ¦ asked ¦ item; item and point ¦ short, and never issued to that person
            time out of stock ¦ h ¦ the time until the end ¦ item; item and point ¦ with less than one person is handed
            """
        ),
    ),
    Definition(
        "L5",
        "Vehicles and load",
        "min, h, persons",
        "departures",
        "Load time = departure - first boarding of that departure; a boarding belongs to the next departure"
        " of that vehicle from that point. First and last departure count from t0. Of a point whose vehicles are "
        "its own (the plan's), available are those not away between a departure and its return, and required are "
        "as many of its largest as would take those who wait for one (from the last service, else the arrival, to "
        "the departure), at least.",
        _NO_BOOTSTRAP,
        "Tocsin's own definition",
        _lines(
            """
            load time p[50/95] ¦ min ¦ departures with people ¦ point ¦ [p] % loaded in at most so long
            first departure ¦ h ¦ departures ¦ point ¦ the first departure
            last departure ¦ h ¦ departures ¦ point ¦ the last departure
            aboard per departure ¦ persons ¦ departures ¦ point ¦ people / departures
            vehicles available ¦ vehicles ¦ vehicles ¦ – ¦ standing ready at their points, every 15 minutes
            vehicles required ¦ vehicles ¦ vehicles ¦ – ¦ to take all who wait, every 15 minutes
            short of vehicles ¦ h ¦ quarters in which people wait ¦ point ¦ quarters with fewer than required, in hours
            """
        ),
    ),
    Definition(
        "L6",
        "March table",
        "min, share, vehicles/km",
        "passings with a planned time; columns",
        "Actual - planned time (a row's `due`) at which the head of a column passed a place: mean (bias), mean of the "
        "absolute values, share of at most 5 minutes; above 0 is late. Pass time = tail - head, or of vehicles that "
        "were logged one by one, last - first. Density = (vehicles - 1) / (pass time x the plan's speed of the march).",
        _NO_BOOTSTRAP,
        "Tocsin's own definition",
        _lines(
            """
            bias ¦ min ¦ passings with a planned time ¦ place ¦ mean of actual - planned
            mean absolute error ¦ min ¦ passings with a planned time ¦ place ¦ mean of its absolute value
            within 5 min ¦ share ¦ passings with a planned time ¦ place ¦ at most 5 minutes off / with a planned time
            passed - planned ¦ min ¦ passings with a planned time ¦ column @ place ¦ of its head
            set out - planned ¦ min ¦ units with a planned time ¦ unit ¦ when the column stood ready to move
            in position - planned ¦ min ¦ units with a planned time ¦ unit ¦ when its tail was there
            pass time ¦ min ¦ columns ¦ column @ place ¦ from its head to its tail
            density ¦ vehicles/km ¦ columns ¦ column @ place ¦ vehicles on a kilometre
            """
        ),
    ),
    Definition(
        "L7",
        "Stress margin",
        "factor, h",
        "reruns",
        "The factor by which demand can grow, or a resource shrink, before a goal of the plan breaks: found by "
        "bisection over reruns on equal luck. No log holds it: `tocsin stress` finds it.",
        "the factor up to which all goals are kept for certain (the whole 95 % interval of each), and that from which "
        "on one breaks for certain",
        "Tocsin's own definition",
        _lines(
            """
            margin ¦ factor ¦ reruns ¦ resource; demand ¦ the last at which every goal is kept; below 1, what is lacking
            one more ¦ h ¦ reruns ¦ station; buses ¦ what one more does to the time of 80 % of all posts (confirms L3)
            """
        ),
    ),
    Definition(
        "C1",
        "Force-complete time",
        "h",
        "units of the task",
        "For a task that needs a set of units: the latest moment at which one of them was ready, or the k-th if k "
        'suffice; "not complete" if one that is needed never was. A unit is ready when it is formed (A4), and one '
        "that marches when it is in position.",
        _NO_BOOTSTRAP,
        "NFPA 1710/1720: the effective response force is all required units, not the first",
        _lines(
            """
            complete ¦ h ¦ units of the task ¦ task ¦ when as many were ready as the task needs
            complete ¦ h ¦ units ordered ¦ units ordered ¦ without a plan: when all that were ordered were in position
            unit k of n ¦ h ¦ units of the task ¦ task ¦ when the k-th of n was ready
            unit k of n ¦ h ¦ units ordered ¦ units ordered ¦ without a plan: when the k-th of n was in position
            """
        ),
    ),
    Definition(
        "C2",
        "Co-arrival spread",
        "h",
        "units that depend on each other",
        "Latest - earliest moment of being ready (C1), over the units of a task, and over units that needs tie "
        "together.",
        _NO_BOOTSTRAP,
        "Tocsin's own definition",
        _lines(
            """
            spread ¦ h ¦ units ¦ task; units ¦ latest - earliest
            spread ¦ h ¦ units ordered ¦ units ordered ¦ without a plan: of those that were ordered
            """
        ),
    ),
    Definition(
        "C3",
        "Dependency wait",
        "unit-h",
        "pairs (u needs w)",
        "Sum over pairs of max(0, formed of w - formed of u), and pair by pair who waited for whom: a unit sets out "
        "when those it needs are formed, wherever they are to go. If w is"
        ' never formed, u waits to the end: "at least", with that as `low`.',
        _NO_BOOTSTRAP,
        "Tocsin's own definition",
        _lines(
            """
            dependency wait ¦ unit-h ¦ pairs ¦ – ¦ all pairs together
            waited for ¦ unit-h ¦ pairs ¦ unit for unit ¦ how long the first stood ready before the second
            """
        ),
    ),
    Definition(
        "C4",
        "Order latency",
        "min, share",
        "orders",
        "An order is given when it is first sent; its way to a receiver, the receiver's acknowledgement and first "
        "report of strength count when those whom they are meant for had them (`known`). The first action of a unit is "
        "the first summons of its people, that of a headquarters the first order that it passed on. Orders still open "
        "at the cut are censored there, so that one sent 10 minutes before it says nothing of 15 minutes. By echelon: "
        "1 has its order from the authority, 2 from an echelon 1, and so on.",
        _NO_BOOTSTRAP,
        "Tocsin's own definition",
        _lines(
            """
            sent to received p[50/80/95] ¦ min ¦ orders ¦ echelon ¦ [p] % were received within so long
            sent to acknowledged p[50/80/95] ¦ min ¦ orders ¦ echelon ¦ of [p] % the sender knew within so long
            sent to first action p[50/80/95] ¦ min ¦ orders ¦ echelon ¦ [p] % were acted on within so long
            sent to report back p[50/80/95] ¦ min ¦ orders ¦ echelon ¦ of [p] % a report had come within so long
            unacknowledged after [15/30/60] min ¦ share ¦ orders ¦ echelon ¦ none known [p] min after sending
            """
        ),
    ),
    Definition(
        "C5",
        "Picture lag",
        "share, min",
        "posts of those who report; check times",
        "Every 15 minutes, of each who reports strength, the report counted last among those that have come: its "
        "difference from those who had joined by then, in absolute value, / posts, and its age since it was counted. "
        "Before the first report there is no picture, and no error; that share of the time is told. "
        "A headquarters stands for all units under it; the sums over all are those of units, so that nobody counts "
        "twice.",
        _NO_BOOTSTRAP,
        "Tocsin's own definition",
        _lines(
            """
            picture error ¦ share ¦ posts of those who report ¦ unit or headquarters ¦ mean of what it is off by / posts
            picture error by 15 min ¦ share ¦ posts of those who report ¦ – ¦ the same at each check time
            age of the last report p[50/95] ¦ min ¦ check times with a report ¦ – ¦ [p] % were at most so old
            without a report ¦ share ¦ check times ¦ unit or headquarters ¦ nothing had come yet
            """
        ),
    ),
    Definition(
        "C6",
        "Resilience",
        "min, share, persons/h, h",
        "orders; shocks",
        "A shock of links or channels against as long a time before it: acknowledgement of the orders (C4) that "
        "were first sent in either time, people delivered and arriving an hour in either. Made good is when "
        "in some hour after its end at least 90 % as many arrive as in an hour before it; 0 if it never fell below.",
        _NO_BOOTSTRAP,
        "Tocsin's own definition",
        _lines(
            """
            sent to acknowledged p50 ¦ min ¦ orders ¦ shock: before, during ¦ half were within so long
            unacknowledged after 60 min ¦ share ¦ orders ¦ shock: before, during ¦ as in C4
            arrivals per hour ¦ persons/h ¦ shocks ¦ shock: before, during ¦ people arriving
            deliveries per hour ¦ persons/h ¦ shocks ¦ shock: before, during ¦ summonses that reached people
            time to return to 90 % ¦ h ¦ shocks ¦ shock ¦ from its end until it was made good
            """
        ),
    ),
    Definition(
        "C7",
        "Critical path",
        "h",
        "the whole time",
        "The chain of causes that ends when a task is complete (C1), and when the last unit is formed: each step lasts "
        "from its cause to its effect, the first from t0 to the first row, so that they add up to the whole time to "
        "the millisecond. Steps of one kind at one place are told together. Where somebody waited for a server, a "
        "courier, a bus or room that others held, the causes lead through those others, and all of that is the one "
        "wait. Only of runs whose rows name their causes: the kept ones of a rehearsal.",
        _EXACT,
        "Tocsin's own definition",
        _steps(
            """
            critical path ¦ from t0 until it was complete
            waiting for the order ¦ until who is named (a headquarters, the authority) had its own order and sent it
            waiting for the summons ¦ from the order to the summons: the order's way, and what the unit does first
            waiting for couriers ¦ summonses that couriers carry: the others that they carry first, and the way
            waiting for a line ¦ summonses by a channel with so many lines: those before, and its own sending
            message on its way ¦ a summons by another channel, from being sent to being received or given up
            before the next try ¦ from a try that failed to the next one
            waiting for an answer ¦ a request made at the summons, from filing to the answer
            getting ready ¦ from the summons, or an answer, to setting out: also until it is time to leave
            on the way ¦ from setting out to the gate
            waiting at a station ¦ in the queue of a station or desk, while others are served
            waiting for the opening ¦ until a station opens, or a shift brings a server
            waiting for room ¦ before a station that is full
            waiting for stock ¦ until something came into the stock
            until a breakdown ¦ from t0, or the repair before, until a server broke down: it alone was binding
            waiting for a repair ¦ until a server or vehicle works again
            in service ¦ served at a station or desk
            between stations ¦ from one station to the next, or to the vehicle
            waiting for the bus ¦ until a vehicle came for those who wait
            waiting for departure ¦ aboard, until the vehicle is full or timed out
            ride ¦ on the vehicle
            taking a post ¦ from being ready to having a post, and the unit to being formed
            preparing to march ¦ from being formed to setting out
            waiting for the hour ¦ until the time at which the unit may set out, or meetings begin or end
            on the march ¦ from place to place, until the last vehicle is there
            waiting for the road ¦ for another column to have passed
            waiting for a unit ¦ at a meeting, for another unit
            waiting for a shock ¦ until a shock began or ended
            something else ¦ what the rows do not tell
            """
        ),
    ),
    Definition(
        "W1",
        "Lawful share",
        "share",
        "summonses",
        "Each summons is put to each rule of a pack (`tocsin laws`): lawful, breach, cannot tell or not applicable, as "
        "the rule is written there; the four add up to the summonses. What may be said of it depends on how well the "
        "rule was verified: of a rule that is not confirmed, at most a possible breach.",
        "none: every summons is looked at, nothing is estimated",
        "Tocsin's own definition",
        _lines(
            """
            lawful ¦ share ¦ summonses ¦ rule ¦ lawful by the rule as written / summonses
            breach ¦ share ¦ summonses ¦ rule ¦ not as the rule as written demands / summonses
            cannot tell ¦ share ¦ summonses ¦ rule ¦ something that the rule needs is not known / summonses
            not applicable ¦ share ¦ summonses ¦ rule ¦ the rule is not about them / summonses
            all rules together ¦ share ¦ summonses ¦ what is said ¦ the gravest finding of a summons / summonses
            """
        ),
    ),
    Definition(
        "W2",
        "Wrong summonses",
        "share, h",
        "summoned; arrived; found not liable",
        "Found not liable: released or excused on a ground other than fitness, hardship or the own word. A ground that "
        'is not said, or "other", may be one: with these it is "at most". Found out at the assembly point or before; '
        "time from delivery (else the summons) until release or excuse.",
        _ALL,
        "Tocsin's own definition",
        _lines(
            """
            found not liable ¦ share ¦ summoned ¦ – ¦ found not liable / summoned
            found not liable ¦ share ¦ arrived ¦ – ¦ of those who arrived / arrived
            found not liable, at most ¦ share ¦ summoned ¦ – ¦ with grounds that do not say so / summoned
            found not liable, at most ¦ share ¦ arrived ¦ – ¦ the same of those who arrived
            found out ¦ share ¦ found not liable ¦ stage ¦ before arrival, or at the assembly point
            time until put right p[50/80/95] ¦ h ¦ found not liable ¦ – ¦ [p] % were put right within so long
            """
        ),
    ),
    Definition(
        "W3",
        "Requests",
        "requests, min, share",
        "filed; answered",
        "By kind of request (medical, exemption, hardship, appeal), at the summons and at the gate "
        "together: quantiles of the cumulative incidence of an answer from the moment of filing; share of "
        "those filed by the person's time of report that had no answer then; share of the answered that was"
        " granted.",
        _ALL,
        "Tocsin's own definition",
        _lines(
            """
            filed ¦ requests ¦ called ¦ kind ¦ how many were filed
            time to answer p[50/80/95] ¦ min ¦ filed ¦ kind ¦ [p] % were answered within so long
            open at the deadline ¦ share ¦ filed by the deadline ¦ kind ¦ not answered by the time of report
            upheld ¦ share ¦ answered ¦ kind ¦ granted / answered
            """
        ),
    ),
    Definition(
        "H1",
        "Idle without word",
        "min, share, person-h",
        "arrived",
        "While a person waits (from queued to served, from the last service to the departure of the vehicle), the "
        "gaps between words: a round of instruction at "
        "the point, an instruction to the person, or the service itself. A person's longest gap; the share "
        "of those who arrived whose longest gap exceeds the limit (the plan's, else 60 min); and by how "
        "much all gaps exceed it together.",
        _ALL,
        "Tocsin's own definition",
        _lines(
            """
            longest gap p[50/80/95] ¦ min ¦ arrived ¦ point ¦ for [p] % the longest gap was at most so long
            left without a word ¦ share ¦ arrived ¦ point ¦ longest gap over the limit / arrived
            person-hours over the limit ¦ person-h ¦ arrived ¦ point ¦ what gaps exceed the limit by
            """
        ),
    ),
    Definition(
        "H2",
        "Medical requests",
        "share, min",
        "medical requests",
        "From a medical request to its first answer: cumulative incidence (`at_ms` counts from filing), "
        "share within the limit (the plan's, else 30 min), share of people moved on (from the point, or set"
        " out after a request at the summons) before they had an answer.",
        _ALL,
        "Tocsin's own definition",
        _lines(
            """
            answered within the limit ¦ share ¦ medical requests ¦ – ¦ answered within the limit / filed
            unanswered when moved on ¦ share ¦ medical requests ¦ – ¦ moved on before the answer / filed
            first answer p[50/80/95] ¦ min ¦ medical requests ¦ – ¦ [p] % were answered within so long
            answered by time since filing ¦ share ¦ medical requests ¦ – ¦ answered / filed, every 15 minutes
            """
        ),
    ),
    Definition(
        "Q1",
        "Log quality",
        "rows, share, min, devices",
        "rows; called; devices",
        "Rows by writer and grade; further rows of a stage at the same instant (duplicates) or another one "
        "(conflicts); corrections; stages that stand before what must precede them; stages without it; rows"
        " learned after they happened and by how much; devices (the first word of an origin of two) whose clocks are "
        "ahead. Shown beside every result.",
        _EXACT,
        "Tocsin's own definition",
        _lines(
            """
            rows by writer ¦ share ¦ rows ¦ writer ¦ rows of a writer / rows
            duplicates ¦ rows ¦ rows ¦ – ¦ further rows of a stage at the same instant
            conflicts ¦ rows ¦ rows ¦ – ¦ further rows of a stage at another instant
            corrections ¦ rows ¦ rows ¦ – ¦ rows that replace another
            out of order ¦ rows ¦ called ¦ – ¦ stages that stand before what must precede them
            people with rows out of order ¦ share ¦ called ¦ – ¦ people with such a stage / called
            people with a missing stage ¦ share ¦ called ¦ – ¦ with a stage but not what must precede it
            missing stage ¦ rows ¦ called ¦ stage without stage ¦ how many lack it
            learned late ¦ share ¦ rows ¦ – ¦ rows learned after they happened / rows
            learned late by p[50/95] ¦ min ¦ rows learned late ¦ – ¦ [p] % were learned within so long
            known before it happened ¦ rows ¦ rows ¦ – ¦ rows learned before they can have happened
            devices with a clock ahead ¦ devices ¦ devices ¦ – ¦ that recorded what had not happened yet
            clock ahead by at least ¦ min ¦ rows of the device ¦ device ¦ the most by which a row was known too early
            rows of a grade ¦ rows ¦ rows ¦ grade ¦ rows of that reliability and credibility
            rows as they came ¦ rows ¦ rows read ¦ what was noticed ¦ rows of others that were ignored or odd
            """
        ),
    ),
)

CATALOGUE: Final[dict[str, Definition]] = {definition.id: definition for definition in _LIST}
"""Every measure by its number, in the order of the frame."""
FROM_RERUNS: Final = ("L7",)
"""Measures that no log holds: `tocsin stress` finds them by running a plan again."""
