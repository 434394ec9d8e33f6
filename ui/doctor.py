"""`regkb doctor`: looks at each part the system needs and says what to do about what is missing."""

from __future__ import annotations

import shutil
import sys
from typing import NamedTuple

from kb import bundled_model
from kb.errors import RegkbError, Unavailable
from kb.settings import BUNDLED_MODEL, Settings
from ui.access import is_running
from ui.serve import FREE_BYTES, check_ports


class Check(NamedTuple):
    name: str
    ok: bool
    detail: str


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order in which things are needed. Nothing is changed."""
    running = is_running(settings)
    return [_python(), _disk(settings), _encoder(settings), _ports(settings, running), _knowledge(settings, running)]


def _python() -> Check:
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", (3, 11) <= sys.version_info[:2] < (3, 13), f"{version}（需要 3.11 或 3.12）")


def _disk(settings: Settings) -> Check:
    place = next(p for p in (settings.home, *settings.home.resolve().parents) if p.exists())
    free = shutil.disk_usage(place).free
    return Check("磁盘", free > FREE_BYTES, f"{place} 剩余 {free // 2**20} MB")


def _encoder(settings: Settings) -> Check:
    if settings.embed_model != BUNDLED_MODEL:
        return Check("向量模型", True, f"使用 {settings.embed_model}，首次使用时打开")
    ready = bundled_model.is_ready(settings.models / BUNDLED_MODEL)
    return Check("向量模型", ready, "已就绪" if ready else "尚未准备，运行 regkb serve 会自动准备")


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
        return Check("知识库", True, "由正在运行的服务管理")
    if not settings.index.exists():
        return Check("知识库", False, "尚未建立，运行 regkb serve 会自动装载起始内容")
    from kb.knowledge import KnowledgeBase

    try:
        knowledge = KnowledgeBase.open(settings)
    except RegkbError as error:
        return Check("知识库", False, str(error))
    try:
        return Check("知识库", True, f"{len(knowledge.registry.held())} 部文件，索引中 {knowledge.store.count()} 段")
    finally:
        knowledge.close()
