"""Schemas as the site shows them: each record's table has all its members, once."""

import itertools
import pydoc
import re
from enum import Enum

from pydantic import BaseModel
from serving import Site

from project_copies import ROOT
from unitdocs.portal.reference.documented import BLOCK

OBJECT = re.compile(r'<h3 id="(unitdocs\.[\w.]+)" class="doc doc-heading"')
TABLE = re.compile(r'<table aria-label="Members of (\w+)".*?</table>', re.DOTALL)
ROW = re.compile(r'<th scope="row"><code>(\w+)</code></th><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td>')


def test_every_record_has_a_table_of_all_its_members_below_it(site: Site) -> None:
    shown = {}
    for page in ("records", "other-records", "results"):
        content = (site.folder / "reference" / page / "index.html").read_text()
        places = [*OBJECT.finditer(content), None]
        for here, after in itertools.pairwise(places):
            assert here is not None
            model = pydoc.locate(here[1])
            if isinstance(model, type) and issubclass(model, BaseModel):
                tables = TABLE.findall(content, here.end(), after.start() if after else len(content))
                assert tables == [model.__name__], here[1]
                table = TABLE.search(content, here.end())
                assert table is not None
                shown[here[1]] = ROW.findall(table[0])
                assert [row[0] for row in shown[here[1]]] == list(model.model_fields)
    assert len(shown) > 25
    members = {name: (kind, default, meaning) for name, kind, default, meaning in shown["unitdocs.records.Round"]}
    assert members["index"] == ("whole number, at least 0", "required", "number of the round in the case, from 0.")
    assert 'href="#unitdocs.records.Timing"' in members["timing"][0]


def test_every_documented_record_and_closed_choice_includes_its_schema() -> None:
    included = 0
    for page in sorted((ROOT / "docs" / "reference").glob("*.md")):
        text = page.read_text() + "\n"
        for block in BLOCK.finditer(text):
            documented = pydoc.locate(block["path"])
            snippet = f'\n--8<-- "generated/reference/schemas/{block["path"]}.md"\n'
            if isinstance(documented, type) and issubclass(documented, BaseModel | Enum):
                assert text.startswith(snippet, block.end()), (page.name, block["path"])
                included += 1
    assert included > 50
