"""Tables of how the people assembled: the funnel, the grounds of release, the times, the alert."""

from __future__ import annotations

from tocsin.brief.case import Case
from tocsin.brief.numbers import Number, Numbers
from tocsin.brief.tables import Bar, Cell, Column, Row, Table, bar_of
from tocsin.brief.words import between, clocked, hours, minutes, share, spread, told, whole

__all__ = ["chain", "curve", "funnel", "grounds", "times"]

STEPS = (
    ("called", "called", ""),
    ("delivered", "reached by the summons", "called"),
    ("acknowledged", "acknowledged it", "delivered"),
    ("arrived", "came to an assembly point", "delivered"),
    ("released", "sent home there", "arrived"),
    ("ready", "took a post", "arrived"),
    ("surplus", "found no post left", "arrived"),
)
"""The funnel: name in the measure, words, and the step that it is a share of beside those called."""

WORDS = {"called": "called", "delivered": "reached", "arrived": "came"}


def funnel(case: Case, numbers: Numbers) -> Table:
    """From those called to those who took a post, each step with its denominators."""
    rows = []
    for name, words, of in STEPS:
        count, of_called = numbers.get("A1", name), numbers.get("A1", f"{name} of called")
        if name == "called":
            rows.append(
                Row(
                    words,
                    (
                        Cell(whole(count.value or case.people.height)),
                        Cell("100\u202f%", bar=Bar(1.0)),
                        Cell(""),
                    ),
                )
            )
            continue
        if not of:
            continue
        of_before = numbers.get("A1", f"{name} of {of}")
        before = (
            Cell(f"{told(of_before, share)} of {WORDS[of]}", spread(of_before, share)) if of_before.known else Cell("–")
        )
        tone = "quiet" if name in ("released", "surplus") else "main"
        rows.append(
            Row(
                words,
                (
                    Cell(told(count, whole), spread(count, whole)),
                    Cell(told(of_called, share), bar=bar_of(of_called, tone)),
                    before,
                ),
            )
        )
    columns = (
        Column("", False),
        Column("people"),
        Column("of those called", False),
        Column("of the step before"),
    )
    return Table("funnel", "From called to ready", columns, tuple(rows), measures=("A1",))


def grounds(numbers: Numbers) -> Table | None:
    """Why people were sent home at the point."""
    keys = numbers.keys("A1", "released of arrived")
    if not keys:
        return None
    found = sorted(
        ((numbers.get("A1", "released of arrived", key), key) for key in keys),
        key=lambda f: -(f[0].value or 0),
    )
    top = max((n.high or n.value or 0) for n, _ in found) or 1.0
    rows = tuple(Row(key, (Cell(told(n, share), spread(n, share), bar_of(n, scale=1 / top)),)) for n, key in found)
    return Table(
        "grounds",
        "Why people were sent home",
        (Column("ground", False), Column("of those who came", False)),
        rows,
        measures=("A1",),
    )


def times(case: Case, numbers: Numbers) -> Table:
    """By when half, 80 % and 95 % had come, of those called and of those reached."""
    rows = []
    for of, words in (("called", "of those called"), ("reached", "of those reached")):
        curve = numbers.curve("A2", f"arrived of {of}")
        most = None if curve is None else curve.last
        for name, part in (("T50", "half"), ("T80", "80\u202f%"), ("T95", "95\u202f%")):
            number = numbers.get("A3", f"{name} of {of}")
            rows.append(Row(part, (Cell(told(number, hours, most), clocked(case, number)), *_intervals(number)), words))
    columns = [Column("share there", False), Column("hours after the alert")]
    if numbers.runs > 1:
        columns += [Column("95\u202f% interval of the mean"), Column("5–95\u202f% of one future call-up")]
    return Table("times", "By when they were there", tuple(columns), tuple(rows), measures=("A3",))


CURVE_ROWS = 13


def curve(case: Case, numbers: Numbers) -> Table | None:
    """The arrival curve of those called in figures, at a dozen equal steps."""
    found = numbers.curve("A2", "arrived of called")
    if found is None:
        return None
    columns = [Column("hours after the alert", False), Column("local time", False), Column("arrived")]
    if numbers.runs > 1:
        columns += [Column("95\u202f% interval of the mean"), Column("5–95\u202f% of one future call-up")]
    rows = []
    steps = {round(k * (len(found.hours) - 1) / (CURVE_ROWS - 1)) for k in range(CURVE_ROWS)}
    for i in sorted(steps):
        cells = [Cell(case.clock.short(found.hours[i])), Cell(share(found.mean[i]))]
        if found.low:
            cells += [
                Cell(between(found.mean_low[i], found.mean_high[i], share)),
                Cell(between(found.low[i], found.high[i], share)),
            ]
        rows.append(Row(hours(found.hours[i]), tuple(cells)))
    return Table("curve", "Arrived, of those called", tuple(columns), tuple(rows))


def _intervals(number: Number) -> tuple[Cell, ...]:
    if number.runs < 2:
        return ()
    mean = Cell("–")
    if number.mean_low is not None and number.mean_high is not None:
        mean = Cell(between(number.mean_low, number.mean_high, hours))
    return mean, Cell(spread(number, hours) or "–")


def chain(numbers: Numbers) -> Table | None:
    """How long the alert took from link to link."""
    links = (
        ("decision to summons", "decision to first summons"),
        ("summons to delivery", "summons to delivery"),
        ("delivery to acknowledgement", "delivery to acknowledgement"),
    )
    rows = []
    for name, words in links:
        found = [numbers.get("A7", f"{name} p{p}") for p in (50, 80, 95)]
        if any(n.known for n in found) or any(n.note.startswith("not reached") for n in found):
            rows.append(Row(words, tuple(Cell(told(n, minutes), spread(n, minutes)) for n in found)))
    if not rows:
        return None
    columns = (
        Column("link", False),
        Column("half within"),
        Column("80\u202f% within"),
        Column("95\u202f% within"),
    )
    return Table("chain", "How the alert travelled", columns, tuple(rows), measures=("A7",))
