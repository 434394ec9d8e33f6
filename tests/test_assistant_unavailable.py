"""A missing part is said to be missing: never an empty result, never "no ground"."""

from __future__ import annotations

from pathlib import Path

import httpx

from assistant.service import Service
from kb.settings import Settings
from ui.access import InProcess


def test_without_an_encoder_the_service_starts_and_says_so(tmp_path: Path) -> None:
    service = Service.open(Settings(home=tmp_path))
    with httpx.Client(base_url="http://regkb", transport=InProcess(service)) as client:
        ready = client.get("/readyz")
        assert (ready.status_code, "向量模型" in ready.json()["detail"]) == (503, True)
        answer = client.post("/api/ask", json={"question": "疫苗可以委托生产吗"}).json()
        assert answer["outcome"] == "unavailable"
        assert "没有依据" not in answer["text"]
        searched = client.get("/api/search", params={"q": "疫苗"})
        assert (searched.status_code, searched.json()["error"]) == (503, "Unavailable")


def test_a_wrong_sentence_transformers_name_is_said(tmp_path: Path) -> None:
    service = Service.open(Settings(home=tmp_path, embed_model=str(tmp_path / "没有这个模型")))
    assert service.knowledge_or_none is None
    assert "没有这个模型" in (service.trouble or "")
