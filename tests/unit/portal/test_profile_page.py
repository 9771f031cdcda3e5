"""Flame graphs, the file for speedscope, and the page of a profile."""

import html
import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise

import pytest

from unitdocs.portal.components.speedscope import SCHEMA, to_speedscope
from unitdocs.portal.figures.flame_graph import WIDTH, FlameBlock, fitting, flame_graph, flame_graph_file, flame_tree
from unitdocs.portal.pages import profile
from unitdocs.records import Clock, Environment
from unitdocs.studies import (
    AllocationSite,
    ArmProfile,
    CodeProfile,
    ProfiledPlace,
    ProfiledScenario,
    SampledStack,
    Study,
    by_part,
    hottest,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PLACES = (
    ProfiledPlace(file="game/loop.py", function="frame", line=3, part="game.loop"),
    ProfiledPlace(file="game/cache.py", function="a_function_with_a_name_that_is_very_long", line=9, part="cache"),
    ProfiledPlace(file="", function="<b>&len"),
)
STACKS = (
    SampledStack(places=(0,), samples=10, microseconds=10_000),
    SampledStack(places=(0, 1), samples=60, microseconds=60_000),
    SampledStack(places=(0, 1, 2), samples=28, microseconds=28_000),
    SampledStack(places=(0, 2), samples=2, microseconds=2_000),
)
ENVIRONMENT = Environment(
    cpu="made up", cores=2, system="none", python="3.11", implementation="CPython", packages={}, commit=None,
    dirty=False, load_start=None, clock=Clock.THREAD_CPU, clock_step_ns=1, warnings=(),
)  # fmt: skip


@pytest.fixture
def arm() -> ArmProfile:
    return ArmProfile(
        arm="new", operations=100, seconds=0.1, collecting=0.03, stacks=STACKS, tracer="memray", counted=10,
        sites=(AllocationSite(places=(0, 1, 2), line=4, allocations=2, size=480),), peak=300, blocks=1,
    )  # fmt: skip


@pytest.fixture
def record(arm: ArmProfile) -> CodeProfile:
    old = arm.model_copy(update={"arm": "old", "peak": 100, "collecting": 0.0})
    scenario = ProfiledScenario(suite="play", scenario="frame", title="A <frame>", arms=(old, arm))
    return CodeProfile(
        created=NOW, finished=NOW, seed=1, command="unitdocs tune profile", digest="", environment=ENVIRONMENT,
        rule="The only one.", seconds=1, interval=0.001, places=PLACES, scenarios=(scenario,),
    )  # fmt: skip


def _blocks(svg: str) -> list[ET.Element]:
    return [block for block in ET.fromstring(svg) if block.tag.rpartition("}")[2] == "svg"]


def _percent(block: ET.Element, name: str) -> float:
    return float(block.attrib[name].removesuffix("%"))


@pytest.mark.parametrize("draw", [flame_graph, flame_graph_file])
def test_a_flame_graph_is_xml_whose_widths_are_the_shares_of_the_time(
    arm: ArmProfile, draw: Callable[[FlameBlock, str], str]
) -> None:
    blocks = _blocks(draw(flame_tree(arm, PLACES, "all"), 'a "name" & more'))
    shares = sorted((_percent(block, "width") for block in blocks), reverse=True)
    assert shares == pytest.approx([100, 100, 88, 28, 2])
    for block in blocks:
        title = next(iter(block)).text or ""
        assert title.split(": ")[1].startswith(f"{_percent(block, 'width'):g} %")


def test_blocks_of_a_row_do_not_overlap_and_lie_below_their_caller(arm: ArmProfile) -> None:
    blocks = _blocks(flame_graph(flame_tree(arm, PLACES, "all"), "name"))
    rows: dict[str, list[tuple[float, float]]] = {}
    for block in blocks:
        rows.setdefault(block.attrib["y"], []).append((_percent(block, "x"), _percent(block, "width")))
    for row in rows.values():
        for (left, width), (following, _) in pairwise(sorted(row)):
            assert left + width <= following + 0.01


def test_a_name_is_never_wider_than_its_block(arm: ArmProfile) -> None:
    for block in _blocks(flame_graph_file(flame_tree(arm, PLACES, "all"), "name")):
        label = "".join(text.text or "" for text in block.iter() if text.tag.endswith("text"))
        assert 6.9 * len(label) <= _percent(block, "width") / 100 * WIDTH
    assert fitting("frame", 10) == ""
    assert fitting("frame", 100) == "frame"
    assert fitting("abcdefghijkl", 50) == "abcde…"


def test_no_name_of_a_function_becomes_markup(record: CodeProfile, arm: ArmProfile) -> None:
    assert "<b>" not in flame_graph(flame_tree(arm, PLACES, "all"), "name")
    files = profile.build_page(Study(record, is_current=True)).files
    assert not any("<b>" in str(content) for path, content in files.items() if path.endswith((".md", ".svg")))


def test_the_file_for_speedscope_has_the_members_of_its_format(record: CodeProfile) -> None:
    content = json.loads(to_speedscope(record))
    assert content["$schema"] == SCHEMA
    assert {"$schema", "shared", "profiles"} <= set(content) <= {
        "$schema", "shared", "profiles", "name", "exporter", "activeProfileIndex",
    }  # fmt: skip
    frames = content["shared"]["frames"]
    assert all(set(frame) <= {"name", "file", "line", "col"} and isinstance(frame["name"], str) for frame in frames)
    for one in content["profiles"]:
        assert set(one) == {"type", "name", "unit", "startValue", "endValue", "samples", "weights"}
        assert (one["type"], one["unit"], one["startValue"]) == ("sampled", "microseconds", 0)
        assert len(one["samples"]) == len(one["weights"])
        assert sum(one["weights"]) == one["endValue"]
        assert all(0 <= frame < len(frames) for sample in one["samples"] for frame in sample)


def test_shares_count_a_function_without_a_part_to_its_caller(arm: ArmProfile) -> None:
    costs = {cost.part: cost for cost in by_part(arm, PLACES)}
    assert costs["cache"].share == pytest.approx(0.88)
    assert costs["game.loop"].share == pytest.approx(0.12)
    assert costs["cache"].size == 480
    assert sum(cost.own for cost in hottest(arm)) == pytest.approx(1)


def test_a_recursive_function_counts_once_in_a_stack(arm: ArmProfile) -> None:
    recursive = arm.model_copy(update={"stacks": (SampledStack(places=(0, 1, 1), samples=1, microseconds=5),)})
    assert {cost.place: cost.total for cost in hottest(recursive)}[1] == 1


def test_the_page_names_collections_and_memory(record: CodeProfile) -> None:
    findings = str(profile.build_page(Study(record, is_current=True)).files["generated/profile/findings.md"])
    text = html.unescape(re.sub(r"<[^>]*>", "", findings))
    assert "30 % of the new system's time is garbage collection, of the old system's 0 %" in text
    assert "one operation of the new system holds 300 B at once, that of the old system 100 B" in text


def test_a_site_without_a_profile_says_so() -> None:
    files = profile.build_page(None).files
    assert all("No profile was made" in str(content) for content in files.values())
