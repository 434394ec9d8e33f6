"""An answer as HTML: what corrects the question, the words and quotes, a table, time limits, services, remarks.

Everything here is words of the service, escaped; a press on a mark or a row goes through the address, see `law.opens`.
One answer makes the same HTML every time, so that the pages can keep it.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from assistant.answer_model import Answer, Cell, Reckoning, Table
from assistant.model import NavigationItem
from kb.model import Citation
from ui import law, theme
from ui.words import say


def said(answer: Answer, question: str) -> str:
    """What an answer says: how the question was taken, what is wrong in it, the words, the table, the arithmetic."""
    return "".join(
        (
            understood(answer, question),
            premises(answer.premises, answer.citations),
            _told(answer),
            theme.notice(say("ask.partial"), answer.reason, "warn") if answer.reason else "",
            _left_out(answer),
        )
    )


def _told(answer: Answer) -> str:
    """The words, with the table and the arithmetic below their first line: of extracts that line is the lead, and the
    quotes after it are what the table was made from."""
    made = table(answer.table, answer.citations) if answer.table else ""
    made += "".join(reckoning(one, answer.citations) for one in answer.reckonings)
    lead, _, rest = words(answer).partition("\n\n")
    if not made or answer.mode == "generative" or not rest:
        return law.answer(words(answer), answer.citations) + made
    return law.answer(lead, answer.citations) + made + law.answer(rest, answer.citations)


def _left_out(answer: Answer) -> str:
    """How many sentences of a model had no ground, unless the reason says it already."""
    if not answer.removed or answer.reason:
        return ""
    return f'<p class="quiet-text">{escape(say("ask.removed", count=answer.removed))}</p>'


def words(answer: Answer) -> str:
    """The text without the premises, which stand in a notice of their own above it."""
    text = answer.text
    for premise in answer.premises:
        text = text.removeprefix(premise).lstrip("\n")
    return text


def understood(answer: Answer, question: str) -> str:
    """The question as it was answered, where that is not how it was asked."""
    if not answer.asked or _bare(answer.asked) == _bare(question):
        return ""
    return f'<p class="taken-as">{escape(say("ask.asked", question=answer.asked))}</p>'


def _bare(question: str) -> str:
    return "".join(one for one in question if one.isalnum())


def premises(corrections: Sequence[str], citations: Sequence[Citation]) -> str:
    """What the question takes for granted and is not so, said before anything else."""
    if not corrections:
        return ""
    lines = "".join(f"<p>{law.marks(one, citations)}</p>" for one in corrections)
    return f'<div class="notice" role="note"><strong>{escape(say("ask.premises"))}</strong>{lines}</div>'


def table(shown: Table, citations: Sequence[Citation]) -> str:
    """A comparison. It scrolls sideways inside its own frame on a narrow page, which the keyboard can reach."""
    heads = "".join(f'<th scope="col">{escape(name)}</th>' for name in shown.columns)
    rows = "".join(
        f'<tr><th scope="row">{escape(row.name)}</th>{"".join(_cell(one, citations) for one in row.cells)}</tr>'
        for row in shown.rows
    )
    corner = f'<td class="unseen-cell"><span class="unseen">{escape(say("ask.table.of"))}</span></td>'
    name = escape(say("ask.table"))
    return (
        f'<div class="table-frame" role="region" aria-label="{name}" tabindex="0"><table class="compared-table">'
        f"<thead><tr>{corner}{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _cell(cell: Cell, citations: Sequence[Citation]) -> str:
    by_key = {one.key: one for one in citations}
    cited = "".join(law.cite(by_key[key]) for key in cell.keys if key in by_key and f"[{key}]" not in cell.text)
    lines = "<br>".join(law.marks(line, citations) for line in cell.text.split("\n") if line.strip())
    return f"<td>{lines}{cited}</td>" if cell.keys else f'<td class="unknown">{lines}</td>'


def reckoning(one: Reckoning, citations: Sequence[Citation]) -> str:
    """How a time limit or an amount is counted, step by step, and from which day to which."""
    by_key = {citation.key: citation for citation in citations}
    cited = "".join(law.cite(by_key[key]) for key in one.keys if key in by_key)
    steps = "".join(f"<li>{law.marks(step, citations)}</li>" for step in one.steps)
    title = "ask.reckoning.amount" if any("元" in step for step in one.steps) else "ask.reckoning"
    ends = ""
    if one.start and one.end:
        name = escape(say("ask.reckoning.days"))
        ends = (
            f'<p class="reckoned" aria-label="{name}"><time>{one.start.isoformat()}</time>'
            f'<span aria-hidden="true"> → </span><strong><time>{one.end.isoformat()}</time></strong></p>'
        )
    return (
        f'<section class="reckoning"><h2>{escape(say(title))}</h2>'
        f'<p class="rule-words">{escape(one.rule)}{cited}</p>{ends}<ol class="list">{steps}</ol></section>'
    )


def items(offered: Sequence[NavigationItem]) -> str:
    """The service items of an answer, each folded: channel, time limit, materials, steps, grounds."""
    if not offered:
        return ""
    folded = "".join(
        f'<details class="offer"><summary>{escape(one.name)}</summary><p class="quiet-text">{escape(one.why)}</p>'
        + theme.facts(
            [
                (say("navigate.stage"), one.stage),
                (say("navigate.channel"), one.channel),
                (say("navigate.time_limit"), one.time_limit),
                (say("navigate.fee"), one.fee),
                (say("navigate.materials"), "、".join(one.materials) if one.materials else None),
            ]
        )
        + (theme.listing(one.steps, ordered=True) if one.steps else "")
        + "".join(row(citation, numbered=False) for citation in one.basis)
        + "</details>"
        for one in offered
    )
    return f"<h2>{escape(say('ask.items'))}</h2>{folded}"


def row(citation: Citation, *, numbered: bool = True) -> str:
    """One citation as a row that opens the reader, with its force and, where it is not in force, why."""
    key = f"[{escape(citation.key)}] " if numbered else ""
    notice = f'<p class="force-notice">{escape(citation.notice)}</p>' if citation.notice else ""
    return (
        f'<p class="ground-row"><button type="button" class="quiet" {law.opens(citation)}>{key}{escape(citation.label)}'
        f"</button> {theme.chip(citation.force)}</p>{notice}"
    )


def untold(answer: Answer) -> list[str]:
    """The remarks that nothing above has made already: the notice of a citation stands under its row, a premise at the
    head."""
    told = [*answer.premises, *(one.notice for one in answer.citations if one.notice)]
    return [note for note in answer.notes if not any(one in note for one in told)]


def manner(answer: Answer) -> str:
    """The badge of generated content, how the answer was made, by which day's law, and how long it took."""
    made = say("ask.extractive")
    if answer.mode == "generative":
        made = say("ask.generative.by", model=answer.model) if answer.model else say("ask.generative")
    parts = [made, say("ask.as_of", day=theme.in_words(answer.as_of))]
    if answer.seconds:
        parts.append(say("ask.seconds", seconds=f"{sum(answer.seconds.values()):.2f}"))
    badge = f'<span class="made-badge">{escape(say("ask.badge"))}</span>'
    return f'<p class="answer-meta">{badge} {escape(" · ".join(parts))}</p>'


def as_text(question: str, answer: Answer) -> str:
    """An answer to take along: question, text, then each citation with its quote, force and date."""
    grounds = [
        f"[{one.key}] {one.label}（{one.force}，{one.effective_on or say('not_stated')}）：“{one.quote}”"
        + (f" {one.notice}" if one.notice else "")
        for one in answer.citations
    ]
    day = say("as_of.note", day=theme.in_words(answer.as_of))
    text = law.grounded(answer.text, answer.citations)
    return "\n\n".join([question, day, text, *grounds, *untold(answer), answer.label])
