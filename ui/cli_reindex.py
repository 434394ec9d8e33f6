"""`regkb reindex`: make the index anew from the registry, with the encoder that the settings name."""

from __future__ import annotations

from typing import Any

import typer
from rich.console import Console

from kb.errors import Unavailable
from kb.model import State
from kb.settings import Settings
from ui.console import AsJson, errors, show

commands = typer.Typer()


@commands.command()
def reindex(as_json: AsJson = False) -> None:
    """按登记库重建索引；改了向量模型后立即改用新的。算过的向量不会重算。"""
    from ui.access import is_running

    settings = Settings()
    if is_running(settings):
        raise Unavailable(
            f"服务正在 {settings.api_url} 运行，索引由它占用。改了向量模型时，重新启动服务即可，它会在后台改用新的；"
            "要立即重建，请先停止服务"
        )
    show(_reindexed(settings), as_json, _shown)


def _reindexed(settings: Settings) -> dict[str, Any]:
    from kb.knowledge import KnowledgeBase
    from ui.serve import Milestones, prepare_encoder

    prepare_encoder(settings, errors)
    remade = Milestones(errors)
    knowledge = KnowledgeBase.open(settings, remake=remade.told)
    try:
        if not remade.begun:
            knowledge.reindex()
        documents = sum(held.document.state is State.PUBLISHED for held in knowledge.registry.held().values())
        return {"documents": documents, "chunks": knowledge.store.count(), "encoder": knowledge.encoder.name}
    finally:
        knowledge.close()


def _shown(body: dict[str, Any], console: Console) -> None:
    console.print(
        f"索引已重建：{body['documents']} 部文件，{body['chunks']} 段，向量模型 {body['encoder']}。", highlight=False
    )
