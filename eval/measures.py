"""Every measure of a run, in the order in which tables print them."""

from __future__ import annotations

from eval.answering import ANSWER_MEASURES
from eval.ranking import RANKING_MEASURES
from eval.score import Measure

MEASURES: tuple[Measure, ...] = (*RANKING_MEASURES, *ANSWER_MEASURES)
