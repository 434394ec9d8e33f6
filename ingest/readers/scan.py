"""Recognition of Chinese text in images, offline: the models come with the RapidOCR wheel, on onnxruntime.

One thread is fastest on the two cores we run on. Lines are found on a small copy of the page and read from the full
one: two thirds of the size show them as well. They are read one at a time: together they would all be padded to the
longest of them, which takes a fifth more memory.
"""

from __future__ import annotations

import functools
import io
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from ingest.incoming import Incoming
from ingest.readers.pdf.lines import Line, in_reading_order
from ingest.readers.pdf.paragraphs import paragraphs
from ingest.readers.pdf.sheet import Sheet, assembled, page_list
from ingest.readers.raw import RawText
from ingest.readers.seal import without_seals
from kb.errors import UnreadableFile

LINES_SIDE = 1536  # pixels of the long side, at which lines are found
LONG_SIDE = 3000  # pixels of an image as it is given to recognition
SMALL_SIDE = 1200  # pixels; a smaller image is a clipping with small characters
MOST_PIXELS = 120_000_000
LEGIBLE = 0.5  # a line read with less certainty is no text: a seal, a logo, a stain
MOST_SLANT = 0.2  # radians; a line at a greater angle is not a slanting page
POOR = 0.85  # certainty below which the page may be upside down
SAMPLE = 5  # lines by which the orientation is judged

HAN = "\u3400-\u9fff"
CHINESE = HAN + "，。；：？！、（）《》“”"
FULL_WIDTH = dict(zip(",;:!?()", "，；：！？（）", strict=True))
BRACKETS = re.compile(r"\(([^()]{0,200})\)")
MARK = re.compile(rf"(?<=[{CHINESE}])[,;:!?](?=[{CHINESE}(]|$)|(?<=[{CHINESE}])[()]|[()](?=[{CHINESE}])")


class RecognisedPage(NamedTuple):
    """`lines` in reading order with boxes in pixels of the image as it was read; `text` has one paragraph to a line;
    `confidence` (0 to 1) is the mean over the characters, 0 without any; `illegible` is what could not be made out;
    `seals` counts the red seals taken off."""

    width: int
    height: int
    lines: tuple[Line, ...]
    text: str
    confidence: float
    illegible: tuple[str, ...] = ()
    seals: int = 0

    @property
    def sheet(self) -> Sheet:
        return Sheet(
            self.width, self.height, self.lines, confidence=self.confidence, illegible=self.illegible, seals=self.seals
        )  # fmt: skip


def read_image(file: Incoming) -> RawText:
    """PNG, JPEG, BMP, GIF, WebP, and every page of a TIFF. Raises UnreadableFile: damaged, too large, or no text."""
    try:
        with warnings.catch_warnings():
            # a picture over the limit is refused below; what Pillow says of odd tags concerns nobody
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(file.data))
            total = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
            notes = [] if total > 1 or getattr(image, "n_frames", 1) == 1 else ["动图只识别了第一帧"]
            sheets = []
            for number, frame in enumerate(_frames(image, min(total, file.limits.scanned_pages), file.name), 1):
                sheets.append(recognise(frame).sheet)
                file.progress("识别", number, total)
    except Image.DecompressionBombError as error:
        raise UnreadableFile(_too_large(file.name)) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        raise UnreadableFile(f"“{file.name}”不是完整的图片文件，可能已损坏。") from error
    if not any(sheet.lines for sheet in sheets):
        raise UnreadableFile(f"“{file.name}”里没有识别出文字。")
    if total > len(sheets):
        left = page_list(range(len(sheets) + 1, total + 1))
        notes.append(f"超过识别 {file.limits.scanned_pages} 页的上限，第 {left} 页没有识别，未收入正文")
    if blank := [number for number, sheet in enumerate(sheets, 1) if not sheet.lines]:
        notes.append(f"第 {page_list(blank)} 页没有识别出文字")
    return assembled(sheets, "image", notes)


def recognise(image: Image.Image) -> RecognisedPage:
    """The text of one image, turned upright if need be. Pure: no file, no download, no socket."""
    image, seals = without_seals(_sized(image.convert("RGB")))
    found = _found(image)
    turn = _turn(image, found)
    if turn:
        image = image.transpose(turn)
        found = _found(image)
    legible = [line for line in found if (line.confidence or 0.0) >= LEGIBLE]
    placed = in_reading_order(legible)
    return RecognisedPage(
        image.width, image.height, tuple(one.line for one in placed), paragraphs([placed]).text, _confidence(legible),
        tuple(line.text for line in found if (line.confidence or 0.0) < LEGIBLE), seals,
    )  # fmt: skip


def full_width(text: str) -> str:
    """Half-width marks beside Chinese characters, as recognition gives them, in their full-width form."""

    def pair(match: re.Match[str]) -> str:
        around = text[match.start() - 1 : match.start()] + text[match.end() : match.end() + 1]
        chinese = re.search(f"[{HAN}]", match[1]) or re.fullmatch(f"[{CHINESE}]+", around)
        return f"（{match[1]}）" if chinese else match[0]

    return MARK.sub(lambda match: FULL_WIDTH[match[0]], BRACKETS.sub(pair, text))


@functools.cache
def _engine() -> Callable[..., Any]:
    """Built once in a process: it takes half a second and the memory of its models."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        from rapidocr import RapidOCR

        engine: Callable[..., Any] = RapidOCR(
            params={
                "Global.log_level": "critical", "Global.use_cls": False, "Global.text_score": 0.0,
                "Global.max_side_len": LONG_SIDE,
                "Det.limit_type": "max",
                "Det.limit_side_len": LINES_SIDE, "Rec.rec_batch_num": 1,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1, "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            }
        )  # fmt: skip
    return engine


def _found(image: Image.Image) -> list[Line]:
    """Lines as the engine finds them, their places as on a page that lies straight."""
    # the engine keeps what it was last told, so each call says whether lines are to be found
    result = _engine()(_pixels(image), use_det=True)
    if getattr(result, "boxes", None) is None or not result.txts:
        return []
    places = _straightened(np.asarray(result.boxes, dtype=float))
    lines = []
    for corners, text, score in zip(places, result.txts, result.scores, strict=True):
        words = full_width(" ".join(str(text).split()))
        (x0, top), (x1, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
        if words:
            lines.append(Line(words, x0, top, x1, bottom, confidence=float(score)))
    return lines


def _straightened(boxes: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Four-cornered boxes turned back by the slant of the page, which its longest lines show."""
    along = boxes[:, 1] - boxes[:, 0]
    length = np.hypot(along[:, 0], along[:, 1])
    slants = np.arctan2(along[:, 1], along[:, 0])[length >= 0.5 * length.max()]
    slant = float(np.median(slants))
    if not 0 < abs(slant) < MOST_SLANT:
        return boxes
    turn = np.array([[np.cos(slant), -np.sin(slant)], [np.sin(slant), np.cos(slant)]])
    return np.asarray(boxes @ turn)


def _turn(image: Image.Image, found: Sequence[Line]) -> Image.Transpose | None:
    """The turn that sets the page upright, judged on its longest lines; None if it stands right."""
    if not found:
        return None
    upright = [line for line in found if line.bottom - line.top > 1.5 * (line.x1 - line.x0)]
    level = sum(line.x1 - line.x0 for line in found) - sum(line.x1 - line.x0 for line in upright)
    sideways = sum(line.bottom - line.top for line in upright) > level
    if not sideways and _confidence(found) >= POOR:
        return None
    longest = sorted(upright if sideways else found, key=lambda line: line.x1 - line.x0 + line.bottom - line.top)
    strips = [image.crop((int(x.x0), int(x.top), int(x.x1) + 1, int(x.bottom) + 1)) for x in longest[-SAMPLE:]]
    first, second = (
        (Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270) if sideways else (None, Image.Transpose.ROTATE_180)
    )
    return first if _certainty(strips, first) >= _certainty(strips, second) else second


def _certainty(strips: Sequence[Image.Image], turn: Image.Transpose | None) -> float:
    total = 0.0
    for strip in strips:
        result = _engine()(_pixels(strip.transpose(turn) if turn else strip), use_det=False)
        total += float(result.scores[0]) if getattr(result, "scores", None) else 0.0
    return total


def _confidence(lines: Sequence[Line]) -> float:
    weight = sum(len(line.text) for line in lines)
    return sum((line.confidence or 0.0) * len(line.text) for line in lines) / weight if weight else 0.0


def _pixels(image: Image.Image) -> np.ndarray[Any, Any]:
    """The image as the engine takes it. In grey: it overlooks the large red title of a notice that is in colour."""
    return np.ascontiguousarray(np.repeat(np.asarray(image.convert("L"))[:, :, None], 3, axis=2))


def _sized(image: Image.Image) -> Image.Image:
    """Within the size limit; a small clipping doubled, for its characters are small too."""
    longest = max(image.size)
    factor = min(2.0, SMALL_SIDE * 2 / longest) if longest < SMALL_SIDE else min(1.0, LONG_SIDE / longest)
    if factor == 1.0:
        return image
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    return image.resize(size, Image.Resampling.LANCZOS)


def _frames(image: Image.Image, most: int, name: str) -> Iterator[Image.Image]:
    """Each page upright as its EXIF says, what is transparent put on white."""
    for number, frame in enumerate(ImageSequence.Iterator(image)):
        if number >= most:
            return
        if frame.width * frame.height > MOST_PIXELS:
            raise UnreadableFile(_too_large(name))
        upright = ImageOps.exif_transpose(frame)
        if "A" in upright.getbands() or "transparency" in upright.info:
            shown = upright.convert("RGBA")
            upright = Image.alpha_composite(Image.new("RGBA", shown.size, "white"), shown)
        yield upright.convert("RGB")


def _too_large(name: str) -> str:
    return f"“{name}”的像素超过 {MOST_PIXELS // 10**6} 百万的上限，请缩小后再上传。"
