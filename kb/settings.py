"""Every setting of the system: one frozen object, built once by the composition root and passed down."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

BUNDLED_MODEL = "multilingual-e5-small-int8"


class Settings(BaseSettings):
    """Read from `REGKB_*` environment variables; the names are a public contract (see the README)."""

    model_config = SettingsConfigDict(env_prefix="REGKB_", frozen=True, extra="ignore")

    home: Path = Field(default=Path(".regkb"), description="data folder")
    data: Path = Field(default=Path(__file__).resolve().parent.parent / "data", description="content we wrote")
    embed_model: str = Field(default=BUNDLED_MODEL, description="bundled model, or any sentence-transformers name")
    embed_threads: int = Field(default=2, ge=1, description="threads of the encoder")
    qdrant_url: str | None = Field(default=None, description="a Qdrant server; unset = embedded engine")
    database_url: str | None = Field(default=None, description="SQLAlchemy URL; unset = SQLite under home")
    llm_url: str | None = None
    llm_model: str | None = None
    llm_key: str | None = Field(default=None, repr=False)
    api_host: str = "127.0.0.1"
    api_port: int = 8000
    ui_port: int = 8501
    upload_limit_mb: int = Field(default=50, ge=1, description="largest file taken over HTTP")
    file_limit_mb: int = Field(default=200, ge=1, description="largest file the command line takes in")
    parse_seconds: int = Field(default=120, ge=5, description="a file is given up after so long without progress")
    parse_memory_mb: int = Field(default=2560, ge=1024, description="memory of the process that parses files")
    scanned_pages: int = Field(default=300, ge=1, description="pages of one file that are recognised from images")

    @property
    def database(self) -> str:
        return self.database_url or f"sqlite:///{self.home / 'registry.sqlite3'}"

    @property
    def index(self) -> Path:
        return self.home / "index"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def originals(self) -> Path:
        return self.home / "originals"

    @property
    def api_url(self) -> str:
        return f"http://{self.api_host}:{self.api_port}"
