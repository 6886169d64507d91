"""Facts about the review page in a browser, worked with the keyboard alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from summarizer.evaluation.gold import GoldPaper
from summarizer.evaluation.gold_files import PAPERS_FILE, read_gold, write_gold
from summarizer.evaluation.growth import add_drafts
from summarizer.evaluation.lint import lint_gold
from tests.browser import CHROMIUM, CONTROL, SHIFT, Page, open_page
from tests.evaluation.review.serving import serve_review
from tests.evaluation.review.test_desk import DRAFT
from tests.evaluation.small_gold import small_gold

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")

SHOWN = "document.getElementById('facts').textContent.split(' · ')[0]"
STATUS = "document.getElementById('status').textContent"
Work = Callable[[Page, str], Coroutine[Any, Any, None]]


def work(folder: Path, tmp_path: Path, do: Work) -> None:
    """Open the review of a gold set in a browser and let `do` work with it; the page must not complain."""

    async def run() -> None:
        async with serve_review(folder) as address, open_page(tmp_path / "profile") as page:
            await page.send("Page.navigate", url=address)
            await page.wait_for(f"document.getElementById('facts') && {SHOWN}")
            await do(page, address)

            assert page.complaints == []

    asyncio.run(run())


async def save(page: Page, *, with_control: bool = False) -> None:
    paper_id = await page.evaluate(SHOWN)
    await page.press("Enter", modifiers=CONTROL) if with_control else await page.press("s")
    await page.wait_for(f"{STATUS} === {json.dumps(paper_id + ': saved.')}")


def paper(folder: Path, place: int) -> GoldPaper:
    return read_gold(folder)[place]


def test_ten_papers_are_corrected_with_the_keyboard_alone(gold_folder: Path, tmp_path: Path) -> None:
    async def do(page: Page, _: str) -> None:
        await page.press("4")  # 1: relevance
        await save(page)
        await page.press("t")  # 2: a tag more
        await page.type("uncert")
        await page.press("Enter", "Escape")
        await save(page)
        await page.press("w")  # 3: another summary
        await page.select_all()
        await page.type("Tracks an ultrasound probe by speckle on the skin.")
        await save(page, with_control=True)
        await page.press("a")  # 4: longer evidence
        await page.press(*["ArrowRight"] * 8, modifiers=SHIFT)
        await page.press("e")
        await save(page)
        await page.press("2")  # 5
        await save(page)
        await page.press("1", "a")  # 6: from nothing medical to a look-alike, with its evidence
        await page.press("ArrowRight")
        await page.press("ArrowRight", "ArrowRight", modifiers=SHIFT)
        await page.press("e")
        await save(page)
        await page.press("j")  # 7 stays
        await page.wait_for(f"{SHOWN} === '2501.00008'")
        for tags in ("generation", "retrieval"):  # 8, 9
            await page.press("t")
            await page.type(tags)
            await page.press("Enter", "Escape")
            await save(page)
        await page.press("0")  # 10
        await save(page)
        for digit in "53":  # 11, 12
            await page.press(digit)
            await save(page)

    work(gold_folder, tmp_path, do)
    papers = read_gold(gold_folder)
    corrections = [paper.corrections for paper in papers]

    assert [len(entries) for entries in corrections] == [1] * 6 + [0] + [1] * 5
    assert {entry.by for entries in corrections for entry in entries} == {"Dee Poe"}
    assert [entries[0].fields for entries in corrections[:6]] == [
        ("relevance",),
        ("tags",),
        ("tldr",),
        ("evidence",),
        ("relevance",),
        ("relevance", "evidence"),
    ]
    assert papers[1].gold.tags == ("segmentation", "mri", "self-supervised", "uncertainty-robustness")
    assert papers[2].gold.tldr == "Tracks an ultrasound probe by speckle on the skin."
    assert papers[3].gold.evidence == "two show cells under the microscope and one shows"
    assert papers[5].gold.evidence == "roads mirror the"
    assert '"by":"Dee Poe"' in (gold_folder / PAPERS_FILE).read_text()
    assert lint_gold(gold_folder) == []


def test_labels_that_break_a_rule_are_shown_in_place_and_not_saved(gold_folder: Path, tmp_path: Path) -> None:
    async def do(page: Page, _: str) -> None:
        await page.press("w")
        await page.select_all()
        await page.type("Finds 97% of the nodules.")
        await page.press("Escape", "s")
        await page.wait_for("document.querySelector('[data-field=tldr] .issue')")

        assert "97%" in await page.evaluate("document.querySelector('[data-field=tldr] .issue').textContent")
        assert "97%" in await page.evaluate("document.querySelector('[role=alert]').textContent")
        assert (await page.evaluate(STATUS)).startswith("Not saved")
        page.complaints.clear()  # the browser logs the refusal

    work(gold_folder, tmp_path, do)

    assert read_gold(gold_folder) == small_gold()


def test_edits_are_undone_one_by_one_and_then_the_last_save(gold_folder: Path, tmp_path: Path) -> None:
    relevance = "Number(document.querySelector('[name=relevance]:checked').value)"

    async def do(page: Page, _: str) -> None:
        await page.press("4", "3", "u")

        assert await page.evaluate(relevance) == 4

        await save(page)
        await page.press("u")
        await page.wait_for(f"{SHOWN} === '2501.00001'")
        await page.wait_for(f"{STATUS}.startsWith('This is what it said')")

        assert await page.evaluate(relevance) == 5

        await save(page)

    work(gold_folder, tmp_path, do)

    assert paper(gold_folder, 0).gold == small_gold()[0].gold
    assert len(paper(gold_folder, 0).corrections) == 2


def test_keys_pressed_while_a_paper_is_opened_are_meant_for_that_paper(gold_folder: Path, tmp_path: Path) -> None:
    keys = "['j', '4', 's', '2', 's'].forEach(key => document.dispatchEvent(new KeyboardEvent('keydown', {key})))"

    async def do(page: Page, _: str) -> None:
        await page.evaluate(keys.replace("document.", "document.body.").replace("{key}", "{key, bubbles: true}"))
        await page.wait_for(f"{STATUS} === '2501.00003: saved.'")

    work(gold_folder, tmp_path, do)

    assert [paper.gold.relevance for paper in read_gold(gold_folder)[:4]] == [5, 4, 2, 2]


def test_unsaved_edits_wait_while_another_paper_is_looked_at(gold_folder: Path, tmp_path: Path) -> None:
    async def do(page: Page, _: str) -> None:
        await page.press("4", "j")
        await page.wait_for(f"{SHOWN} === '2501.00002'")
        await page.press("ArrowLeft")
        await page.wait_for(f"{SHOWN} === '2501.00001'")
        await save(page)

    work(gold_folder, tmp_path, do)

    assert paper(gold_folder, 0).gold.relevance == 4


def test_a_paper_is_found_by_a_part_of_its_id_or_title(gold_folder: Path, tmp_path: Path) -> None:
    async def do(page: Page, _: str) -> None:
        for wanted, paper_id in (("00007", "2501.00007"), ("suitcases", "2501.00005")):
            await page.press("/")
            await page.type(wanted)
            await page.press("Enter")
            await page.wait_for(f"{SHOWN} === '{paper_id}'")
        await page.press("/")
        await page.type("no such paper")
        await page.press("Enter")
        await page.wait_for(f"{STATUS}.startsWith('No paper')")

    work(gold_folder, tmp_path, do)


def test_passes_are_shown_side_by_side_where_they_differ(gold_folder: Path, tmp_path: Path) -> None:
    async def do(page: Page, _: str) -> None:
        await page.press("j", "j")
        await page.wait_for(f"{SHOWN} === '2501.00003'")
        rows = await page.evaluate(
            "[...document.querySelectorAll('#passes tr')].map(row => [...row.children].map(cell => cell.textContent))"
        )

        assert rows[0] == ["Field", "first (Ana Díaz)", "second (language model)"]
        assert ["relevance", "4", "3"] in rows
        assert "tags" not in {row[0] for row in rows}

    work(gold_folder, tmp_path, do)


def test_a_paper_that_was_changed_elsewhere_is_not_overwritten_unasked(gold_folder: Path, tmp_path: Path) -> None:
    async def do(page: Page, _: str) -> None:
        papers = small_gold()
        gold = papers[0].gold.model_copy(update={"second_tldr": "Counts lung nodules."})
        write_gold(gold_folder, [papers[0].model_copy(update={"gold": gold}), *papers[1:]])
        await page.press("4", "s")
        await page.wait_for(f"{STATUS}.includes('changed elsewhere')")

        assert paper(gold_folder, 0).gold.relevance == 5
        page.complaints.clear()  # the browser logs the refusal

    work(gold_folder, tmp_path, do)


def test_a_draft_is_completed(gold_folder: Path, tmp_path: Path) -> None:
    add_drafts(gold_folder, [DRAFT])

    async def do(page: Page, _: str) -> None:
        await page.press("k")
        await page.wait_for(f"{SHOWN} === '{DRAFT.id}'")
        await page.press("0", "t")
        await page.type("driving")
        await page.press("Enter", "Tab")
        await page.wait_for("document.activeElement.id !== 'tag-filter'")
        await page.press("Escape", "w")
        await page.type("Sorts pollen grains with a soft gripper by touch.")
        for text in ("", "凭触觉分拣花粉", "用软体夹爪凭触觉分拣花粉粒。"):
            await page.press("Tab")
            if text:
                await page.send("Input.insertText", text=text)
        await save(page, with_control=True)

    work(gold_folder, tmp_path, do)

    assert read_gold(gold_folder)[-1].id == DRAFT.id
    assert lint_gold(gold_folder) == []


def test_hostile_text_is_shown_as_text(gold_folder: Path, tmp_path: Path) -> None:
    papers = small_gold()
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    write_gold(gold_folder, [papers[0].model_copy(update={"title": attack, "abstract": attack}), *papers[1:]])

    async def do(page: Page, _: str) -> None:
        assert await page.evaluate("document.getElementById('abstract').textContent") == attack
        assert await page.evaluate("document.querySelectorAll('img').length") == 0
        assert await page.evaluate("document.title") == "Gold set review"

    work(gold_folder, tmp_path, do)


def test_nothing_is_asked_of_anybody_else(gold_folder: Path, tmp_path: Path) -> None:
    async def do(page: Page, address: str) -> None:
        await page.press("j", "k")
        await page.wait_for(f"{SHOWN} === '2501.00001'")
        hosts = {urlsplit(url).netloc for url in page.requested if not url.startswith(("data:", "about:"))}

        assert hosts == {urlsplit(address).netloc}

    work(gold_folder, tmp_path, do)


def test_every_field_has_a_label_and_the_help_lists_the_keys(gold_folder: Path, tmp_path: Path) -> None:
    async def do(page: Page, _: str) -> None:
        unlabelled = "[...document.querySelectorAll('input, textarea')].filter(field => !field.labels.length).length"

        assert await page.evaluate(unlabelled) == 0

        await page.press("?")
        await page.wait_for("document.getElementById('help').open")
        keys = await page.evaluate("document.getElementById('help').textContent")

        assert all(f"{key}" in keys for key in ("j", "k", "/", "Enter", "undo"))

        await page.press("Escape")
        await page.wait_for("!document.getElementById('help').open")

    work(gold_folder, tmp_path, do)


def test_a_narrow_screen_scrolls_in_one_direction_only(gold_folder: Path, tmp_path: Path) -> None:
    async def do(page: Page, _: str) -> None:
        await page.send("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=1, mobile=True)
        await page.press("j", "j")
        await page.wait_for(f"{SHOWN} === '2501.00003'")

        assert await page.evaluate("document.documentElement.scrollWidth") == 390

    work(gold_folder, tmp_path, do)


def test_the_dark_scheme_is_followed(gold_folder: Path, tmp_path: Path) -> None:
    colours = "[getComputedStyle(document.body).color, getComputedStyle(document.body).backgroundColor].join()"

    async def do(page: Page, _: str) -> None:
        seen = []
        for scheme in ("light", "dark"):
            features = [{"name": "prefers-color-scheme", "value": scheme}]
            await page.send("Emulation.setEmulatedMedia", features=features)
            seen.append(await page.evaluate(colours))

        assert seen == ["rgb(28, 31, 36),rgb(253, 253, 252)", "rgb(230, 232, 235),rgb(22, 24, 28)"]

    work(gold_folder, tmp_path, do)
