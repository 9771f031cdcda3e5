"""The tables of settings: a row for each declaration."""

import re
from pathlib import Path

from unitdocs import settings
from unitdocs.portal.reference import settings_tables

TABLES = settings_tables.build(Path(), Path())


def test_each_setting_has_a_row_with_its_variable_key_values_default_and_effect() -> None:
    table = TABLES["generated/reference/settings/settings.md"]
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>((?:<td>.*?</td>)+)</tr>', table)
    assert [row[0] for row in rows] == [
        f"<code>{setting.variable}</code><br>in a file <code>{setting.key}</code>" for setting in settings.SETTINGS
    ]
    assert rows[1][1] == (
        f"<td>on or off; in a file true or false</td><td><code>on</code></td><td>{settings.SETTINGS[1].effect}</td>"
    )
    assert "<td>not set</td>" in rows[0][1]


def test_other_variables_have_rows_too() -> None:
    table = TABLES["generated/reference/settings/variables.md"]
    for name, meaning in settings.OTHER_VARIABLES.items():
        assert f'<th scope="row"><code>{name}</code></th><td>{meaning}</td>' in table
