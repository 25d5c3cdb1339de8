"""Where a host may listen."""

from __future__ import annotations

from typing import Any

import pytest

from gymbridge._credentials import is_local
from gymbridge._host import process, sockets


@pytest.mark.parametrize("host", ["::ffff:127.0.0.1", "[::ffff:127.0.0.1]", "::ffff:7f00:1"])
def test_an_ipv4_address_written_as_one_of_ipv6_is_refused_by_its_name(host: str) -> None:
    said: list[dict[str, Any]] = []
    assert process.run(["--host", host, "--port", "0"], said.append, 0, lambda code: None) == 2
    assert said[0]["message"].endswith(" is an IPv4 address written as one of IPv6; listen on 127.0.0.1.")


@pytest.mark.parametrize(
    ("host", "address"),
    [("::1", "[::1]:5"), ("[::1]", "[::1]:5"), ("127.0.0.2", "127.0.0.2:5"), ("localhost", "localhost:5")],
)
def test_every_loopback_address_is_one_of_this_machine(host: str, address: str) -> None:
    assert sockets.joined(host, 5) == address
    assert is_local(address)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "fe80::1", "localhost.evil.test"])
def test_an_address_of_other_machines_is_refused_without_its_flags(host: str) -> None:
    said: list[dict[str, Any]] = []
    assert process.run(["--host", host, "--port", "0"], said.append, 0, lambda code: None) == 2
    assert "can be reached from other machines, and this host has no TLS" in said[0]["message"]
