"""A journey that fails in CI can only be understood from its report, and only one that waited may be gone again."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import journeys
import pytest

pytest.importorskip("playwright.sync_api", reason="未安装 playwright，略过浏览器测试")

pytest_plugins = ["pytester"]

PAGE = """
import pytest
from playwright.sync_api import TimeoutError as Waited
from types import SimpleNamespace

@pytest.fixture
def visit():
    return SimpleNamespace(
        url="http://127.0.0.1/?c=1", inner_text=lambda where, timeout: "找不到" + "这段对话",
        context=SimpleNamespace(cookies=lambda: [{"name": "regkb_visitor", "value": "秘密"}]),
    )

tries = []
"""


def outcome(pytester: pytest.Pytester, test: str) -> tuple[dict[str, int], str]:
    """How many passed, failed and were gone again, and what was printed."""
    here = str(Path(journeys.__file__).parent)
    pytester.makeconftest(f"import sys; sys.path.insert(0, {here!r})\npytest_plugins = ['journeys']")
    pytester.makeini("[pytest]\nmarkers = browser")
    pytester.makepyfile(PAGE + test)
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    return result.parseoutcomes(), "\n".join(result.outlines)


def test_a_failed_journey_tells_what_stood_on_the_page(pytester: pytest.Pytester) -> None:
    """The address and the words, but no key: whoever reads the report must not get at a person's conversations."""
    counted, told = outcome(pytester, "def test_journey(visit): assert False\ndef test_other(): assert False")
    assert counted == {"failed": 2}
    assert told.count("找不到这段对话") == 1
    assert "http://127.0.0.1/?c=1\ncookie：['regkb_visitor']\n找不到这段对话" in told
    assert "秘密" not in told


def test_a_journey_that_waited_in_vain_is_gone_once_more_and_told(pytester: pytest.Pytester) -> None:
    counted, told = outcome(
        pytester,
        """
@pytest.mark.browser
def test_journey(visit):
    tries.append(1)
    if len(tries) == 1:
        raise Waited("Locator.wait_for")
""",
    )
    assert counted == {"passed": 1, "rerun": 1}
    assert "找不到这段对话" in told


@pytest.mark.parametrize(
    ("body", "counted", "why"),
    [
        ("assert len(tries) > 1", {"failed": 1}, "页面说错了，立即算失败"),
        ("raise TimeoutError('x')", {"failed": 1}, "别的期限到了，不是浏览器在等"),
        ("try: raise Waited('x')\n    except Waited: assert len(tries) > 1", {"failed": 1}, "等不到之后断定页面错了"),
        ("raise Waited('x')", {"failed": 1, "rerun": 1}, "两次都等不到"),
    ],
)
def test_nothing_else_is_forgiven(body: str, counted: dict[str, int], why: str, pytester: pytest.Pytester) -> None:
    made = f"@pytest.mark.browser\ndef test_a(visit):\n    tries.append(1)\n    {body}\n"
    assert outcome(pytester, made)[0] == counted, why


def test_a_test_without_a_browser_is_not_gone_again(pytester: pytest.Pytester) -> None:
    assert outcome(pytester, "def test_a(): raise Waited('x')")[0] == {"failed": 1}


def test_a_page_that_is_gone_does_not_hide_the_failure() -> None:
    assert "读不出来" in journeys.shown(SimpleNamespace(context=None))
