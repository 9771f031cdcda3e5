"""Profiles as a file of speedscope, a viewer of call stacks in the browser.

Source of the format: `src/lib/file-format-spec.ts` of speedscope, whose schema the member `$schema` names.
"""

import json

from unitdocs.studies.profile import ArmProfile, CodeProfile, ProfiledPlace

SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def to_speedscope(record: CodeProfile) -> str:
    """Return a record as JSON for speedscope: one profile for each arm of each scenario."""
    content = {
        "$schema": SCHEMA,
        "name": f"unitdocs, {record.created:%Y-%m-%d}",
        "exporter": "unitdocs",
        "activeProfileIndex": 0,
        "shared": {"frames": [_frame(place) for place in record.places]},
        "profiles": [
            _profile(f"{scenario.name}, {arm.arm}", arm) for scenario in record.scenarios for arm in scenario.arms
        ],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def _frame(place: ProfiledPlace) -> dict[str, object]:
    where = {"file": place.file} if place.file else {}
    return {"name": place.label, **where, **({"line": place.line} if place.line else {})}


def _profile(name: str, arm: ArmProfile) -> dict[str, object]:
    return {
        "type": "sampled",
        "name": name,
        "unit": "microseconds",
        "startValue": 0,
        "endValue": arm.microseconds,
        "samples": [stack.places for stack in arm.stacks],
        "weights": [stack.microseconds for stack in arm.stacks],
    }
