"""No library reports on its use: the switches that keep the ones we load from telling their makers.

They are read when a library is first imported, some of them once and for all, so `kb` sets them before anything else
is loaded; a process that is started with an environment of its own is given `SWITCHES`.
"""

from __future__ import annotations

from collections.abc import MutableMapping

SWITCHES = {
    "ORT_DISABLE_TELEMETRY": "1",  # the Linux wheel of onnxruntime queues events under ~/.cache and sends them
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",  # unstructured and huggingface_hub
    "SCARF_NO_ANALYTICS": "true",  # unstructured
    "UNSTRUCTURED_DISABLE_NOTICE": "1",
    "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
}


def silence(environment: MutableMapping[str, str]) -> None:
    """Set every switch that the environment does not set itself."""
    for name, value in SWITCHES.items():
        environment.setdefault(name, value)
