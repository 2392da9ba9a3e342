"""What a package says of itself: `datapackage.json` (Frictionless), and a page in words."""

import csv
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from crowd.rules.opendata import tables
from crowd.rules.opendata.columns import Column
from crowd.rules.opendata.tables import Field

TIDY_FIELDS: Sequence[Field] = (
    ("excerpt", "integer", "Number of the excerpt."),
    ("step", "string", "Key of the step."),
    ("about", "string", "Of a follow-up, which option it is about."),
    ("question", "string", "Key of the question."),
    ("row", "integer", "Which row or mark, from 1."),
    ("column", "string", "Which column of the table, or which part of the mark."),
    ("value", "string", "What was concluded."),
)
TRIPLE_FIELDS: Sequence[Field] = (
    ("task", "integer", "Number of the micro-task."),
    ("worker", "string", "Who: a name of this release alone."),
    ("label", "string", "The option that was chosen."),
)
TABLES: Sequence[tuple[str, str, Sequence[Field]]] = (
    ("data/rows.csv", "Tables and marks, one line a cell", TIDY_FIELDS),
    ("data/links.csv", "Where each excerpt and its picture are shown", tables.LINK_FIELDS),
    ("data/verdicts.csv", "Every verdict, one line a question", tables.VERDICT_FIELDS),
    ("data/votes.csv", "Every vote, one line a question, option or cell", tables.VOTE_FIELDS),
    ("data/weights.csv", "How often each voter said what, where what is right",
     tables.WEIGHT_FIELDS),
    ("data/corrections.csv", "Earlier revisions, and what reviewers decided",
     tables.CORRECTION_FIELDS),
    ("data/credits.csv", "People who took part and agreed to be named", tables.CREDIT_FIELDS),
    ("data/withdrawn.csv", "Excerpts that are in these data no more", tables.WITHDRAWN_FIELDS),
)  # fmt: skip
OTHERS = (
    ("data/excerpts.jsonl", "The same as excerpts.csv, lists as lists", "application/x-ndjson"),
    ("proof/microtasks.jsonl", "Votes, shares and verdicts, for verifying", "application/x-ndjson"),
    ("proof/release.json", "Questions, policies and sums, for verifying", "application/json"),
)
README = """# {title}

{problem}

These are the open data of “{title}” ({address}) as they were on {taken_at}.
Licence: {licence}. Release {version}, made by Tamis, rule {rule_version}.

- `data/excerpts.csv`: one row an excerpt, one column a question and table cell.
- `data/rows.csv`: tables and marks, one line a cell.
- `data/links.csv`: where each excerpt, and its picture, are shown.
- `data/verdicts.csv`, `data/votes.csv`, `data/weights.csv`, `data/corrections.csv`: what was
  concluded, from whose votes, how much each weighed, and what was said before.
- `data/credits.csv`: people who took part and agreed to be named.
- `data/withdrawn.csv`: excerpts that are in these data no more, because something in them must not
  be public.
- `crowdkit/`: who gave which label to what, as crowd-kit reads it.
- `proof/`: what verifying needs.

`datapackage.json` says what every column holds. Cells of CSV files that a spreadsheet would run as
a formula begin with `'`.

## Names of voters

They are drawn anew for every release: nobody can follow a voter from one release, or from one
campaign, to another.

## Verifying

    tamis-verify PACKAGE

makes every verdict anew from its votes, the recorded weights and the rule, and says where it
differs. It needs neither the site nor its database. What it proves: the published values follow
from the published votes. What it can't prove: that these are the votes that were given. For that,
compare the SHA-256 of this package with the one that the site tells, or anyone who took it before.

## How to cite

{title}. {address}. Release {version}, {taken_at}. {licence}.
"""


def describe(
    folder: Path, release: Mapping[str, Any], columns: Sequence[Column], triples: Sequence[str]
) -> dict[str, Any]:
    """Write `datapackage.json` and `README.md`; the first as a dict."""
    campaign = release["campaign"]
    listed: list[tuple[str, str, Sequence[Field]]]
    listed = [("data/excerpts.csv", "Every excerpt with its verdicts", tables.fields(columns))]
    listed += TABLES
    listed += [(each, "Labels as crowd-kit reads them", TRIPLE_FIELDS) for each in triples]
    resources = [_table(folder, *each) for each in listed]
    resources += [_other(folder, *each) for each in OTHERS]
    licence = campaign["licence"] or "not said"
    told = {
        "profile": "data-package",
        "name": re.sub(r"[^a-z0-9._-]+", "-", f"{campaign['slug']}-{release['key']}".lower()),
        "title": campaign["title"],
        "description": campaign["problem"] or campaign["title"],
        "homepage": campaign["address"],
        "version": version(release),
        "created": release["taken_at"],
        "licenses": [{"name": re.sub(r"[^A-Za-z0-9._-]+", "-", licence), "title": licence}],
        "sources": release["documents"],
        "contributors": [{"title": name, "role": "contributor"} for name in credited(folder)],
        "resources": resources,
        "tamis": {
            "rule_version": release["rule_version"],
            "counts": release["counts"],
            "withdrawn": len(release["tombstones"]),
        },
    }
    for empty in [name for name in ("sources", "contributors") if not told[name]]:
        del told[empty]
    text = json.dumps(told, ensure_ascii=False, indent=1)
    (folder / "datapackage.json").write_text(text, "utf-8")
    words = {**campaign, "licence": licence, "version": version(release)}
    words |= {"taken_at": release["taken_at"], "rule_version": release["rule_version"]}
    (folder / "README.md").write_text(README.format(**words), "utf-8")
    return told


def version(release: Mapping[str, Any]) -> str:
    """Which release: its address, and how often it was written anew."""
    return f"{release['key']}.{release['revision']}"


def credited(folder: Path) -> list[str]:
    with (folder / "data/credits.csv").open(encoding="utf-8", newline="") as file:
        return [name for (name,) in list(csv.reader(file))[1:]]


def _table(folder: Path, name: str, title: str, fields: Sequence[Field]) -> dict[str, Any]:
    return _file(folder, name, title, "text/csv") | {
        "profile": "tabular-data-resource",
        "format": "csv",
        "encoding": "utf-8",
        "schema": {
            "fields": [{"name": n, "type": t, "description": a} for n, t, a in fields],
            "missingValues": [""],
        },
    }


def _other(folder: Path, name: str, title: str, media_type: str) -> dict[str, Any]:
    return _file(folder, name, title, media_type) | {"type": "file"}


def _file(folder: Path, name: str, title: str, media_type: str) -> dict[str, Any]:
    path = folder / name
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "name": re.sub(r"[^a-z0-9._-]+", "-", path.name.lower().replace(".csv", "")),
        "path": name,
        "title": title,
        "mediatype": media_type,
        "bytes": path.stat().st_size,
        "hash": f"sha256:{digest}",
    }
