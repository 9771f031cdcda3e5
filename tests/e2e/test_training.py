"""Lessons in the browser: nothing is loaded before a click, and the verdicts are the program's."""

import pytest
from playwright.sync_api import Locator, Page, expect
from serving import OpenPage, Site

from unitdocs.training import Assessment, grade, lesson_names, read_lesson

PAGE = "training/first-scene/"
PYTHON = ("generated/pyodide/", "generated/training/")
BUTTON = read_lesson("first-scene").exercise("button")
WORDS = {"solved": "Solved", "wrong": "Not yet", "failed": "Error", "not begun": "Not begun"}
LONG = 120_000
"""Milliseconds in which Python starts on any machine."""


def form(page: Page, title: str) -> Locator:
    return page.locator(".ud-exercise").filter(has=page.get_by_role("button", name=f"Check: {title}", exact=True))


def expect_verdict(place: Locator, verdict: Assessment) -> None:
    line = place.locator(".ud-verdict-line")
    expect(line).to_have_attribute("data-state", verdict.outcome, timeout=LONG)
    text = f"{WORDS[verdict.outcome]}: {verdict.found.replace('`', '')}"
    if verdict.hint:
        text = f"{text}Hint: {verdict.hint.replace('`', '')}"
    expect(line).to_have_text(text)


def check(place: Locator, answer: str) -> None:
    place.get_by_role("textbox").fill(answer)
    place.get_by_role("button", name="Check").click()


def test_python_is_loaded_by_the_first_click_alone_and_gives_the_programs_verdict(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url.removeprefix(site.url)))
    page.goto(site.url + PAGE)
    place = form(page, BUTTON.title)
    mistake = BUTTON.mistakes[0]
    place.get_by_role("textbox").fill(mistake.answer["button.py"])
    page.wait_for_load_state("networkidle")
    assert not [url for url in requests if url.startswith(PYTHON)]
    place.get_by_role("button", name="Check").click()
    expect_verdict(place, grade("first-scene", "button", BUTTON.wrong_answer(mistake)))
    loaded = [url for url in requests if url.startswith(PYTHON)]
    assert len(loaded) == len(set(loaded)) > 4
    check(place, BUTTON.solution["button.py"])
    expect_verdict(place, grade("first-scene", "button", BUTTON.solution))
    place.get_by_role("button", name="Run").click()
    expect(place.locator(".ud-output")).to_have_text("Placed(x=40.0, y=20.0, width=200.0, height=60.0, scale=1.0)\n")
    assert [url for url in requests if url.startswith(PYTHON)] == loaded

    page.reload()  # what was written and solved is still there
    place = form(page, BUTTON.title)
    expect(place.locator(".ud-verdict-line")).to_have_text("Solved before.")
    expect(place.get_by_role("textbox")).to_have_value(BUTTON.solution["button.py"])
    expect(page.locator(".ud-lesson")).to_contain_text("1 of 4 exercises solved.")
    page.get_by_role("button", name="Clear progress").click()
    expect(page.locator(".ud-lesson")).to_contain_text("0 of 4 exercises solved.")
    expect(place.locator(".ud-verdict-line")).to_be_empty()
    expect(place.get_by_role("textbox")).to_have_value(BUTTON.solution["button.py"])  # what was written stays
    place.get_by_role("button", name="Reset").click()
    expect(place.get_by_role("textbox")).to_have_value(BUTTON.start["button.py"])


def test_code_that_does_not_end_is_stopped_and_the_next_run_works(site: Site, open_page: OpenPage) -> None:
    page = open_page()
    page.goto(site.url + PAGE)
    place = form(page, BUTTON.title)
    expect(place.get_by_role("button", name="Stop")).to_be_disabled()
    check(place, "while True:\n    pass\n")
    line = place.locator(".ud-verdict-line")
    expect(line).to_have_text("Checking ...", timeout=LONG)
    place.get_by_role("button", name="Stop").click()
    expect(line).to_have_text("Stopped.")
    check(place, "1 / 0\n")
    expect(line).to_have_text("Error: button.py:1: ZeroDivisionError: division by zero", timeout=LONG)


def test_a_form_is_written_and_left_by_the_keyboard(site: Site, open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 360, "height": 800})
    page.goto(site.url + PAGE)
    place = form(page, BUTTON.title)
    field = place.get_by_role("textbox")
    field.fill("")
    field.focus()
    page.keyboard.type("if True:")
    page.keyboard.press("Enter")
    page.keyboard.type("a")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("b")
    page.keyboard.press("Shift+Tab")
    expect(field).to_have_value("if True:\n    a\n    b")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(place.get_by_role("button", name="Run")).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    place.get_by_role("button", name="Reset").click()
    expect(field).to_have_value(BUTTON.start["button.py"])


def test_without_scripts_the_form_is_code_to_copy(site: Site, open_page: OpenPage) -> None:
    page = open_page(java_script_enabled=False)
    page.goto(site.url + PAGE)
    expect(page.locator(".ud-exercise pre").first).to_contain_text('start = Element("start")')


SHORT = ("first-scene", "reading-a-verdict")
"""The lessons whose answers the short lane gives: those that a page alone is enough for."""
LESSONS = [name if name in SHORT else pytest.param(name, marks=pytest.mark.long) for name in lesson_names()]


@pytest.mark.parametrize("name", LESSONS)
def test_all_answers_of_a_lesson_get_the_programs_verdicts_in_one_worker(
    site: Site, open_page: OpenPage, name: str
) -> None:
    page = open_page()
    page.goto(f"{site.url}training/{name}/")
    for exercise in read_lesson(name).exercises:
        place = form(page, exercise.title)
        for files in (exercise.start, exercise.solution, *map(exercise.wrong_answer, exercise.mistakes)):
            for file in exercise.files:
                place.get_by_label(file, exact=True).fill(files.get(file, ""))
            place.get_by_role("button", name="Check").click()
            expect_verdict(place, grade(name, exercise.name, files))
