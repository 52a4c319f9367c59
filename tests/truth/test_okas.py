"""The bundled Okas plans reproduce their own year. This is calibration, and is called so.

What was fitted, what was chosen and what follows is listed in `docs/calibration.md`, which
`tools/fit_okas.py` writes; the page and the fitted figures are held to the tool here. Observed figures:
err.ee/994094 (2019), delfi.ee 80418454 and ohtuleht.ee/844910 (2017). Each share must be met by the whole 95
% interval of the mean of 40 runs, to ± .02: an exercise of this size wanders by .010 to .017 itself, so to
ask for more would be tuning.
"""

from __future__ import annotations

import importlib
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from tocsin.simulate import Outcome

ROOT = Path(__file__).resolve().parents[2]
CLOSE = 0.02
DEADLINE_H = 23.45  # 09:33 to 09:00


@cache
def tool() -> ModuleType:
    """The tool, which is not part of the package; its neighbours must be found as when it is run."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("fit_okas")
    finally:
        sys.path.pop(0)


@cache
def runs(name: str) -> list[Outcome]:
    """Forty runs of a bundled plan."""
    outcomes: list[Outcome] = tool().replications(tool().okas(name))
    return outcomes


def met(share: object, observed: float) -> None:
    """Assert that the whole interval of a mean lies within two hundredths of what was observed."""
    assert abs(share.mean - observed) + share.half <= CLOSE, f"{share.text(4)}, observed {observed:.4f}"


@pytest.mark.parametrize(
    ("figure", "observed"),
    [
        ("reached, of sent", 1902 / 2170),
        ("came, of reached", 1464 / 1902),
        ("released, of those who came", 160 / 1464),
    ],
)
def test_2019(figure: str, observed: float) -> None:
    """Okas 2019: .876 of the summonses reached somebody, .77 of these came, .11 of those were released."""
    met(tool().measured(runs("okas-2019"), tool().FIGURES_2019[figure]), observed)


def test_2017_on_time() -> None:
    """Okas 2017: 500 of 669 called were there by 23.5 h, and .747 ± .02 by the deadline itself, three minutes
    before."""
    figures = tool().figures_2017(tool().okas("okas-2017"))
    met(tool().measured(runs("okas-2017"), figures["arrived by 23.5 h, of called"]), 500 / 669)
    met(tool().measured(runs("okas-2017"), lambda o: tool().by(o, DEADLINE_H).mean()), 500 / 669)
    met(tool().measured(runs("okas-2017"), figures["came in the end, of called"]), 524 / 669)


def test_2017_last_minute() -> None:
    """In every single run at least half of those on time come in the last four hours, and some the evening
    before."""
    for outcome in runs("okas-2017"):
        on_time, before = tool().by(outcome, DEADLINE_H).sum(), tool().by(outcome, DEADLINE_H - 4).sum()
        assert on_time - before >= on_time / 2
        assert 0 < tool().by(outcome, DEADLINE_H - 11).sum() < 40


def test_2017_queue() -> None:
    """In every single run people stand in the queue at 10:00, an hour after the deadline; by noon nobody
    does."""
    queues = [tool().queue_at(outcome, DEADLINE_H + 1) for outcome in runs("okas-2017")]
    assert min(queues) > 0
    assert max(tool().queue_at(outcome, DEADLINE_H + 3) for outcome in runs("okas-2017")) == 0


def test_fitted_figures_are_the_fit() -> None:
    """The figures in the plan that are called fitted are what the tool finds, to the digits that it
    prints."""
    tools, found, behaviour = tool(), tool().fit(), tool().okas("okas-2017").behaviour
    assert behaviour.no_show == round(found.no_show, tools.DIGITS)
    assert behaviour.late_share == round(found.late_share, tools.DIGITS)
    assert tools.lead_of(behaviour).sigma == round(found.sigma, tools.DIGITS)
    assert tools.lead_of(tools.okas("okas-2019").behaviour) == tools.lead_of(behaviour), "2019 takes the lead of 2017"
    assert "tools/fit_okas.py" in str(behaviour.source), "the plan says by what it was fitted"


def test_fit_is_exact() -> None:
    """Put back into the equations of the tool, the fit gives 15, 500 and 524 (a check of the algebra, not of
    the plan)."""
    tools, found = tool(), tool().fit()
    plan = tools.okas("okas-2017")
    come = plan.behaviour.reach * (1 - found.no_show)
    lead = tools.stats.lognorm(found.sigma, scale=tools.lead_of(plan.behaviour).median_min / 60)
    assert 669 * come * tools.possible(plan.exercise.horizon_h) == pytest.approx(524)
    assert 669 * come * (1 - found.late_share) * tools.possible(DEADLINE_H) == pytest.approx(500)
    evening = come * (1 - found.late_share) * tools.possible(DEADLINE_H - 11) * lead.sf(11)
    assert 669 * evening == pytest.approx(15)


def test_the_page_is_not_stale() -> None:
    """`docs/calibration.md` is what the tool writes now: `python tools/fit_okas.py --write`."""
    assert tool().PAGE.read_text(encoding="utf-8") == tool().page()
