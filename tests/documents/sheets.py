"""XLSX and ODS files with just the parts that make them one, written part by part."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

XML = '<?xml version="1.0" encoding="UTF-8"?>'
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
ODS = "application/vnd.oasis.opendocument.spreadsheet"
ODF = "urn:oasis:names:tc:opendocument:xmlns"

DATE_STYLE = 1  # of `xlsx`: a number shown as a date

Cell = str | int | float | tuple[float, int] | None
"""Of XLSX; a pair is a number and its style."""


def xlsx(
    *sheets: Sequence[Sequence[Cell]],
    hidden: Sequence[int] = (),
    parts: Mapping[str, str] = {},
    raw: str = "",
) -> bytes:
    """A workbook of these sheets.

    Args:
        hidden: indices of sheets that are not shown.
        parts: more members, or others in the place of ours.
        raw: XML of the first sheet's rows, instead of its cells.
    """
    members = {
        "[Content_Types].xml": _types(len(sheets)),
        "_rels/.rels": _relations([f"{OFFICE}/officeDocument|xl/workbook.xml"]),
        "xl/workbook.xml": _workbook(len(sheets), hidden),
        "xl/_rels/workbook.xml.rels": _relations(
            [f"{OFFICE}/worksheet|worksheets/sheet{n}.xml" for n in range(1, len(sheets) + 1)]
            + [f"{OFFICE}/styles|styles.xml"]
        ),
        "xl/styles.xml": f'{XML}<styleSheet xmlns="{MAIN}"><cellXfs count="2"><xf numFmtId="0"/>'
        '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
    }
    for number, rows in enumerate(sheets, start=1):
        content = raw if raw and number == 1 else "".join(map(_row, range(1, 10**9), rows))
        members[f"xl/worksheets/sheet{number}.xml"] = (
            f'{XML}<worksheet xmlns="{MAIN}"><sheetData>{content}</sheetData></worksheet>'
        )
    return zipped({**members, **parts})


def ods(rows: Sequence[Sequence[str]], *, raw: str = "") -> bytes:
    """A spreadsheet of one table of texts; `raw` is XML of more rows."""
    body = "".join(
        "<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in rows
    )
    spaces = " ".join(f'xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "table", "text"))
    manifest = (
        f'{XML}<m:manifest xmlns:m="{ODF}:manifest:1.0">'
        f'<m:file-entry m:full-path="/" m:media-type="{ODS}"/></m:manifest>'
    )
    content = (
        f"{XML}<office:document-content {spaces}><office:body><office:spreadsheet>"
        f'<table:table table:name="A">{body}{raw}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return zipped(
        {"mimetype": ODS, "META-INF/manifest.xml": manifest, "content.xml": content},
        stored=("mimetype",),
    )


def zipped(members: Mapping[str, str | bytes], *, stored: Sequence[str] = ()) -> bytes:
    """A ZIP of these members; those in `stored` are not packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            method = zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 4, 9, 0, 0)), content, method)
    return out.getvalue()


def _types(sheets: int) -> str:
    made = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{ML}.worksheet+xml"/>'
        for n in range(1, sheets + 1)
    )
    return (
        f'{XML}<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{ML}.sheet.main+xml"/>{made}</Types>'
    )


def _relations(targets: Sequence[str]) -> str:
    made = "".join(
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (kind, _, target) in enumerate((each.partition("|") for each in targets), 1)
    )
    return f'{XML}<Relationships xmlns="{RELATIONS}">{made}</Relationships>'


def _workbook(sheets: int, hidden: Sequence[int]) -> str:
    states = ['state="hidden"' if index in hidden else "" for index in range(sheets)]
    made = "".join(
        f'<sheet name="S{n}" sheetId="{n}" r:id="rId{n}" {state}/>'
        for n, state in enumerate(states, start=1)
    )
    return f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{made}</sheets></workbook>'


def _row(number: int, cells: Sequence[Cell]) -> str:
    made = "".join(_cell(f"{chr(65 + column)}{number}", cell) for column, cell in enumerate(cells))
    return f'<row r="{number}">{made}</row>'


def _cell(place: str, cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    value, style = cell if isinstance(cell, tuple) else (cell, 0)
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def _ods_cell(text: str) -> str:
    said = f"<text:p>{escape(text)}</text:p>"
    return f'<table:table-cell office:value-type="string">{said}</table:table-cell>'
