"""Facts about versioned files: how they are named, found, read, fingerprinted, and that a released one never changes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from summarizer.contract.criterion import load_criterion
from summarizer.contract.prompts import load_prompt
from summarizer.contract.released import find_released, list_released
from summarizer.contract.taxonomy import load_taxonomy
from summarizer.errors import PromptError

REPOSITORY = Path(__file__).resolve().parents[2]
PROMPTS = REPOSITORY / "prompts"
SHIPPED = sorted(PROMPTS.glob("*.v*.toml"))


def write_criterion(folder: Path, *edits: tuple[str, str]) -> Path:
    """Write a variant of the shipped criterion under a name of its own."""
    text = (PROMPTS / "criterion.medical-imaging.v1.toml").read_text(encoding="utf-8")
    for old, new in (('name = "criterion.medical-imaging"', 'name = "criterion.mine"'), *edits):
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_file_is_released_with_the_fingerprint_of_its_content(path: Path) -> None:
    registry = tomllib.loads((PROMPTS / "released.toml").read_text(encoding="utf-8"))["released"]
    released = {file.path: file for file in list_released()}[path]

    assert registry[path.stem] == released.fingerprint
    assert released.name == path.stem


def test_every_released_file_is_shipped() -> None:
    assert sorted(file.path for file in list_released()) == SHIPPED


def test_released_files_are_listed_by_kind_with_name_and_description() -> None:
    listed = list_released()

    assert [(file.kind, file.name) for file in listed] == [
        *(("prompt", f"annotate.v{version}") for version in (1, 2, 3, 4)),
        ("prompt", "overview.v1"),
        ("prompt", "translate-abstract.v1"),
        ("taxonomy", "taxonomy.v1"),
        ("criterion", "criterion.medical-imaging.v1"),
        ("lexicon", "lexicon.medical-imaging.v1"),
    ]
    assert all(file.description and len(file.fingerprint) == 64 for file in listed)


@pytest.mark.parametrize("source", ["criterion.medical-imaging.v1", "criterion.medical-imaging", "medical-imaging"])
def test_a_release_is_found_by_its_name_with_or_without_version_and_kind(source: str) -> None:
    assert load_criterion(source).name == "criterion.medical-imaging.v1"


def test_a_shipped_file_of_any_kind_is_found_by_its_name() -> None:
    assert find_released("taxonomy").path == PROMPTS / "taxonomy.v1.toml"
    assert find_released("medical-imaging") == find_released("criterion.medical-imaging.v1")
    with pytest.raises(
        PromptError, match=r"'taxonomy.v2': no such released file; there are: annotate\.v1, annotate\.v2, annotate\.v3"
    ):
        find_released("taxonomy.v2")


def test_a_file_of_ones_own_is_read_by_its_path(tmp_path: Path) -> None:
    own = load_criterion(str(write_criterion(tmp_path)))

    assert own.name == "criterion.mine.v1"
    assert own.fingerprint != load_criterion("medical-imaging").fingerprint


def test_an_unchanged_copy_of_a_release_is_that_release(tmp_path: Path) -> None:
    copy = shutil.copy(PROMPTS / "annotate.v1.toml", tmp_path / "anything.toml")

    assert load_prompt(str(copy)) == load_prompt("annotate.v1")


def test_an_edited_release_is_refused_and_the_message_says_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "annotate.v1.toml"
    text = (PROMPTS / "annotate.v1.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("at most 30 words", "at most 20 words"), encoding="utf-8")

    with pytest.raises(PromptError, match=r"edited release: annotate\.v1 .* copy the file under a new name or version"):
        load_prompt(str(path))


@pytest.mark.parametrize(
    "edit",
    [
        ('subject = "medical imaging"', 'subject = "cardiac imaging"'),
        ("version = 1", "version = 2"),
        ('labels.en = "Medical imaging"', 'labels.en = "Imaging"'),
        ("finds pedestrians", "counts pedestrians"),
    ],
)
def test_whatever_is_shown_or_accepted_changes_the_fingerprint(tmp_path: Path, edit: tuple[str, str]) -> None:
    before = load_criterion(str(write_criterion(tmp_path)))
    after = load_criterion(str(write_criterion(tmp_path, edit)))

    assert after.fingerprint != before.fingerprint


@pytest.mark.parametrize(
    "edit",
    [
        ('description = "How', 'description = "Say how'),
        ("version = 1\n", "version   =   1   # the first\r\n"),
        ('kind = "criterion"\nname = "criterion.mine"', 'name = "criterion.mine"\nkind = "criterion"'),
        ('kind = "criterion"', '\ufeffkind = "criterion"'),
    ],
)
def test_layout_comments_and_description_leave_the_fingerprint_alone(tmp_path: Path, edit: tuple[str, str]) -> None:
    before = load_criterion(str(write_criterion(tmp_path)))
    after = load_criterion(str(write_criterion(tmp_path, edit)))

    assert after.fingerprint == before.fingerprint


@pytest.mark.parametrize(
    "source",
    [
        "annotate.v9",
        "annotation",
        "./annotate.toml",
        "..\\annotate.toml",
        "",
        "v1",
        ".",
        "~nobody-here/a.toml",
        "x" * 5000 + ".toml",
    ],
)
def test_an_unknown_name_or_path_is_answered_with_the_known_names(source: str) -> None:
    with pytest.raises(PromptError) as caught:
        load_prompt(source)

    assert str(caught.value).startswith(f"{source!r}: no such prompt")
    assert str(caught.value).endswith(
        "or one of: annotate.v1, annotate.v2, annotate.v3, annotate.v4, overview.v1, translate-abstract.v1"
    )


def test_a_file_of_another_kind_is_named_as_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"mine\.toml: this is a criterion; a taxonomy is needed here"):
        load_taxonomy(str(write_criterion(tmp_path)))
    with pytest.raises(PromptError, match="this is a taxonomy; a prompt is needed here"):
        load_prompt("taxonomy")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'kind = "prompt"\nname = annotate\n', r"is not valid TOML: .*line 2, column 8"),
        (b'kind = "prompt"\nname = "caf\xe9"\n', r"is not UTF-8 text: save it as UTF-8 \(byte 27\)"),
        (b"", "kind: missing key: add it; name: missing key: add it; version: .*; description: missing key: add it"),
        (b"version = 99999999999999999999", "a value is neither text, number, list nor table"),
        (
            b'kind = "poem"\nname = "a"\nversion = 1\ndescription = "d"',
            "kind: Input should be 'prompt', 'taxonomy', 'criterion' or 'lexicon'",
        ),
        (b'kind = "prompt"\nname = "A b"\nversion = 1\ndescription = "d"', "name: 'A b' must match"),
        (b'kind = "prompt"\nname = "a"\nversion = "1"\ndescription = "d"', "version: Input should be a valid integer"),
        (b'kind = "prompt"\nname = "a"\nversion = 1\ndescription = " d"', "description: must be one line of text"),
    ],
)
def test_a_file_that_breaks_the_common_form_is_an_error_that_names_file_and_place(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content)

    with pytest.raises(PromptError, match=message) as caught:
        load_prompt(str(path))

    assert str(caught.value).startswith(f"{path}: ")


def test_a_misspelt_and_a_missing_key_are_both_named(tmp_path: Path) -> None:
    path = write_criterion(tmp_path, ('subject = "medical imaging"', 'subjekt = "medical imaging"'))

    with pytest.raises(PromptError, match=r"subject: missing key: add it; subjekt: unknown key: remove it or correct"):
        load_criterion(str(path))


def test_a_fault_inside_a_list_is_located(tmp_path: Path) -> None:
    path = write_criterion(tmp_path, ("score = 3\ndefinition =", "score = 3\ndefintion ="))

    with pytest.raises(PromptError, match=r"levels\[3\]\.definition: missing key.*levels\[3\]\.defintion: unknown key"):
        load_criterion(str(path))


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The package as a wheel lays it out: its prompts inside."""
    package = tmp_path / "summarizer"
    shutil.copytree(REPOSITORY / "summarizer", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(PROMPTS, package / "prompts")
    (tmp_path / "prompts").mkdir()
    return package


def run_installed(package: Path, code: str) -> str:
    """Run code that imports the copied package, and return what it prints."""
    script = (
        f"import sys; sys.path.insert(0, {str(package.parent)!r})\n"
        "from summarizer.contract.released import list_released\n"
        "from summarizer.contract.criterion import load_criterion\n" + code
    )
    done = subprocess.run([sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_an_installed_package_reads_its_own_prompts(installed: Path) -> None:
    output = run_installed(installed, "print(*{file.path.parent for file in list_released()})")

    assert output.strip() == str(installed / "prompts")


def test_an_installation_without_prompts_says_so(installed: Path) -> None:
    shutil.rmtree(installed / "prompts")
    output = run_installed(installed, "list_released()")

    assert f"PromptError: {installed} was installed without its prompts" in output


def test_the_newest_release_is_the_one_with_the_highest_number(installed: Path) -> None:
    folder = installed / "prompts"
    shipped = (folder / "criterion.medical-imaging.v1.toml").read_text(encoding="utf-8")
    for version in (2, 10, 9):
        path = folder / f"criterion.medical-imaging.v{version}.toml"
        path.write_text(shipped.replace("version = 1", f"version = {version}"), encoding="utf-8")
        fingerprint = run_installed(installed, f"print(load_criterion({str(path)!r}).fingerprint)").strip()
        with (folder / "released.toml").open("a", encoding="utf-8") as registry:
            registry.write(f'"{path.stem}" = "{fingerprint}"\n')
    output = run_installed(installed, "print(load_criterion('medical-imaging').name)")

    assert output.strip() == "criterion.medical-imaging.v10"
