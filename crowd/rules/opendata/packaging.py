"""A release as files: the package, and each format beside it, made of what was collected.

What is collected lies in a folder (`COLLECTED`); everything else is made from that, here. So a
release from which something is withdrawn is made again without it, years later and without the
database that it came from.
"""

import csv
import hashlib
import importlib
import json
import shutil
import zipfile
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from crowd.rules.opendata import cells, columns, describing, records, tables, triples
from crowd.rules.opendata.columns import Block, Column
from crowd.rules.opendata.proofs import AskedStep
from crowd.rules.questions import Kind

EXCERPTS, PROOFS = "data/excerpts.jsonl", "proof/microtasks.jsonl"
WEIGHTS, CORRECTIONS = "data/weights.csv", "data/corrections.csv"
CREDITS, RELEASE = "data/credits.csv", "proof/release.json"
COLLECTED = (EXCERPTS, PROOFS, WEIGHTS, CORRECTIONS, CREDITS, RELEASE)
# Written with a library of its own each, by name: see `services.exports.FORMATS`.
WRITERS = ("xlsx", "parquet", "sqlite")
MOST_OF_A_SHEET = 1_048_575

Release = Mapping[str, Any]


def lines(path: Path) -> Iterator[Any]:
    """The JSON of each line."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def make(folder: Path) -> dict[str, Path]:
    """Make all formats in this folder, from what was collected in it.

    Returns:
        Format → file. A spreadsheet is left out where a sheet can't hold the rows.
    """
    release = json.loads((folder / RELEASE).read_text("utf-8"))
    blocks = _blocks(release, folder)
    told = columns.columns(release["sources"], blocks)
    steps = {each["key"]: AskedStep.from_json(each) for each in release["steps"]}
    rows = _excerpts(folder, told)
    _write(folder / "data/rows.csv", records.TIDY, _tidy(folder, blocks))
    _write(folder / "data/verdicts.csv", tables.VERDICT, _made(folder, steps, tables.verdict_rows))
    _write(folder / "data/votes.csv", tables.VOTE, _made(folder, steps, tables.vote_rows))
    gone = ([str(each["excerpt"]), each["withdrawn_at"]] for each in release["tombstones"])
    _write(folder / "data/withdrawn.csv", [n for n, _, _ in tables.WITHDRAWN_FIELDS], gone)
    origin = release["campaign"]["address"].rpartition("/c/")[0]
    links = (tables.link_row(each, origin) for each in lines(folder / EXCERPTS))
    _write(folder / "data/links.csv", [n for n, _, _ in tables.LINK_FIELDS], links)
    named = triples.write(folder, lines(folder / PROOFS), steps)
    files = {"csv": folder / "data/excerpts.csv", "rows": folder / "data/rows.csv"}
    files["jsonl"] = folder / EXCERPTS
    for name in WRITERS:
        if name != "xlsx" or rows <= MOST_OF_A_SHEET:
            files[name] = _written(name, folder, told)
    files["triples"] = _zipped(folder / "triples.zip", folder, named)
    described = describing.describe(folder, release, told, named)
    contents = ["datapackage.json", "README.md", *(each["path"] for each in described["resources"])]
    files["package"] = _zipped(folder / "package.zip", folder, contents)
    return files


def unpack(package: Path, folder: Path) -> None:
    """Lay what was collected for a package out in a folder again."""
    with zipfile.ZipFile(package) as held:
        for name in COLLECTED:
            held.extract(name, folder)


def withdraw(folder: Path, *, excerpts: Collection[int], credited: Sequence[str], at: str) -> None:
    """Take excerpts, and the names of people who are to be named no more, out of what was
    collected.

    Args:
        credited: the names that stay.
        at: the moment, as tombstones say it.
    """
    for name in (EXCERPTS, PROOFS):
        _filter_lines(folder / name, excerpts)
    with (folder / CORRECTIONS).open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    kept = [row for row in rows if int(row[1]) not in excerpts]
    _write(folder / CORRECTIONS, header, kept)
    _write(folder / CREDITS, ["name"], ([cells.guarded(name)] for name in credited))
    release = json.loads((folder / RELEASE).read_text("utf-8"))
    release["tombstones"] += [{"excerpt": each, "withdrawn_at": at} for each in sorted(excerpts)]
    release["revision"] += 1
    (folder / RELEASE).write_text(json.dumps(release, ensure_ascii=False), "utf-8")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _filter_lines(path: Path, excerpts: Collection[int]) -> None:
    half = path.with_suffix(".half")
    with path.open(encoding="utf-8") as file, half.open("w", encoding="utf-8") as out:
        out.writelines(line for line in file if json.loads(line)["excerpt"] not in excerpts)
    half.replace(path)


def _blocks(release: Release, folder: Path) -> list[Block]:
    asked = {each["key"]: AskedStep.from_json(each) for each in release["steps"]}
    tallest: dict[tuple[str, str], int] = {}
    tabular = {
        (block, question.key)
        for block, step in ((each["name"], asked[each["step"]]) for each in release["blocks"])
        for question in step.questions
        if question.kind is Kind.TABLE
    }
    for record in lines(folder / EXCERPTS) if tabular else ():
        for block, verdict in record["verdicts"].items():
            for key, said in verdict["values"].items():
                if (block, key) in tabular and isinstance(said["value"], list):
                    # One length for a step, whatever it is about: as in the live table.
                    place = (block.partition(".")[0], key)
                    tallest[place] = max(tallest.get(place, 0), len(said["value"]))
    return [
        Block(
            step=each["step"],
            about=each["about"],
            questions=asked[each["step"]].questions,
            labels=asked[each["step"]].labels,
            heights={key: rows for (step, key), rows in tallest.items() if step == each["step"]},
        )
        for each in release["blocks"]
    ]


def _excerpts(folder: Path, told: Sequence[Column]) -> int:
    """Write the flat table; how many rows it has."""
    count = 0
    with (folder / "data/excerpts.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([cells.guarded(each.name) for each in told])
        for record in lines(folder / EXCERPTS):
            out.writerow(records.texts(records.row(record, told)))
            count += 1
    return count


def _tidy(folder: Path, blocks: Iterable[Block]) -> Iterator[list[str]]:
    listed = {Kind.TABLE, Kind.REGION}
    of_block = {
        block.name: {each.key: each.kind for each in block.questions if each.kind in listed}
        for block in blocks
    }
    for record in lines(folder / EXCERPTS):
        yield from map(records.tidy_texts, records.tidy(record, of_block))


def _made(folder: Path, steps: Mapping[str, AskedStep], rows_of: Any) -> Iterator[list[str]]:
    for proof in lines(folder / PROOFS):
        yield from rows_of(proof, steps)


def _write(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def _written(name: str, folder: Path, told: Sequence[Column]) -> Path:
    path = folder / name
    path.unlink(missing_ok=True)
    writer = importlib.import_module(f"crowd.rules.opendata.{name}")
    writer.write(path, told, (records.row(each, told) for each in lines(folder / EXCERPTS)))
    return path


def _zipped(path: Path, folder: Path, names: Iterable[str]) -> Path:
    with zipfile.ZipFile(path, "w") as out:
        for name in names:
            # Dated alike: the same release is the same file, to the last byte.
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with (
                (folder / name).open("rb") as source,
                out.open(entry, "w", force_zip64=True) as target,
            ):
                shutil.copyfileobj(source, target)
    return path
