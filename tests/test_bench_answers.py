"""The bench of answers: its model must be heard, and its ratios must not flatter us."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from small_service import QUESTION, TODAY, small_service

from assistant.answer_model import Question
from assistant.generation.llm import Message, open_model
from assistant.reply import reply
from bench.answers import Instant, first_shown, first_words, p95_ratio, scripted, spoken
from kb.validity import chinese_day

MATERIAL = (
    "[ab3d] 《样例法》第一条（现行有效）\n第一条 持有人应当报告。其余从略。\n"
    "[ef5g] 《样例法》第二条\n第二条 标签应当清楚。\n"
)


def test_the_scripted_model_says_a_sentence_of_each_block_with_its_key() -> None:
    assert spoken(MATERIAL) == "持有人应当报告[ab3d]。标签应当清楚[ef5g]。"


def test_over_http_it_says_the_same() -> None:
    with scripted() as address:
        from kb.settings import Settings

        model = open_model(Settings(llm_url=address, llm_model="scripted"))
        assert model is not None
        with model.stream([Message("user", MATERIAL)], limit_tokens=100, seconds=20) as stream:
            assert "".join(stream) == spoken(MATERIAL)


def test_what_is_timed_are_words_of_the_model_not_the_extract(tmp_path: Path) -> None:
    """Were the model unheard, the first words would be those of the extractive answer, which come sooner."""
    service = small_service(tmp_path)
    try:
        speaking = replace(service, model=Instant())
        asked = Question(question=QUESTION, as_of=TODAY, mode="generative")
        words = first_words(reply(speaking, asked))
        assert words is not None
        assert words.startswith("的有效文本，白鹭制剂的持有人应当在三十日内")
        assert not str(first_words(reply(service, asked))).startswith("的有效文本")
        assert first_shown(reply(speaking, asked)) == f"按{chinese_day(TODAY)}"
    finally:
        service.close()


def test_the_ratio_is_of_the_slow_tail_round_by_round() -> None:
    fast, slow = [[0.01] * 19 + [0.1]], [[0.01] * 19 + [0.4]]
    expected = float(np.percentile(slow[0], 95) / np.percentile(fast[0], 95))
    assert p95_ratio(slow, fast)["median"] == round(expected, 3)
    assert p95_ratio(slow, fast)["median"] > 1
