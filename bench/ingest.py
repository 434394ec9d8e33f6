"""Ingest beside `unstructured.partition.auto` on the same files, and beside itself: again, one change, twice the size.

Each format carries the same texts: Word files as they came, where a folder of them is given, else documents built
here; the other formats are made from their words. Theirs is timed to its list of elements. Ours is timed twice: to the
same point (`read`: lines, tables, what was left out), and to the end of preparing (`prepare`: repairs, provisions,
description and chunks as well). Its caches, keyed on sentences, are emptied before every call: in a real run it meets a
text once, here in every round.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import warnings
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any

import docx
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from bench.home import own_home
from bench.timing import Ask, interleaved, ratio, summary
from ingest.incoming import Incoming
from ingest.pipeline import ingest_file
from ingest.prepare import Here, prepare
from ingest.readers import read
from ingest.readers.partition import prepare as make_offline
from kb.address import article_segment
from kb.embed import CachedEncoder, Vectors, open_encoder
from kb.knowledge import KnowledgeBase
from kb.model import Source, State
from kb.registry import open_registry
from kb.settings import Settings
from kb.store import open_store

SOURCE = Source(name="测速")
ARTICLES, SENTENCES = 300, 3
GOAL_SPEED, GOAL_AGAIN, GOAL_CHANGE, GOAL_GROWTH = 5.0, 0.03, 0.05, 2.3
WRAP = 38
ARTICLE = re.compile(r"^\s*第[〇零一二三四五六七八九十百千\d]+条", re.M)


def measure_against(folder: Path | None, files: int, rounds: int) -> dict[str, Any]:
    """For each format: documents a second of both, our ratio, and how many articles each side tells apart."""
    make_offline()
    from unstructured.nlp import tokenize
    from unstructured.partition.auto import partition

    texts, words = _word_files(folder, files)
    found: dict[str, Any] = {}
    for suffix, made in (("docx", words), ("html", None), ("txt", None), ("pdf", _printed(words))):
        samples = {f"{n}.{suffix}": (made[n] if made else _BUILD[suffix](text)) for n, text in enumerate(texts)}

        def theirs(name: str, samples: dict[str, bytes] = samples) -> list[Any]:
            for name_of_cache in ("_process_cached", "word_tokenize", "pos_tag", "_tokenize_for_cache"):
                getattr(tokenize, name_of_cache).cache_clear()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                elements: list[Any] = partition(
                    file=io.BytesIO(samples[name]), metadata_filename=name, languages=["zho"], strategy="fast"
                )
            return elements

        incoming = {name: Incoming(name, data) for name, data in samples.items()}
        found[suffix] = _rivalry(incoming, theirs, rounds)
    return found


def _rivalry(files: Mapping[str, Incoming], theirs: Callable[[str], list[Any]], rounds: int) -> dict[str, Any]:
    ours: dict[str, Callable[[str], Any]] = {
        "read": lambda name: read(files[name]),
        "prepare": lambda name: prepare(files[name]),
    }
    mine = sum(prepare(file).counts.get("条", 0) for file in files.values())
    try:
        apart = sum(bool(ARTICLE.match(element.text)) for name in files for element in theirs(name))
    except Exception as error:  # its pdf extra is not installed: said, not passed over
        taken = interleaved(ours, list(files), rounds)
        rates = {name: _rate(times) for name, times in taken.items()}
        return rates | {"unstructured": f"不可用：{type(error).__name__}: {error}"[:200]}
    taken = interleaved(ours | {"unstructured": theirs}, list(files), rounds)
    faster = {name: round(1 / ratio(taken[name], taken["unstructured"])["median"], 1) for name in ours}
    return {
        **{name: _rate(times) for name, times in taken.items()},
        "times_faster": faster,
        "articles_apart": {"regkb": mine, "unstructured": apart},
        "goals": {
            f"read ≥ {GOAL_SPEED:g}×": faster["read"] >= GOAL_SPEED,
            f"prepare ≥ {GOAL_SPEED:g}×": faster["prepare"] >= GOAL_SPEED,
            "never less structure": mine >= apart,
        },
    }


def _rate(rounds: Sequence[Sequence[float]]) -> dict[str, Any]:
    return summary(rounds) | {"documents_per_second": round(sum(map(len, rounds)) / sum(map(sum, rounds)), 1)}


def measure_again(settings: Settings) -> dict[str, Any]:
    """A law of 300 articles: taken in, the same bytes again, and with one article changed."""
    with own_home(settings) as home:
        counted = _Counted(open_encoder(home))
        knowledge = KnowledgeBase(open_registry(home), open_store(home), counted.cached, home.originals)
        counted.passages(["预热"])
        counted.texts = 0
        seconds, encoded = {}, {}
        changed = _law(ARTICLES).replace("第一百五十条　", "第一百五十条　本条经过修改。")
        for name, text in (("first", _law(ARTICLES)), ("again", _law(ARTICLES)), ("changed", changed)):
            before, begun = counted.texts, perf_counter()
            (report,) = ingest_file(
                knowledge, Incoming("测速法.txt", text.encode()), parser=Here(), source=SOURCE, given={},
                state=State.PUBLISHED, progress=lambda *_: None,
            )  # fmt: skip
            seconds[name], encoded[name] = perf_counter() - begun, counted.texts - before
            assert report.outcome == {"first": "added", "again": "unchanged", "changed": "changed"}[name]
        knowledge.close()
    again, change = seconds["again"] / seconds["first"], encoded["changed"] / encoded["first"]
    return {
        "articles": ARTICLES,
        "seconds": {name: round(value, 3) for name, value in seconds.items()},
        "texts_encoded": encoded,
        "ratios": {"again / first": round(again, 4), "encoded changed / first": round(change, 4)},
        "goals": {
            f"again ≤ {GOAL_AGAIN} × first": again <= GOAL_AGAIN,
            f"changed ≤ {GOAL_CHANGE} × encoder texts": change <= GOAL_CHANGE,
        },
    }


def _preparing(name: str, data: bytes) -> Ask:
    return lambda _: prepare(Incoming(name, data))


def measure_growth(rounds: int) -> dict[str, Any]:
    """Seconds to prepare a law of one, two and four times the length, in each format; growth per doubling."""
    found: dict[str, Any] = {}
    for suffix, build in _BUILD.items():
        samples = {f"{times}×.{suffix}": build(_law(ARTICLES * times)) for times in (1, 2, 4)}
        taken = interleaved({name: _preparing(name, data) for name, data in samples.items()}, ["-"], rounds)
        medians = [summary(times)["p50_ms"] for times in taken.values()]
        growth = [round(after / before, 2) for before, after in pairwise(medians)]
        found[suffix] = {
            "ms": dict(zip(samples, medians, strict=True)),
            "per_doubling": growth,
            "goals": {f"≤ {GOAL_GROWTH} per doubling": max(growth) <= GOAL_GROWTH},
        }
    return found


class _Counted:
    """The encoder of the settings, with the texts that reach the model behind the cache counted."""

    def __init__(self, cached: Any) -> None:
        self.cached = cached
        self.texts = 0
        if not isinstance(cached, CachedEncoder):
            raise SystemExit("测量需要带缓存的编码器。")
        self._model, cached._encoder = cached._encoder, self
        self.name, self.size, self.taught = cached.name, cached.size, cached.taught

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._model.queries(texts)

    def turned(self, texts: Sequence[str]) -> Vectors:
        return self._model.turned(texts)

    def passages(self, texts: Sequence[str], progress: Any = None) -> Vectors:
        self.texts += len(texts)
        return self._model.passages(texts, progress)


def _word_files(folder: Path | None, files: int) -> tuple[list[str], list[bytes]]:
    """Texts and the Word files they stand in."""
    if folder is None:
        texts = [_law(60 + 20 * number) for number in range(files)]
        return texts, [_docx(text) for text in texts]
    found = sorted(folder.glob("*.docx"))
    chosen = [path.read_bytes() for path in found[:: max(1, len(found) // files)][:files]]
    return [prepare(Incoming("a.docx", data)).text for data in chosen], chosen


def _printed(words: Sequence[bytes]) -> list[bytes] | None:
    """The Word files as an office program prints them, fonts embedded; None where there is no such program."""
    office = shutil.which("soffice")
    if office is None:
        return None
    with TemporaryDirectory(prefix="regkb-bench-") as folder:
        names = [f"{number}.docx" for number in range(len(words))]
        for name, data in zip(names, words, strict=True):
            (Path(folder) / name).write_bytes(data)
        profile = f"-env:UserInstallation=file://{folder}/profile"
        command = [office, profile, "--headless", "--convert-to", "pdf", *names]
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=300)
        return [(Path(folder) / name).with_suffix(".pdf").read_bytes() for name in names]


def _law(articles: int) -> str:
    lines = ["测速法", "（2020年1月1日测速机关令第1号公布）"]
    for number in range(1, articles + 1):
        if number % 30 == 1:
            lines.append(f"{article_segment(number // 30 + 1).replace('条', '章')} 测速章节")
        lines.append(
            f"{article_segment(number)}　"
            + f"第{number}号样例活动的单位应当保存样例记录，期限为{number}日。" * SENTENCES
        )
        lines += [f"（{sign}）样例材料第{number}份；" for sign in "一二"]
    return "\n".join(lines)


def _docx(text: str) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for line in text.split("\n"):
        document.add_paragraph(line)
    document.save(out)
    return out.getvalue()


def _html(text: str) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in text.replace("&", "&amp;").replace("<", "&lt;").split("\n"))
    page = f"<!doctype html><html><head><meta charset='utf-8'><title>测速</title></head><body><article>{body}</article>"
    return f"{page}</body></html>".encode()


def _pdf(text: str) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    out = io.BytesIO()
    canvas = Canvas(out)
    lines = [line[at : at + WRAP] for line in text.split("\n") for at in range(0, max(1, len(line)), WRAP)]
    for page in range(0, len(lines), 40):
        canvas.setFont("STSong-Light", 12)
        for number, line in enumerate(lines[page : page + 40]):
            canvas.drawString(60, 780 - 18 * number, line)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


_BUILD: dict[str, Callable[[str], bytes]] = {"docx": _docx, "html": _html, "txt": str.encode, "pdf": _pdf}
