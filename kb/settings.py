"""Every setting of the system: one frozen object, built once by the composition root and passed down."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

BUNDLED_MODEL = "multilingual-e5-small-int8"


class Settings(BaseSettings):
    """Read from `REGKB_*` environment variables; the names are a public contract (see the README)."""

    model_config = SettingsConfigDict(env_prefix="REGKB_", frozen=True, extra="ignore")

    home: Path = Field(default=Path(".regkb"), description="data folder")
    data: Path = Field(default=Path(__file__).resolve().parent.parent / "data", description="content we wrote")
    embed_model: str = Field(default=BUNDLED_MODEL, description="bundled model, or any sentence-transformers name")
    embed_threads: int = Field(default=2, ge=1, description="threads of the encoder and of the cross-encoder")
    embed_query_prompt: str | None = Field(default=None, description="put before a question; unset = as the model says")
    embed_passage_prompt: str | None = Field(
        default=None, description="put before a passage; unset = as the model says"
    )
    embed_max_tokens: int | None = Field(default=None, ge=16, description="tokens read of a text; unset = all it can")
    rerank_model: str | None = Field(default=None, description="a sentence-transformers cross-encoder; unset = none")
    rerank_max_tokens: int = Field(default=512, ge=32, description="tokens of question and passage it reads together")
    qdrant_url: str | None = Field(default=None, description="a Qdrant server; unset = embedded engine")
    qdrant_key: str | None = Field(default=None, repr=False, description="the server's API key, where it asks for one")
    database_url: str | None = Field(default=None, description="SQLAlchemy URL; unset = SQLite under home")
    llm_url: str | None = None
    llm_model: str | None = None
    llm_key: str | None = Field(default=None, repr=False)
    query_model: Literal["off", "hypothetical", "rewritten"] = Field(
        default="off", description="words the language model adds to a search"
    )
    judge_url: str | None = Field(default=None, description="an OpenAI-compatible endpoint that judges answers")
    judge_model: str | None = None
    judge_key: str | None = Field(default=None, repr=False)
    api_host: str = "127.0.0.1"
    api_port: int = 8000
    ui_port: int = 8501
    pages_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s\"'<>;,]+$",
        description="address of the pages as their readers reach them",
    )
    embed_origins: str = Field(
        default="", pattern=r"^(https?://[A-Za-z0-9.*:\[\]-]+\s*)*$",
        description="websites that may show /embed in a frame, with blanks between; unset = our own only",
    )  # fmt: skip
    mcp_hosts: str = Field(
        default="", pattern=r"^([A-Za-z0-9.\[\]:-]+\s*)*$",
        description="names under which /mcp is reached besides this machine's own, with blanks between",
    )  # fmt: skip
    upload_limit_mb: int = Field(default=50, ge=1, description="largest file taken over HTTP")
    file_limit_mb: int = Field(default=200, ge=1, description="largest file the command line takes in")
    parse_seconds: int = Field(default=120, ge=5, description="a file is given up after so long without progress")
    parse_memory_mb: int = Field(default=2560, ge=1024, description="memory of the process that parses files")
    conversation_days: int = Field(
        default=180, ge=1, le=36_500, description="a conversation nobody goes on with is deleted after so many days"
    )
    scanned_pages: int = Field(default=300, ge=1, description="pages of one file that are recognised from images")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'registry.sqlite3'}"

    @property
    def index(self) -> Path:
        return self.home / "index"

    @property
    def vectors(self) -> Path:
        """The cache of the encoder, wherever the index is."""
        return self.home / "vectors.sqlite3"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def originals(self) -> Path:
        return self.home / "originals"

    @property
    def api_url(self) -> str:
        return f"http://{self.api_host}:{self.api_port}"
