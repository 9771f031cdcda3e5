"""Addresses in sentences: scheme, host and port, and never what may be a secret."""

import pytest

from unitdocs.monitoring.addresses import shown_address


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318"),
        ("127.0.0.1:4318", "127.0.0.1:4318"),
        ("http://[::1]:4318", "http://[::1]:4318"),
        ("HTTPS://collector.example/v1/traces?token=s3cret#s3cret", "HTTPS://collector.example"),
        ("http://bob:s3cret@127.0.0.1:1", "http://127.0.0.1:1"),
        ("bob:s3cret@127.0.0.1:1", "127.0.0.1:1"),
        ("http://bob:s3@cret@127.0.0.1:1", "http://127.0.0.1:1"),
        ("http://bob:s3cret@host:port", "http://host"),
        ("http://bob:s3cret@", "http://..."),
        ("http://bob:s3cret", "http://bob"),
        ("http://bob:12/s3cret@host:1", "http://..."),
        ("http://host:1/?token=a@s3cret", "http://..."),
        ("http://bob:s3 cret@[::1", "http://[::1"),
        ("", "..."),
    ],
)
def test_only_scheme_host_and_port_are_shown(address: str, shown: str) -> None:
    assert shown_address(address) == shown
