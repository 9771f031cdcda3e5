"""The index at the root of the published site, `site-index.json`: what the pages of every version know of the others.

Pages of old versions read the newest index for as long as they are served. So its schema only grows: a member is never
removed, renamed or given another meaning, and pages ignore members that they do not know.
"""

import json
from datetime import datetime
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

INDEX_FILE: Final = "site-index.json"


class _Growing(BaseModel):
    # Members that a newer version of the project has written are kept when an older one writes the index.
    model_config = ConfigDict(frozen=True, extra="allow", json_schema_serialization_defaults_required=True)


class Withdrawal(_Growing):
    """Why a version is no longer recommended.

    Args:
        at: when it was withdrawn.
        why: the reason, one sentence.
    """

    at: datetime
    why: str


class PublishedRecord(_Growing):
    """The benchmark record that a version shows.

    Args:
        created: when it was measured.
        commit: the project's commit that was measured.
        machine: processor, cores, system and Python in words: times of equal machines alone can be compared.
        file: where it is, below the site's root.
        explore: where the data of the page Explore are, below the site's root.
    """

    created: datetime
    commit: str
    machine: str
    file: str
    explore: str


class PublishedVersion(_Growing):
    """A version of the site.

    Args:
        version: its name, which is also its folder at the root.
        published: when it was published.
        commit: the project's commit that it was built from.
        record: the benchmark record that it shows.
        stale: whether the measured code had changed since the record was made.
        withdrawn: why it is no longer recommended; None while it is.
        aliases: its further names, which are folders too, without `latest`.
    """

    version: str
    published: datetime
    commit: str
    record: PublishedRecord
    stale: bool = False
    withdrawn: Withdrawal | None = None
    aliases: tuple[str, ...] = ()


class PrunedVersion(_Growing):
    """A version that was taken off the site to make room, and can be restored.

    Args:
        version: its name.
        published: when it was published.
        pruned: when it was taken off.
        tag: the tag of the branch's commit that still has it.
    """

    version: str
    published: datetime | None
    pruned: datetime
    tag: str


class SiteIndex(_Growing):
    """All published versions.

    Args:
        latest: name of the version that `latest` is a copy of; None without one.
        versions: newest first, as the list of versions has them.
        pruned: versions that are no longer on the site, the last one first.
    """

    format: Literal["unitdocs-site-index"] = "unitdocs-site-index"
    format_version: Literal[1] = 1
    latest: str | None = None
    versions: tuple[PublishedVersion, ...] = ()
    pruned: tuple[PrunedVersion, ...] = ()


def schema() -> str:
    """Return the JSON Schema of the index as it is written; the site offers it as `assets/site-index.schema.json`."""
    written = SiteIndex.model_json_schema(mode="serialization")
    described = {"$schema": "https://json-schema.org/draft/2020-12/schema", **written}
    return json.dumps(described, indent=1, sort_keys=True) + "\n"
