"""Results: what the public verdicts of a campaign say in all, question by question."""

import json
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import connection

from crowd import valkey
from crowd.models import Campaign, Question, Step
from crowd.rules import bins
from crowd.rules.questions import Kind
from crowd.services import flat_table

SHOWN = 12  # values of a free text, the most frequent first
KEPT_AT_LEAST_MS, KEPT_FOR_TIMES = 5_000, 20  # see `progress`


@dataclass(frozen=True, kw_only=True)
class Bar:
    """So many verdicts say this. `until`: of numbers, the upper end of the bin, exclusive."""

    label: str
    count: int
    until: str = ""


@dataclass(frozen=True, kw_only=True)
class Distribution:
    """What was said to one question, or in one column of its tables.

    Attributes:
        said: how many values there are in all.
        different: how many different ones; those beyond `bars` are not shown.
        figures: of numbers: least, most, mean, median, sum.
    """

    said: int
    bars: list[Bar]
    different: int
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ColumnResult:
    label: str
    distribution: Distribution


@dataclass(frozen=True, kw_only=True)
class QuestionResult:
    """One question.

    Attributes:
        outcomes: what became of it → how many verdicts: settled, cant_tell, left_empty, contested.
        rows: of tables and marks: how many there are in all; `nothing`: verdicts with none.
    """

    step: str
    key: str
    label: str
    kind: str
    unit: str
    outcomes: Mapping[str, int]
    distribution: Distribution | None = None
    columns: list[ColumnResult] = field(default_factory=list)
    rows: int = 0
    nothing: int = 0


def of_campaign(campaign: Campaign) -> list[QuestionResult]:
    """Every question in the order of steps, counted at most a moment ago."""
    kept = _kept(campaign)
    if kept is None:
        began = time.monotonic()
        steps = campaign.steps.order_by("position").prefetch_related("questions")
        results = [_of(step, each) for step in steps for each in step.questions.all()]
        _keep(campaign, results, took_ms=int(1000 * (time.monotonic() - began)))
        return results
    return [_revived(each) for each in kept]


def forget(campaign: Campaign) -> None:
    """Drop what is remembered, so that the next look counts."""
    try:
        valkey.client().delete(valkey.key("results", campaign.pk))
    except valkey.Unreachable:
        pass  # nothing is remembered where nothing can be reached


def _of(step: Step, question: Question) -> QuestionResult:
    counted = _Counted(step, question)
    kind = Kind(question.kind)
    common: dict[str, Any] = {
        "step": step.key,
        "key": question.key,
        "label": question.label,
        "kind": question.kind,
        "unit": question.settings.get("unit", ""),
        "outcomes": counted.outcomes(),
    }
    if kind in {Kind.TABLE, Kind.REGION}:
        columns = question.settings.get("columns", []) if kind is Kind.TABLE else []
        rows, nothing = counted.rows()
        return QuestionResult(
            **common,
            rows=rows,
            nothing=nothing,
            columns=[_column(counted, each) for each in columns],
        )
    if kind is Kind.UPLOAD:
        return QuestionResult(**common)
    source = MEMBERS if kind is Kind.CHOICES else SCALAR
    labels = {option["value"]: option["label"] for option in question.options}
    return QuestionResult(**common, distribution=counted.distribution(source, kind, labels))


def _column(counted: "_Counted", column: Mapping[str, Any]) -> ColumnResult:
    labels = {option["value"]: option["label"] for option in column.get("options", [])}
    kind = Kind(column.get("kind", "text"))
    found = counted.distribution(CELLS, kind, labels, column=column["key"])
    return ColumnResult(label=column.get("label", column["key"]), distribution=found)


SETTLED = "v.values->%(key)s->>'outcome' = 'settled'"
VALUE = "v.values->%(key)s->'value'"
AN_ARRAY = f"jsonb_typeof({VALUE}) = 'array'"
# Constants all of them: ruff sees strings that are put together.
SCALAR = f"SELECT {VALUE} #>> '{{}}' AS said FROM seen v WHERE {SETTLED}"  # noqa: S608
MEMBERS = f"""SELECT member AS said FROM (SELECT * FROM seen v WHERE {SETTLED} AND {AN_ARRAY}) v,
    jsonb_array_elements_text({VALUE}) member"""  # noqa: S608
CELLS = f"""SELECT line->>%(column)s AS said
    FROM (SELECT * FROM seen v WHERE {SETTLED} AND {AN_ARRAY}) v,
    jsonb_array_elements({VALUE}) line"""  # noqa: S608
A_NUMBER = r"said ~ '^-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?$'"


class _Counted:
    """Counts of one question, made by PostgreSQL: only sums come back, however many verdicts."""

    def __init__(self, step: Step, question: Question) -> None:
        seen = flat_table.public(step.campaign).filter(step=step).order_by().values("values")
        sql, params = seen.query.sql_with_params()
        with connection.cursor() as cursor:
            told = cursor.mogrify(sql, params).replace("%", "%%")
        self._with = f"WITH seen AS MATERIALIZED ({told})"
        self._named = {"key": question.key, "column": ""}

    def outcomes(self) -> dict[str, int]:
        counted = "SELECT v.values->%(key)s->>'outcome', count(*) FROM seen v GROUP BY 1"
        return {outcome: count for outcome, count in self._ask(counted) if outcome}

    def rows(self) -> tuple[int, int]:
        length = f"jsonb_array_length({VALUE})"
        counted = f"""SELECT coalesce(sum({length}), 0), count(*) FILTER (WHERE {length} = 0)
            FROM (SELECT * FROM seen v WHERE {SETTLED} AND {AN_ARRAY}) v"""  # noqa: S608
        ((rows, nothing),) = self._ask(counted)
        return int(rows), int(nothing)

    def distribution(
        self, source: str, kind: Kind, labels: Mapping[str, str], *, column: str = ""
    ) -> Distribution:
        self._named["column"] = column
        said, different = self._ask(
            f"SELECT count(said), count(DISTINCT said) FROM ({source}) s"  # noqa: S608
        )[0]
        if labels:
            counts = dict(self._frequent(source, "said", "1", len(labels) + SHOWN))
            bars = [Bar(label=words, count=counts.get(key, 0)) for key, words in labels.items()]
            return Distribution(said=said, different=different, bars=bars)
        if kind is Kind.NUMBER:
            return self._numbers(source, said, different)
        if kind is Kind.DATE:
            found = self._frequent(source, "left(said, 4)", "1", 200)
        else:
            found = self._frequent(source, "said", "2 DESC, 1", SHOWN)
        bars = [Bar(label=label, count=count) for label, count in found]
        return Distribution(said=said, different=different, bars=bars)

    def _numbers(self, source: str, said: int, different: int) -> Distribution:
        numbers = f"SELECT said::numeric AS n FROM ({source}) s WHERE {A_NUMBER}"  # noqa: S608
        named = ("least", "most", "mean", "sum", "median")
        summed = f"""SELECT min(n), max(n), avg(n), sum(n),
            percentile_cont(0.5) WITHIN GROUP (ORDER BY n) FROM ({numbers}) s"""  # noqa: S608
        (found,) = self._ask(summed)
        if found[0] is None:
            return Distribution(said=said, different=different, bars=[])
        figures = {name: float(value) for name, value in zip(named, found, strict=True)}
        if figures["least"] == figures["most"]:
            bars = [Bar(label=_plain(figures["least"]), count=said)]
            return Distribution(said=said, different=different, bars=bars, figures=figures)
        cuts = bins.edges(figures["least"], figures["most"])
        binned = f"""SELECT width_bucket(n, {cuts[0]}, {cuts[-1]}, {len(cuts) - 1}), count(*)
            FROM ({numbers}) s GROUP BY 1"""  # noqa: S608
        counts = bins.spread(self._ask(binned), len(cuts) - 1)
        bars = [
            Bar(label=_plain(low), until=_plain(high), count=count)
            for low, high, count in zip(cuts, cuts[1:], counts, strict=False)
        ]
        return Distribution(said=said, different=different, bars=bars, figures=figures)

    def _frequent(self, source: str, by: str, order: str, most: int) -> list[tuple[str, int]]:
        return self._ask(
            f"SELECT {by}, count(*) FROM ({source}) s WHERE said IS NOT NULL"  # noqa: S608
            f" GROUP BY 1 ORDER BY {order} LIMIT {int(most)}"
        )

    def _ask(self, counted: str) -> list[Any]:
        with connection.cursor() as cursor:
            cursor.execute(f"{self._with} {counted}", self._named)
            return list(cursor.fetchall())


def _plain(number: float) -> str:
    """A number as JSON writes it, whole ones without their ".0"; pages write it their own way."""
    return str(int(number)) if number.is_integer() else repr(number)


def _kept(campaign: Campaign) -> list[dict[str, Any]] | None:
    try:
        kept = valkey.client().get(valkey.key("results", campaign.pk))
    except valkey.Unreachable:
        return None
    return json.loads(kept) if kept else None


def _keep(campaign: Campaign, results: list[QuestionResult], *, took_ms: int) -> None:
    told = json.dumps([asdict(each) for each in results])
    shown_ms = max(KEPT_AT_LEAST_MS, KEPT_FOR_TIMES * took_ms)
    try:
        valkey.client().set(valkey.key("results", campaign.pk), told, px=shown_ms)
    except valkey.Unreachable:
        pass  # counted again next time


def _revived(kept: dict[str, Any]) -> QuestionResult:
    columns = [
        ColumnResult(label=each["label"], distribution=_distribution(each["distribution"]))
        for each in kept.pop("columns")
    ]
    found = kept.pop("distribution")
    return QuestionResult(
        **kept, columns=columns, distribution=_distribution(found) if found else None
    )


def _distribution(kept: dict[str, Any]) -> Distribution:
    return Distribution(**kept | {"bars": [Bar(**each) for each in kept["bars"]]})
