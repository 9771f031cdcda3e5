"""The flag through OpenFeature's own client."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from made_flags import text_of
from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.evaluation_context import EvaluationContext
from openfeature.event import EventDetails, ProviderEvent
from openfeature.exception import ErrorCode

from unitdocs.flags import Flag, watching
from unitdocs.flags.openfeature import FlagProvider


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "flags.json"
    path.write_text(text_of(Flag(version=2, share=10_000, denied=frozenset({"b"}))))
    return path


@pytest.fixture
def client(file: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenFeatureClient]:
    monkeypatch.setattr(watching, "INTERVAL", 0.0)
    api.set_provider(FlagProvider(file))
    yield api.get_client()
    api.clear_providers()


def test_a_client_gets_the_system_of_its_key(client: OpenFeatureClient) -> None:
    found = client.get_string_details("unit-system", "original", EvaluationContext("a"))
    assert (found.value, found.variant, found.reason) == ("refactored", "refactored", "SPLIT")
    assert found.flag_metadata == {"reason": "share", "version": 2}
    assert client.get_string_value("unit-system", "original", EvaluationContext("b")) == "original"


def test_on_a_fault_the_answer_is_original_whatever_the_default_is(client: OpenFeatureClient, file: Path) -> None:
    file.write_text("{")
    found = client.get_string_details("unit-system", "refactored", EvaluationContext("a"))
    assert (found.value, found.reason) == ("original", "ERROR")
    assert "is not JSON" in str(found.flag_metadata["detail"])
    assert client.get_string_value("unit-system", "refactored") == "original"


def test_a_kill_is_announced(client: OpenFeatureClient, file: Path) -> None:
    announced: list[EventDetails] = []
    client.add_handler(ProviderEvent.PROVIDER_CONFIGURATION_CHANGED, announced.append)
    client.get_string_value("unit-system", "original", EvaluationContext("a"))
    assert announced == []
    file.write_text(text_of(Flag(version=3, share=10_000, killed="slow")))
    found = client.get_string_details("unit-system", "original", EvaluationContext("a"))
    assert (found.value, found.reason, found.flag_metadata["detail"]) == ("original", "DISABLED", "slow")
    assert [details.flags_changed for details in announced] == [["unit-system"]]


def test_another_flag_and_another_type_are_errors_of_the_call(client: OpenFeatureClient) -> None:
    assert client.get_string_details("music", "x").error_code is ErrorCode.FLAG_NOT_FOUND
    for ask in (client.get_boolean_details, client.get_integer_details, client.get_float_details):
        assert ask("unit-system", 1).error_code is ErrorCode.TYPE_MISMATCH  # type: ignore[operator]
    assert client.get_object_details("unit-system", {}).error_code is ErrorCode.TYPE_MISMATCH
