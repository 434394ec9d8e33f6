"""Spreadsheets and comma-separated files: each sheet a heading, its title lines, and one table line a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import python_calamine as calamine

from ingest.incoming import Incoming
from ingest.readers.encoding import decode
from ingest.readers.raw import RawText
from ingest.readers.sheet.cells import shown
from ingest.readers.sheet.facts import SheetFacts, facts_of
from ingest.readers.sheet.lines import lines_of_grid
from kb.errors import UnreadableFile
from kb.model import Repair

HIDDEN_SHEET, HIDDEN_ROWS, UNCOUNTED, DRAWN = "隐藏工作表", "隐藏行列", "公式未计算", "文本框"
NOT_CALCULATED = "（公式未计算）"
BEGINNING = 300
AREA = 20_000_000
"""Cells between the first and the last filled one that the reading library would lay out in memory."""
DELIMITERS = ",;\t|"
NAMELESS = ("sheet", "工作表")
FAULTS = (calamine.CalamineError, calamine.ZipError, calamine.XmlError, calamine.WorksheetNotFound)


class _Grid(NamedTuple):
    """The cells of a sheet as words, and what of it a reader does not see."""

    rows: list[list[str]]
    hidden: list[str]


def read_sheet(file: Incoming) -> RawText:
    """Every visible sheet in order. Raises UnreadableFile: locked, damaged, or more rows than the limit."""
    is_xlsx = file.data.startswith(b"PK")
    facts = facts_of(file) if is_xlsx else {}
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(file.data))
        return _read(workbook, file, facts, "xlsx" if is_xlsx else "xls")
    except calamine.PasswordError as error:
        raise UnreadableFile(f"“{file.name}”加了密码，请去掉密码后再上传。") from error
    except FAULTS as error:
        raise UnreadableFile(f"“{file.name}”的表格结构已损坏，请用 Excel 打开并另存后再上传。") from error


def read_csv(file: Incoming) -> RawText:
    """A text table; commas, semicolons, tabs or bars between its cells. Raises UnreadableFile."""
    found = decode(file.data, file.name)
    reader = csv.reader(io.StringIO(found.text, newline=""), delimiter=_delimiter(found.text))
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            _check_rows(len(rows), file)
    except csv.Error as error:
        raise UnreadableFile(
            f"“{file.name}”第 {reader.line_num} 行不像表格的一行（{error}）；请核对分隔符与引号。"
        ) from error
    return RawText("\n".join(lines_of_grid(rows)), "csv", found.encoding, notes=found.notes)


def _read(workbook: calamine.CalamineWorkbook, file: Incoming, facts: dict[str, SheetFacts], sort: str) -> RawText:
    lines: list[str] = []
    pages: list[int] = []
    left: list[Repair] = []
    doubts: list[Repair] = []
    position = count = comments = 0
    sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
    visible = [sheet for sheet in sheets if sheet.visible == calamine.SheetVisibleEnum.Visible]
    for done, sheet in enumerate(sheets):
        file.progress("读表", done, len(sheets))
        known = facts.get(sheet.name, SheetFacts())
        if known.area > AREA:
            raise UnreadableFile(
                f"“{file.name}”的工作表“{sheet.name}”第 {known.last_row} 行有零散内容，中间空着上千万格；"
                "请删去多余的行列并另存后再上传。"
            )
        grid = _grid(workbook.get_sheet_by_name(sheet.name), known)
        own = lines_of_grid(grid.rows)
        if sheet not in visible:
            words = "\n".join([sheet.name, *own])[:BEGINNING]
            left.append(Repair(step=HIDDEN_SHEET, before=words, after="", at=position, certain=False))
            continue
        count += sum(any(row) for row in grid.rows)
        _check_rows(count, file)
        titled = bool(own) and not own[0].startswith("|")  # a title above the table says more than the name of the tab
        if own and not (len(visible) == 1 and (titled or sheet.name.lower().startswith(NAMELESS))):
            own.insert(0, sheet.name)
        pages.append(position)
        if grid.hidden:
            words = "\n".join(grid.hidden)[:BEGINNING]
            left.append(Repair(step=HIDDEN_ROWS, before=words, after="", at=position, certain=False))
        if known.drawn:
            words = "\n".join(known.drawn)[:BEGINNING]
            left.append(Repair(step=DRAWN, before=words, after="", at=position, certain=False))
        comments += known.comments
        for line in own:
            if NOT_CALCULATED in line:
                at = position + line.index(NOT_CALCULATED)
                doubts.append(Repair(step=UNCOUNTED, before=NOT_CALCULATED, after=NOT_CALCULATED, at=at, certain=False))
            lines.append(line)
            position += len(line) + 1
    text = "\n".join(lines)
    return RawText(
        text, sort, pages=tuple(min(page, len(text)) for page in pages),
        left_out=tuple(record.model_copy(update={"at": min(record.at, len(text))}) for record in left),
        doubts=tuple(doubts), notes=_notes(left, doubts, comments),
    )  # fmt: skip


def _grid(sheet: calamine.CalamineSheet, known: SheetFacts) -> _Grid:
    """Rows from the first column and row of the sheet on, merged cells filled, hidden rows and columns taken out."""
    rows = [[shown(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    for row, column in known.uncounted:
        if row < len(rows) and column < len(rows[row]) and not rows[row][column]:
            rows[row][column] = NOT_CALCULATED
    for row, column, words in known.shown:
        if row < len(rows) and column < len(rows[row]):
            rows[row][column] = words
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or []:
        if top >= len(rows) or left >= len(rows[top]) or not (words := rows[top][left]):
            continue
        # a merge over columns keeps its words once; one over rows says them for every row
        for row in range(top + 1, min(bottom + 1, len(rows))):
            rows[row][left] = words
    hidden = [" ".join(filter(None, row)) for at, row in enumerate(rows) if at in known.hidden_rows]
    kept = [row for at, row in enumerate(rows) if at not in known.hidden_rows]
    if known.hidden_columns:
        hidden += [words for row in kept for at, words in enumerate(row) if words and at in known.hidden_columns]
        kept = [[words for at, words in enumerate(row) if at not in known.hidden_columns] for row in kept]
    return _Grid(kept, [words for words in hidden if words])


def _check_rows(count: int, file: Incoming) -> None:
    if count > file.limits.rows:
        raise UnreadableFile(f"“{file.name}”超过 {file.limits.rows} 行的上限，未读取；请拆成几个文件后再上传。")


def _notes(left: Sequence[Repair], doubts: Sequence[Repair], comments: int) -> tuple[str, ...]:
    notes = []
    if names := [record.before.split("\n", 1)[0] for record in left if record.step == HIDDEN_SHEET]:
        notes.append(f"隐藏的工作表没有收入：{'、'.join(names)}")
    if any(record.step == HIDDEN_ROWS for record in left):
        notes.append("有隐藏的行或列没有收入（可能是筛选所致），如需收入请取消隐藏后再上传")
    if any(record.step == DRAWN for record in left):
        notes.append("表格上有文本框，其中的文字没有收入；如属正文请写进单元格后再上传")
    if comments:
        notes.append(f"有批注 {comments} 条，未收入正文")
    if doubts:
        notes.append("有公式没有保存计算结果，请用 Excel 打开、保存后再上传")
    return tuple(notes)


def _delimiter(text: str) -> str:
    """The mark that stands equally often, and most often, in the first lines; quoted words do not count."""
    samples = list(_first_lines(text))

    def regular(mark: str) -> tuple[int, int]:
        counts = [line.count(mark) for line in samples if line.count(mark)]
        common = max(set(counts), key=counts.count, default=0)
        return counts.count(common) if common else 0, common

    return max(DELIMITERS, key=regular)


def _first_lines(text: str) -> Iterator[str]:
    for line in text[:20_000].splitlines()[:20]:
        yield "".join(line.split('"')[::2])
