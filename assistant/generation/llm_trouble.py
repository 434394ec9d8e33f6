"""What went wrong with a language model, as a sentence a person can act on and a rule whether to try again.

The sentences never carry words of the server: it may repeat the question or the key in its message.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import httpx

from assistant.generation.llm_wire import Cut


class Trouble(NamedTuple):
    """`again`: another try may help, after `wait` seconds if the server said so. `down`: it counts against the
    service; a refused key does not, for the service is there."""

    sentence: str
    again: bool = False
    down: bool = True
    wait: float | None = None


def trouble_of(error: Exception, cut: Cut | None, *, called: str, setting: str, seconds: float) -> Trouble:
    """`called` is what people call the model, `setting` the beginning of the names of its settings, `seconds` the time
    it was given."""
    if cut:
        return Trouble(_CUT[cut].format(called=called, seconds=f"{seconds:g}"))
    response = getattr(error, "response", None)
    if isinstance(response, httpx.Response):
        return _refused(response, called, setting)
    # The client library puts an error of its own around those of the connection, but not while a stream is read.
    cause = error if isinstance(error, httpx.TransportError) else error.__cause__
    if "CERTIFICATE_VERIFY_FAILED" in str(cause):
        return Trouble(f"{called}服务的证书不受信任：单位自签的证书请用环境变量 SSL_CERT_FILE 指明其根证书。")
    if isinstance(cause, httpx.ConnectError | httpx.ConnectTimeout):
        return Trouble(f"连不上{called}服务，请检查它是否在运行、{setting}_URL 是否正确。", again=True)
    if isinstance(cause, httpx.TransportError):
        return Trouble(f"与{called}服务的连接中断了，请稍后再试。", again=True)
    return Trouble(f"{called}服务的回复不合 OpenAI 接口的格式，请检查 {setting}_URL 是否指向兼容的接口。")


def nothing_said(called: str, setting: str) -> str:
    return f"{called}没有给出任何文字，请检查 {setting}_MODEL 是否是对话模型。"


def paused(called: str, wait: float) -> str:
    return f"{called}服务接连出错，暂停使用，约 {wait:.0f} 秒后再试。"


_CUT: dict[Cut, str] = {
    "late": "{called}没有在 {seconds} 秒内答完。",
    "silent": "{called}迟迟没有开始回答。",
    "long": "{called}返回的内容过长，没有采用。",
    "closed": "{called}的回答已被取消。",
}


def _refused(response: httpx.Response, called: str, setting: str) -> Trouble:
    status = response.status_code
    if status == 429:
        words = f"{called}服务限流（HTTP 429），请稍后再试，或检查额度。"
        return Trouble(words, again=True, wait=_retry_after(response))
    if status >= 500 or status == 408:
        return Trouble(f"{called}服务出错（HTTP {status}），请稍后再试。", again=True, wait=_retry_after(response))
    if status in (401, 403):
        return Trouble(f"{called}服务不接受密钥（HTTP {status}），请检查 {setting}_KEY。", down=False)
    if status == 402:
        return Trouble(f"{called}服务的额度用完了（HTTP 402）。", down=False)
    if status == 404:
        words = (
            f"{called}服务没有这个地址或模型（HTTP 404），请检查 {setting}_URL（通常以 /v1 结尾）和 {setting}_MODEL。"
        )
        return Trouble(words, down=False)
    if status in range(300, 400):
        words = f"{called}服务的地址转到了别处（HTTP {status}），请把 {setting}_URL 写成转到的地址。"
        return Trouble(words, down=False)
    words = f"{called}服务不接受这个请求（HTTP {status}）：内容可能太长，或 {setting}_MODEL 不对。"
    return Trouble(words, down=False)


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds the server asks to wait; None where it does not, or gives a date."""
    try:
        seconds = float(response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
