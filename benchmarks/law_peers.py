"""The two rules of `tocsin bench law`, written by hand for others: idiomatic Polars, SQL for DuckDB, OpenFisca.

Each is written from the rules' words and not from Tocsin's code, and gives the same three-valued answers, as codes in
the order lawful, breach, cannot tell, not applicable. OpenFisca is AGPL: it runs in a process of its own and is never
imported here. It has no unknown, so that beside each fact stands whether it is known.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

__all__ = ["Codes", "by_duckdb", "by_openfisca", "by_polars", "codes_of", "duckdb_table"]

Codes = NDArray[np.uint8]
"""One row a summons, one column a rule."""
VERDICTS = pl.Enum(["lawful", "breach", "cannot tell", "not applicable"])
ZONE = "Europe/Minsk"

SQL = """
create or replace table verdicts as
with days as (
    select row, kind, births,
        cast(timezone('Europe/Minsk', served) as date) as served,
        cast(timezone('Europe/Minsk', report) as date) as report
    from summonses
), facts as (
    select row, kind in ('training', 'special') as of_notice, kind <> 'mobilisation' as of_children,
        report - served >= 7 as in_time,
        case when report is not null then
            len(list_filter(births, lambda b: b <= report and b > report - interval 18 year)) < 3 end as few
    from days
)
select row,
    case when not of_notice then 3 when of_notice and in_time then 0 when of_notice and not in_time then 1 else 2 end
        as notice,
    case when not of_children then 3 when of_children and few then 0 when of_children and not few then 1 else 2 end
        as children
from facts
"""

OPENFISCA = """
import json, sys, time
import numpy as np
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.simulation_builder import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Person = build_entity(key="person", plural="persons", label="Person", is_person=True)
Summons = build_entity(key="summons", plural="summonses", label="Summons", roles=[
    {"key": "called", "plural": "called_ones", "label": "Who is called up", "max": 1},
    {"key": "child", "plural": "children", "label": "Child"},
])
YEAR = periods.DateUnit.YEAR

def given(name, of, kind):
    return type(name, (Variable,), dict(value_type=kind, entity=of, definition_period=YEAR, label=name))

def local_day(seconds):
    return (seconds + 3 * 3600) // 86400  # in Minsk, three hours ahead of UTC all the year

class minor(Variable):
    value_type, entity, definition_period, label = bool, Person, YEAR, "A child that is a minor"
    def formula(person, period):
        day = local_day(person.summons("report", period)).astype("datetime64[D]")
        born = person("birth", period).astype("datetime64[D]")
        year, births = (one.astype("datetime64[Y]").astype(int) for one in (day, born))
        month, of_birth = (one.astype("datetime64[M]").astype(int) % 12 for one in (day, born))
        date, on = (one - one.astype("datetime64[M]").astype("datetime64[D]") for one in (day, born))
        before = (month < of_birth) | ((month == of_birth) & (date < on))
        return (year - births - before < 18) & (born <= day)

class notice(Variable):
    value_type, entity, definition_period, label = int, Summons, YEAR, "Verdict on the notice"
    def formula(summons, period):
        kind, known = summons("kind", period), summons("served_known", period) & summons("report_known", period)
        met = local_day(summons("report", period)) - local_day(summons("served", period)) >= 7
        about, unknown = (kind == 1) | (kind == 2), kind == 0
        return np.select([~about & ~unknown, unknown | ~known, met], [3, 2, 0], 1)

class children(Variable):
    value_type, entity, definition_period, label = int, Summons, YEAR, "Verdict on the children"
    def formula(summons, period):
        kind = summons("kind", period)
        few = summons.sum(summons.members("minor", period), role=Summons.CHILD) < 3
        return np.select([kind == 4, (kind == 0) | ~summons("report_known", period), few], [3, 2, 0], 1)

system = TaxBenefitSystem([Person, Summons])
for variable in (given("birth", Person, int), given("kind", Summons, int), given("served", Summons, int),
                 given("report", Summons, int), given("served_known", Summons, bool),
                 given("report_known", Summons, bool), minor, notice, children):
    system.add_variable(variable)
data = np.load(sys.argv[1])
size = len(data["kind"])

def run():
    builder = SimulationBuilder()
    builder.create_entities(system)
    builder.declare_person_entity("person", np.arange(size + len(data["row"])))
    groups = builder.declare_entity("summons", np.arange(size))
    belongs = np.concatenate([np.arange(size), data["row"]])
    roles = np.concatenate([np.repeat("called", size), np.repeat("child", len(data["row"]))])
    builder.join_with_persons(groups, belongs, roles)
    simulation = builder.build(system)
    period = periods.period("2026")
    simulation.set_input("birth", period, np.concatenate([np.zeros(size, np.int32), data["born"]]))
    for name in ("kind", "served", "report", "served_known", "report_known"):
        simulation.set_input(name, period, data[name])
    return [simulation.calculate(name, period) for name in ("notice", "children")]

times = []
for _ in range(int(sys.argv[3])):
    start = time.process_time()
    found = run()
    times.append(time.process_time() - start)
np.save(sys.argv[2], np.stack(found, axis=1).astype(np.uint8))
print(json.dumps(sorted(times)[len(times) // 2]))
"""


def codes_of(*verdicts: pl.Series) -> Codes:
    """Verdicts as codes."""
    return np.stack([one.cast(VERDICTS).to_physical().to_numpy() for one in verdicts], axis=1).astype(np.uint8)


def by_polars(table: pl.DataFrame) -> pl.DataFrame:
    """The two rules in Polars: `row`, `notice`, `children`; the order of rows is not kept."""

    def day(name: str) -> pl.Expr:
        return pl.col(name).dt.convert_time_zone(ZONE).dt.date()

    days = table.lazy().with_row_index("row").with_columns(report=day("report"), served=day("served"))
    minors = (
        days.select("row", "report", "children_births")
        .explode("children_births", empty_as_null=False)
        .filter(
            pl.col("children_births") <= pl.col("report"),
            pl.col("children_births") > pl.col("report").dt.offset_by("-18y"),
        )
        .group_by("row")
        .len("minors")
    )
    with_minors = days.join(minors, on="row", how="left").with_columns(pl.col("minors").fill_null(0))
    kind = pl.col("kind")
    few = pl.when(pl.col("report").is_not_null()).then(pl.col("minors") < 3)
    in_time = (pl.col("report") - pl.col("served")).dt.total_days() >= 7
    return with_minors.select(
        "row",
        notice=_verdict(kind.is_in(["training", "special"]), in_time),
        children=_verdict(kind != "mobilisation", few),
    ).collect()


def _verdict(applies: pl.Expr, met: pl.Expr) -> pl.Expr:
    return (
        pl.when(~applies)
        .then(pl.lit("not applicable", VERDICTS))
        .when(applies & met)
        .then(pl.lit("lawful", VERDICTS))
        .when(applies & ~met)
        .then(pl.lit("breach", VERDICTS))
        .otherwise(pl.lit("cannot tell", VERDICTS))
    )


def duckdb_table(file: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory that holds the summonses of a Parquet file."""
    base = duckdb.connect()
    base.execute(
        "create table summonses as select file_row_number as row, kind, served, report, children_births as births "
        "from read_parquet(?, file_row_number = true)",
        [str(file)],
    )
    return base


def by_duckdb(base: duckdb.DuckDBPyConnection) -> None:
    """The two rules in SQL, into the table `verdicts`."""
    base.execute(SQL)


def by_openfisca(table: pl.DataFrame, folder: Path, times: int) -> tuple[float, Codes]:
    """The two rules in OpenFisca: the median of its CPU seconds, and its verdicts."""
    kinds = {"training": 1, "special": 2, "verification": 3, "mobilisation": 4}
    children = table.select("children_births").with_row_index("row").explode("children_births", empty_as_null=False)
    np.savez(
        folder / "facts.npz",
        kind=table["kind"].replace_strict(kinds, default=0, return_dtype=pl.Int32).to_numpy(),
        **{name: (table[name].dt.epoch("s").fill_null(0)).to_numpy().astype(np.int32) for name in ("served", "report")},
        **{f"{name}_known": table[name].is_not_null().to_numpy() for name in ("served", "report")},
        row=children["row"].to_numpy(),
        born=children["children_births"].to_physical().to_numpy(),
    )
    (folder / "peer.py").write_text(OPENFISCA, encoding="utf-8")
    command = [sys.executable, "-W", "ignore", *(str(folder / n) for n in ("peer.py", "facts.npz", "found.npy"))]
    told = subprocess.run([*command, str(times)], capture_output=True, text=True, check=False)
    if told.returncode:
        raise RuntimeError(f"OpenFisca ended with {told.returncode}: {told.stderr[-500:]}")
    return float(json.loads(told.stdout.splitlines()[-1])), np.load(folder / "found.npy")
