"""Opening the index with the encoder that built it, whatever the settings name by now.

Vectors of two encoders never meet: when the settings name another one than the index was built with, the old one is
opened again by its remembered recipe and answers until `kb.reencode` has made the new index. Where the old one is gone
for good, the index has to be made anew first, which takes its time and is done only when asked for.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from typing import NamedTuple

from pydantic import ValidationError

from kb.embed import Encoder, Recipe, open_encoder, recipe_of
from kb.errors import Unavailable
from kb.reencode import Reencoding, Told, encoder_name, label
from kb.registry import Registry
from kb.settings import BUNDLED_MODEL, Settings
from kb.store import VectorStore, folder_mark, open_store

Remake = Told
"""Told of the progress of an index that is made anew at once."""

log = logging.getLogger(__name__)


class OpenIndex(NamedTuple):
    """An index with the encoder that built it; `wanted` opens the one the settings name, where that is another."""

    store: VectorStore
    encoder: Encoder
    wanted: Callable[[], Encoder] | None = None


def first_encoder(settings: Settings) -> Encoder | None:
    """The encoder for a home without an index: opened before anything is made there, so that a wrong name leaves
    nothing behind. None where there may be an index."""
    return None if settings.qdrant_url or settings.index.exists() else open_encoder(settings)


def open_index(
    settings: Settings, registry: Registry, first: Encoder | None = None, remake: Remake | None = None
) -> OpenIndex:
    """Open the index; `first` is what `first_encoder` gave. Raises Unavailable when the encoder of the index is gone
    and `remake` was not asked for."""

    def wanted() -> Encoder:
        encoder = first or open_encoder(settings)
        registry.remember(_key(encoder.name), recipe_of(settings).model_dump_json())
        return encoder

    store = open_store(settings)
    try:
        return _with_encoder(settings, registry, store, wanted, remake)
    except BaseException:
        store.close()
        raise


def _with_encoder(
    settings: Settings, registry: Registry, store: VectorStore, wanted: Callable[[], Encoder], remake: Remake | None
) -> OpenIndex:
    built = store.built_with()
    if built is None:
        return OpenIndex(store, wanted())
    builder = encoder_name(built)
    recipe = _recipe(registry, builder)
    if recipe is None or recipe == recipe_of(settings) or remake:
        encoder = wanted()
        if label(encoder) == built:
            return OpenIndex(store, encoder)
        if encoder.name == builder or remake:
            return OpenIndex(_remade(settings, registry, store, encoder, remake), encoder)
        raise Unavailable(
            f"索引由向量模型 {builder} 建立，那个模型已经换成了 {encoder.name}，旧索引不能再用："
            "请运行 regkb reindex 重建索引（已算过的向量不会重算），或改回原来的模型"
        )
    return _with_builder(settings, registry, store, built, recipe, wanted)


def _with_builder(
    settings: Settings, registry: Registry, store: VectorStore, built: str, recipe: Recipe,
    wanted: Callable[[], Encoder],
) -> OpenIndex:  # fmt: skip
    """With the encoder of before, while the one that the settings name is waiting."""
    builder = encoder_name(built)
    try:
        encoder = open_encoder(settings, recipe)
    except Unavailable as error:
        encoder = wanted()
        if label(encoder) == built:  # the same model under another name or in another place
            return OpenIndex(store, encoder)
        raise Unavailable(
            f"索引由向量模型 {builder} 建立，它已不能打开（{error}）：请改回或恢复该模型，"
            f"或运行 regkb reindex 用 {settings.embed_model} 重建索引"
        ) from error
    if encoder.name != builder:
        raise Unavailable(
            f"索引由向量模型 {builder} 建立，{recipe.model} 现在却是 {encoder.name}："
            f"请运行 regkb reindex 用 {settings.embed_model} 重建索引"
        )
    if label(encoder) != built:
        store = _remade(settings, registry, store, encoder, None)
    log.warning(
        "向量模型已设为 %s，索引还是 %s 的，先用它回答；regkb serve 运行时会在后台换，regkb reindex 立即换。",
        settings.embed_model,
        recipe.model,
    )
    return OpenIndex(store, encoder, wanted)


def _remade(
    settings: Settings, registry: Registry, store: VectorStore, encoder: Encoder, told: Remake | None
) -> VectorStore:
    """The index made anew with an encoder before anything else is done with it."""
    log.warning("正在按登记库重建索引（%d 段，算过的向量不会重算）…", registry.indexed_chunks())
    made: list[VectorStore] = []
    Reencoding(
        registry, store, settings.embed_model, lambda: encoder, nullcontext(), lambda _, fresh: made.append(fresh),
        pause=0,
    ).run(told or (lambda _done, _total: None))  # fmt: skip
    return made[0]


def _recipe(registry: Registry, builder: str) -> Recipe | None:
    """How the encoder of an index was opened; None where the index is older than this memory and not of the bundled
    model."""
    said = registry.recalled(_key(builder))
    if said is None:
        return Recipe(model=BUNDLED_MODEL) if builder.startswith(BUNDLED_MODEL) else None
    try:
        return Recipe.model_validate_json(said)
    except ValidationError:  # written by another version of the program
        return None


def _key(name: str) -> str:
    return f"encoder-{folder_mark(name)}"
