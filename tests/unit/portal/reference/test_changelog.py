"""The changelog on a page of the site."""

import re
from pathlib import Path

from unitdocs.portal.reference import changelog, sections

ROOT = Path(__file__).parents[4]


def test_the_page_has_the_text_without_the_title_and_links_to_pages(tmp_path: Path) -> None:
    (tmp_path / "CHANGELOG.md").write_text("# Changelog\n\nAll [rules](docs/reference/rules.md).\n\n## 1.0\n")
    made = changelog.build(tmp_path, tmp_path / "docs")
    assert made == {f"{changelog.FOLDER}/changelog.md": "All [rules](reference/rules.md).\n\n## 1.0\n"}


def test_a_project_without_a_changelog_keeps_a_page_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "changelog.md").write_text("# Ours\n")
    sections.render(tmp_path, tmp_path / "docs")
    assert not (tmp_path / "docs" / changelog.FOLDER).exists()


def test_every_link_of_the_changelog_leads_to_a_page_or_another_site() -> None:
    (text,) = changelog.build(ROOT, ROOT / "docs").values()
    for target in re.findall(r"\]\(([^)#]+)", text):
        assert target.startswith("https://") or (ROOT / "docs" / target).is_file(), target
