"""Fixtures of the page tests: the service that `contract_server` plays, and the clients of a visitor and of staff."""

from __future__ import annotations

from collections.abc import Iterator

import contract_server as contract
import pytest

from ui.client import Client


@pytest.fixture
def world() -> contract.World:
    """What the service holds and what was sent to it."""
    return contract.World()


@pytest.fixture
def site(world: contract.World) -> Iterator[Client]:
    with contract.serving(world) as url:
        client = Client(url, timeout=5)
        yield client
        client.close()


@pytest.fixture
def staff(site: Client) -> Iterator[Client]:
    client = Client(site.url, contract.TOKEN, timeout=5)
    yield client
    client.close()
