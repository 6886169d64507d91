"""Facts about the gold-set score that a digest shows."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from summarizer.annotate.records import Provenance, Reference
from summarizer.cli.gold_scores import BASELINES, find_gold_score
from tests.builders import build_provenance

REPOSITORY = Path(__file__).parents[2]
PUBLISHED = REPOSITORY / BASELINES / "extractive.json"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the committed gold set and one baseline."""
    (tmp_path / BASELINES).mkdir(parents=True)
    shutil.copy(PUBLISHED, tmp_path / BASELINES)
    (tmp_path / "eval" / "gold").symlink_to(REPOSITORY / "eval" / "gold")
    shutil.copy(REPOSITORY / "eval" / "gate.toml", tmp_path / "eval")
    return tmp_path


def provenance_of(path: Path = PUBLISHED, **changes: object) -> Provenance:
    profile = orjson.loads(path.read_bytes())["manifest"]["profile"]
    return build_provenance().model_validate(build_provenance().model_dump() | profile | changes)


def test_a_baseline_of_the_same_lexicon_and_annotator_is_the_score(folder: Path) -> None:
    score = find_gold_score([provenance_of(), provenance_of(run_id="another")], folder)

    assert score
    assert (score.model, score.split) == ("extractive", "dev")
    assert score.prompt.name.startswith("lexicon.")
    assert score.n == len(orjson.loads(PUBLISHED.read_bytes())["papers"])
    assert score.metrics
    assert all(metric.low <= metric.value <= metric.high for metric in score.metrics)


def test_another_prompt_model_taxonomy_or_criterion_has_no_score(folder: Path) -> None:
    other = Reference(name="other.v1", fingerprint="f" * 64)

    for changes in (
        {"lexicon": other},
        {"prompt": other},
        {"requested_model": "m"},
        {"taxonomy": other},
        {"criterion": other},
    ):
        assert find_gold_score([provenance_of(**changes)], folder) is None


def test_a_mixture_no_records_and_no_baselines_have_none(folder: Path, tmp_path: Path) -> None:
    assert find_gold_score([provenance_of(), provenance_of(requested_model="m")], folder) is None
    assert find_gold_score([], folder) is None
    assert find_gold_score([provenance_of()], tmp_path / "elsewhere") is None


def test_the_test_split_goes_before_dev(folder: Path) -> None:
    first = orjson.loads(PUBLISHED.read_bytes())
    first["manifest"]["split"] = "shots"
    (folder / BASELINES / "a.json").write_bytes(orjson.dumps(first))
    score = find_gold_score([provenance_of()], folder)

    assert score
    assert score.split == "dev"


@pytest.mark.parametrize("content", ["{", "[]", '{"manifest": {}}'])
def test_a_broken_baseline_is_warned_about_and_left_out(
    content: str, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / BASELINES / "extractive.json").write_text(content)

    assert find_gold_score([provenance_of()], folder) is None
    assert "not a baseline that this version reads" in caplog.text


def test_a_baseline_of_other_labels_is_warned_about_and_left_out(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    changed = orjson.loads(PUBLISHED.read_bytes())
    changed["manifest"]["gold_sha"] = "0" * 64
    (folder / BASELINES / "extractive.json").write_bytes(orjson.dumps(changed))

    assert find_gold_score([provenance_of()], folder) is None
    assert "the gold-set score is left out" in caplog.text


def test_a_score_needs_none_of_the_packages_of_evaluation(folder: Path) -> None:
    code = (
        "import sys; sys.modules['numpy'] = None; from pathlib import Path; "
        "from summarizer.annotate.records import Provenance; from summarizer.cli.gold_scores import find_gold_score; "
        "print(find_gold_score([Provenance.model_validate_json(sys.argv[1])], Path(sys.argv[2])).split)"
    )
    line = provenance_of().model_dump_json()
    done = subprocess.run(
        [sys.executable, "-c", code, line, str(folder)], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )

    assert done.stdout == "dev\n"
    assert done.stderr == ""
