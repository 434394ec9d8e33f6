"""The deployment on containers agrees with the code (settings, ports, folders, commands) and leaves no door open."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import yaml
from live import _free_ports
from typer.main import get_command

from kb.errors import Unavailable
from kb.settings import Settings
from ui.cli import app
from ui.serve import check_ports

ROOT = Path(__file__).resolve().parent.parent
FILES = ("docker-compose.yml", "deploy/cluster.yml")
PASSWORD = "POSTGRES_PASSWORD"
OURS = ("api", "worker", "ui")
SET_BY_LIBRARIES = {"PGPASSWORD"}
"""Read by the driver of PostgreSQL itself."""


def read(name: str) -> dict[str, Any]:
    """A file of the deployment, `<<` merged as compose merges it."""
    loaded: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return loaded


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = read("docker-compose.yml")["services"]
    return found


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


def compose() -> list[str] | None:
    """The compose command of this machine."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]):
            asked = subprocess.run([*command, "version"], capture_output=True, timeout=60)
            if asked.returncode == 0:
                return command
    return None


@pytest.mark.parametrize("files", [FILES[:1], FILES], ids=["one node", "cluster"])
def test_compose_accepts_the_files(files: tuple[str, ...]) -> None:
    command = compose()
    if command is None:
        pytest.skip("no compose command (docker compose or docker-compose) on this machine")
    chosen = [word for name in files for word in ("-f", name)]
    environment = {name: value for name, value in os.environ.items() if name != PASSWORD}
    given = environment | {PASSWORD: "a@b/c:d"}
    done = subprocess.run(
        [*command, *chosen, "config"], cwd=ROOT, env=given, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    whole = yaml.safe_load(done.stdout)
    assert whole["services"]["api"]["environment"]["PGPASSWORD"] == "a@b/c:d"
    assert ("qdrant-3" in whole["services"]) is (len(files) == 2)


def test_compose_refuses_to_start_without_a_password(tmp_path: Path) -> None:
    """There is no default; the sentence says what to do."""
    command = compose()
    if command is None:
        pytest.skip("no compose command (docker compose or docker-compose) on this machine")
    copy = tmp_path / "docker-compose.yml"  # apart from any .env of this checkout
    copy.write_text((ROOT / "docker-compose.yml").read_text(encoding="utf-8"), encoding="utf-8")
    for value in (None, ""):
        environment = {name: given for name, given in os.environ.items() if name != PASSWORD}
        environment |= {} if value is None else {PASSWORD: value}
        environment["PYTHONIOENCODING"] = "utf-8"
        done = subprocess.run(
            [*command, "config"], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=60
        )
        assert done.returncode != 0
        assert "deploy/env.example" in done.stderr


def test_no_secret_has_a_default_and_the_example_leaves_it_empty() -> None:
    for name in FILES:
        text = (ROOT / name).read_text(encoding="utf-8")
        defaults = re.findall(r"\$\{(\w*(?:PASSWORD|TOKEN|KEY|SECRET)\w*)(:?[-+][^}]*)?\}", text)
        assert defaults == [], name
    assert re.search(rf"^{PASSWORD}=$", (ROOT / "deploy/env.example").read_text(encoding="utf-8"), re.MULTILINE)


def test_every_variable_of_the_files_is_in_the_example_and_back() -> None:
    used = {n for name in FILES for n in re.findall(r"\$\{(\w+)", (ROOT / name).read_text(encoding="utf-8"))}
    example = (ROOT / "deploy/env.example").read_text(encoding="utf-8")
    assert set(re.findall(r"^(?:# )?([A-Z_]+)=", example, re.MULTILINE)) == used


def test_defaults_in_the_example_are_the_real_ones() -> None:
    example = (ROOT / "deploy/env.example").read_text(encoding="utf-8")
    said = dict(re.findall(r"^# ([A-Z_]+)=(.*)$", example, re.MULTILINE))
    found = {}
    for name in FILES:
        found |= dict(re.findall(r"\$\{(\w+):-([^}]*)\}", (ROOT / name).read_text(encoding="utf-8")))
    assert said == found


def test_every_setting_that_is_passed_exists(services: dict[str, dict[str, Any]], dockerfile: str) -> None:
    """A misspelt setting is silently ignored, and the API would then use an index of its own."""
    known = {f"REGKB_{name.upper()}" for name in Settings.model_fields}
    for name in OURS:
        assert set(services[name]["environment"]) <= known | SET_BY_LIBRARIES, name
    assert set(re.findall(r"\bREGKB_[A-Z_]+", dockerfile)) <= known


def test_settings_read_the_environment_of_the_api(
    services: dict[str, dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in services["api"]["environment"].items():
        if value is not None:  # handed on from .env where it is set there
            monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.database.startswith("postgresql+psycopg://")
    assert settings.qdrant_url == "http://qdrant:6333"
    assert settings.api_url == "http://api:8000"


def test_addresses_name_services_of_the_file_and_nothing_outside(services: dict[str, dict[str, Any]]) -> None:
    texts = [str(value) for name in OURS for value in services[name]["environment"].values()]
    hosts = {host for text in texts for host in re.findall(r"://(?:[^@/]*@)?([\w.-]+)", text)}
    assert hosts == {"postgres", "qdrant"}
    assert services["ui"]["environment"]["REGKB_API_HOST"] in services


def test_worker_and_api_are_of_one_home(services: dict[str, dict[str, Any]], dockerfile: str) -> None:
    """The command line sends the staff token only to a service of its own data folder, told by its path."""
    homes = {services[name]["environment"]["REGKB_HOME"] for name in OURS}
    assert len(homes) == 1
    home = homes.pop()
    assert f"home:{home}" in services["api"]["volumes"]
    assert f"home:{home}:ro" in services["worker"]["volumes"]
    assert f"REGKB_HOME={home}" in dockerfile
    assert f"--group regkb {home}" in dockerfile, "a new volume takes the owner of this folder"


def test_the_passwords_go_only_where_they_are_needed(services: dict[str, dict[str, Any]]) -> None:
    holders = {name for name, service in services.items() if PASSWORD in str(service.get("environment"))}
    assert holders == {"postgres", "api"}


def test_ports_are_the_settings_and_on_this_machine_only(services: dict[str, dict[str, Any]]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert set(published) == {"api", "ui"}, "neither database is reachable from outside"
    for name, field in (("api", "api_port"), ("ui", "ui_port")):
        port = str(Settings.model_fields[field].default)
        (line,) = published[name]
        assert line.startswith("${PUBLISH_ADDRESS:-127.0.0.1}:")
        assert line.endswith(f":{port}")
        assert services[name]["environment"][f"REGKB_{field.upper()}"] == port
        assert port in str(services[name]["healthcheck"]["test"])


def test_databases_and_worker_have_no_way_out(services: dict[str, dict[str, Any]]) -> None:
    assert read("docker-compose.yml")["networks"]["inside"] == {"internal": True}
    assert {name for name, service in services.items() if service["networks"] == ["inside"]} == {
        "postgres", "qdrant", "worker",
    }  # fmt: skip
    for name in ("qdrant-2", "qdrant-3"):
        assert read("deploy/cluster.yml")["services"][name]["networks"] == ["inside"]


def test_nobody_is_root_and_nothing_is_granted(services: dict[str, dict[str, Any]], dockerfile: str) -> None:
    every = services | {n: s for n, s in read("deploy/cluster.yml")["services"].items() if n != "qdrant"}
    for name, service in every.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert not {"privileged", "cap_add", "pid", "network_mode", "devices"} & set(service), name
    assert dockerfile.rindex("\nUSER regkb") < dockerfile.rindex("\nENTRYPOINT")
    assert services["postgres"]["user"] == "postgres"
    assert services["qdrant"]["image"].endswith("-unprivileged")
    assert all(services[name]["read_only"] for name in ("postgres", *OURS))


def test_volumes_and_dependences_exist(services: dict[str, dict[str, Any]]) -> None:
    for name, file in zip(FILES, map(read, FILES), strict=True):
        for service in file["services"].values():
            named = [v.split(":")[0] for v in service.get("volumes", ()) if not v.startswith(("$", ".", "/"))]
            assert set(named) <= set(file.get("volumes", {})), name
    every = services | read("deploy/cluster.yml")["services"]
    for name, service in every.items():
        for needed, how in service.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}, name
            assert "healthcheck" in (every[needed] | services.get(needed, {})), name


def test_images_are_pinned_and_alike(services: dict[str, dict[str, Any]], dockerfile: str) -> None:
    images = {service["image"] for service in services.values()}
    images |= {s["image"] for s in read("deploy/cluster.yml")["services"].values() if "image" in s}
    images |= set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE))
    assert all(re.search(r":v?\d+[.\w-]*$", image) for image in images), images
    assert len({image for image in images if image.startswith("qdrant/")}) == 1
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"regkb:{project['version']}" in images


def test_the_server_is_of_the_line_of_its_client(services: dict[str, dict[str, Any]]) -> None:
    """Qdrant promises that client and server of one minor version understand each other."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    client = next(need for need in project["dependencies"] if need.startswith("qdrant-client"))
    minor = re.search(r"(\d+\.\d+)", client)
    assert minor
    assert services["qdrant"]["image"].startswith(f"qdrant/qdrant:v{minor[1]}.")


def test_every_command_exists_with_its_options(services: dict[str, dict[str, Any]], dockerfile: str) -> None:
    known: Any = get_command(app)
    last = re.search(r"^CMD (\[.*\])", dockerfile, re.MULTILINE)
    assert last
    for words in (*(services[name]["command"] for name in OURS), yaml.safe_load(last[1])):
        command = known.commands[words[0]]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word for word in words if word.startswith("--")} <= options


def test_what_the_image_copies_is_let_in_and_no_secret_is(dockerfile: str) -> None:
    rules = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let_in = {rule[1:] for rule in rules if rule.startswith("!")}
    assert "*" in rules
    copied = re.findall(r"^COPY (?!--from)(.+) \./?$", dockerfile, re.MULTILINE)
    assert {name for line in copied for name in line.split()} - {"."} <= let_in
    assert {"kb", "ingest", "assistant", "eval", "ui", "data", ".streamlit", "README.md"} <= let_in
    assert all((ROOT / name).exists() for name in let_in)
    assert not {".env", ".regkb", ".git"} & let_in


def test_requirements_are_those_of_the_project(tmp_path: Path) -> None:
    """The image has the extras that are asked for and nothing that only tests need; a wrong name stops the build."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\ndependencies = ["a~=1.0"]\n[project.optional-dependencies]\npg = ["b"]\ntest = ["c"]\n',
        encoding="utf-8",
    )
    command = [sys.executable, str(ROOT / "deploy/requirements.py")]
    done = subprocess.run([*command, "pg"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["a~=1.0", "b"]
    wrong = subprocess.run([*command, "pq"], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (wrong.returncode, "pq" in wrong.stderr) == (1, True)
    asked = re.search(r"requirements\.py (\w+) >", (ROOT / "Dockerfile").read_text(encoding="utf-8"))
    assert asked
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert asked[1] in project["optional-dependencies"]


def test_the_health_check_of_qdrant_tells_ready_from_not(services: dict[str, dict[str, Any]]) -> None:
    """Run as it stands, with the port of a small server: only status 200 is healthy."""
    bash = shutil.which("bash")
    if bash is None:
        pytest.skip("no bash on this machine")

    class Answers(BaseHTTPRequestHandler):
        status = 200

        def do_GET(self) -> None:
            self.send_response(self.status if self.path == "/readyz" else 404)
            self.end_headers()

        def log_message(self, *_words: object) -> None:
            """Nothing for the screen."""

    checks = [services["qdrant"], *(s for n, s in read("deploy/cluster.yml")["services"].items() if n != "qdrant")]
    server = HTTPServer(("127.0.0.1", 0), Answers)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        for check in checks:
            words = check["healthcheck"]["test"]
            assert words[:3] == ["CMD", "bash", "-c"]
            script = words[3].replace("6333", str(server.server_port)).replace("$$", "$")
            for Answers.status, code in ((200, 0), (503, 1)):
                assert subprocess.run([bash, "-c", script], timeout=30).returncode == code
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def own_port() -> str:
    return str(_free_ports()[0])


@pytest.mark.parametrize("only", ["api", "ui"])
def test_one_half_alone_asks_for_its_own_port_only(only: str, own_port: str, tmp_path: Path) -> None:
    """In a container of its own each half has the other's port free or taken by somebody else: no matter."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        theirs = str(taken.getsockname()[1])
        ports = (
            {"api_port": own_port, "ui_port": theirs} if only == "api" else {"api_port": theirs, "ui_port": own_port}
        )
        settings = Settings(home=tmp_path, api_host="elsewhere.invalid", **{n: int(p) for n, p in ports.items()})
        check_ports(settings, "127.0.0.1", "api" if only == "api" else "ui")
        with pytest.raises(Unavailable, match=theirs):
            check_ports(settings, "127.0.0.1")


def started(only: str, settings: Settings, log: Path, **environment: str) -> subprocess.Popen[bytes]:
    """`regkb serve --only …` as a container runs it: found under one address, listening on all."""
    given = os.environ | environment | {
        "REGKB_HOME": str(settings.home), "REGKB_API_HOST": "localhost", "REGKB_API_PORT": str(settings.api_port),
        "REGKB_UI_PORT": str(settings.ui_port), "PYTHONIOENCODING": "utf-8", "COLUMNS": "300",
    }  # fmt: skip
    command = [sys.executable, "-c", "from ui.cli import main; main()", "serve", "--only", only, "--listen", "0.0.0.0"]
    with log.open("wb") as out:
        return subprocess.Popen(command, env=given, cwd=log.parent, stdout=out, stderr=out)


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def until_it_answers(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 120
    while not answers(url):
        assert process.poll() is None, log.read_text(encoding="utf-8")
        assert time.monotonic() < deadline, log.read_text(encoding="utf-8")
        time.sleep(0.2)


def test_the_pages_alone_ask_nobody_and_end_with_their_container(tmp_path: Path) -> None:
    """They start without the API; Streamlit, listening on all addresses, would ask the internet for ours."""
    api, ui = _free_ports()
    log = tmp_path / "ui.log"
    process = started("ui", Settings(home=tmp_path / "home", api_port=api, ui_port=ui), log)
    try:
        until_it_answers(f"http://127.0.0.1:{ui}/_stcore/health", process, log)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
    said = log.read_text(encoding="utf-8")
    assert "external IP" not in said
    assert not answers(f"http://127.0.0.1:{ui}/_stcore/health"), "no page is left behind"
    assert not (tmp_path / "home").exists(), "the pages need no data folder"


def test_the_api_alone_says_where_the_token_is_and_not_what_it_is(starter_settings: Settings, tmp_path: Path) -> None:
    """The log of a container is read by more people than the token is for."""
    home = tmp_path / "home"
    shutil.copytree(starter_settings.home, home)
    api, ui = _free_ports()
    settings = starter_settings.model_copy(update={"home": home, "api_port": api, "ui_port": ui})
    log = tmp_path / "api.log"
    process = started("api", settings, log, REGKB_EMBED_THREADS="1")
    try:
        until_it_answers(f"http://127.0.0.1:{api}/readyz", process, log)
        assert not answers(f"http://127.0.0.1:{ui}/_stcore/health")
        deadline = time.monotonic() + 30
        while "staff_token" not in log.read_text(encoding="utf-8"):
            assert time.monotonic() < deadline
            time.sleep(0.2)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
    assert (home / "staff_token").read_text(encoding="utf-8").strip() not in log.read_text(encoding="utf-8")


def test_no_library_reports_on_its_use(services: dict[str, dict[str, Any]], dockerfile: str) -> None:
    """onnxruntime for Linux queues events for its maker unless this variable is set; Qdrant and Streamlit as well."""
    for setting in ("HF_HUB_OFFLINE=1", "ORT_DISABLE_TELEMETRY=1", "STREAMLIT_BROWSER_GATHER_USAGE_STATS=false"):
        assert setting in dockerfile
    nodes = [services["qdrant"], *(s for s in read("deploy/cluster.yml")["services"].values())]
    assert all(node["environment"]["QDRANT__TELEMETRY_DISABLED"] == "true" for node in nodes)


def test_that_variable_keeps_onnxruntime_quiet(bundled_settings: Settings, tmp_path: Path) -> None:
    """The variable is not in its documentation: a new version may take it away."""
    model = next(bundled_settings.models.rglob("*.onnx"))
    program = f"import onnxruntime; onnxruntime.InferenceSession({str(model)!r}, providers=['CPUExecutionProvider'])"
    environment = os.environ | {"HOME": str(tmp_path), "ORT_DISABLE_TELEMETRY": "1"}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True, timeout=120)
    assert list(tmp_path.rglob("*")) == []
