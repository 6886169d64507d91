"""Facts about results files: appending, resuming, torn lines, locks and full disks."""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from summarizer.annotate.records import DuplicateRecord, Profile, Reference, SkippedLine
from summarizer.annotate.results import is_results_file, read_results
from summarizer.annotate.store import ResultFile, first_bytes
from summarizer.annotate.stream import ResultStream
from summarizer.errors import ConfigurationError, StoreError
from tests.builders import PROFILE, build_annotated, build_failed, build_paper, build_provenance


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "results.jsonl"


@pytest.fixture
def written(path: Path) -> Path:
    """A file with one annotated and one failed paper."""
    results = ResultFile(path, PROFILE)
    results.append(build_annotated(build_paper(1)))
    results.append(build_failed(build_paper(2)))
    results.close()
    return path


def reopen(path: Path, profile: Profile = PROFILE, *, overwrite: bool = False) -> ResultFile:
    return ResultFile(path, profile, overwrite=overwrite)


def test_what_was_appended_is_read_back(written: Path) -> None:
    assert list(read_results(written)) == [build_annotated(build_paper(1)), build_failed(build_paper(2))]


def test_a_reopened_file_knows_what_is_annotated_and_what_failed(written: Path) -> None:
    results = reopen(written)

    assert [results.is_annotated(build_paper(number)) for number in (1, 2, 3)] == [True, False, False]
    assert [results.has_failed(build_paper(number)) for number in (1, 2, 3)] == [False, True, False]
    results.close()


def test_every_line_starts_with_its_profile_so_that_a_large_file_is_resumed_quickly(written: Path) -> None:
    lines = written.read_bytes().splitlines()

    assert len(lines) == 2
    assert all(line.startswith(first_bytes(PROFILE)) for line in lines)


def test_a_paper_that_failed_and_was_annotated_later_is_no_failure(written: Path) -> None:
    results = reopen(written)
    results.append(build_annotated(build_paper(2)))
    results.close()
    results = reopen(written)

    assert results.is_annotated(build_paper(2))
    assert not results.has_failed(build_paper(2))
    results.close()


def test_a_changed_abstract_is_another_request(written: Path) -> None:
    results = reopen(written)

    assert not results.is_annotated(build_paper(1, abstract="Rewritten."))
    results.close()


def test_skipped_records_and_duplicates_are_known_by_their_place(path: Path) -> None:
    skipped = SkippedLine(path="week.txt", line=7, reason="no title", provenance=build_provenance())
    duplicate = DuplicateRecord(paper=build_paper(1), reason="read before", provenance=build_provenance())
    results = reopen(path)
    results.append(skipped)
    results.append(duplicate)
    results.close()
    results = reopen(path)

    assert results.holds(skipped)
    assert results.holds(duplicate)
    assert not results.holds(skipped.model_copy(update={"line": 8}))
    results.close()


@pytest.mark.parametrize("cut", [1, 20, 300])
def test_a_torn_last_line_is_cut_off_and_the_rest_kept(written: Path, cut: int) -> None:
    whole = written.read_bytes()
    first = whole.split(b"\n")[0] + b"\n"
    written.write_bytes(whole[: -cut - 1])

    assert [record.status for record in read_results(written)] == ["annotated"]

    results = reopen(written)
    results.append(build_annotated(build_paper(3)))
    results.close()

    assert written.read_bytes().startswith(first)
    assert [record.status for record in read_results(written)] == ["annotated", "annotated"]


def test_a_last_line_that_only_lacks_its_line_break_is_kept(written: Path) -> None:
    written.write_bytes(written.read_bytes()[:-1])
    results = reopen(written)
    results.append(build_annotated(build_paper(3)))
    results.close()

    assert [record.status for record in read_results(written)] == ["annotated", "failed", "annotated"]


def test_a_file_that_is_one_torn_line_is_started_anew(path: Path) -> None:
    path.write_bytes(b'{"provenance":{"annot')
    reopen(path).close()

    assert path.read_bytes() == b""


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"requested_model": "other"}, "requested model"),
        ({"prompt": Reference(name="annotate.v2", fingerprint="p" * 64)}, "prompt"),
        ({"taxonomy": Reference(name="taxonomy.v1", fingerprint="x" * 64)}, "taxonomy"),
        ({"criterion": Reference(name="criterion.other.v1", fingerprint="c" * 64)}, "criterion"),
        ({"languages": ("ja",)}, "languages"),
        ({"parameters": {"temperature": 1.0}}, "parameters"),
        ({"requested_model": "other", "languages": ()}, "languages and another requested model"),
    ],
)
def test_results_of_another_request_are_refused_by_name(written: Path, change: dict[str, object], named: str) -> None:
    before = written.read_bytes()

    with pytest.raises(
        ConfigurationError, match=f"made with another {named}; choose another file with -o, or .* --overwrite"
    ):
        reopen(written, PROFILE.model_copy(update=change))

    assert written.read_bytes() == before


def test_overwrite_starts_anew_whatever_was_there(written: Path) -> None:
    results = reopen(written, PROFILE.model_copy(update={"requested_model": "other"}), overwrite=True)

    assert not results.is_annotated(build_paper(1))
    assert written.read_bytes() == b""
    results.close()


def test_a_damaged_line_is_an_error_that_names_it(written: Path) -> None:
    written.write_bytes(written.read_bytes() + b"no json\n")

    with pytest.raises(StoreError, match="line 3: not a result line"):
        reopen(written)


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("content", ["my notes", "my notes\nsecond line", '{"id": "1", "title": "t"}'])
def test_a_file_of_somebody_else_is_refused_and_left_as_it_is(path: Path, content: str, overwrite: bool) -> None:
    path.write_text(content)

    with pytest.raises(StoreError, match="not a results file, and left as it is"):
        reopen(path, overwrite=overwrite)

    assert path.read_text() == content


def test_what_is_no_regular_file_is_refused() -> None:
    with pytest.raises(StoreError, match="not a regular file"):
        reopen(Path("/dev/null"))


def test_another_record_in_the_same_place_is_not_taken_for_the_one_that_is_held(path: Path) -> None:
    """A file of the same name with other content comes every week."""
    skipped = SkippedLine(
        paper=build_paper(1), path="today.jsonl", line=2, reason="no abstract", provenance=build_provenance()
    )
    results = reopen(path)
    results.append(skipped)
    results.close()
    results = reopen(path)

    assert not results.holds(skipped.model_copy(update={"paper": build_paper(2)}))
    results.close()


def test_a_file_of_a_newer_version_is_refused(written: Path) -> None:
    line = json.loads(written.read_bytes().split(b"\n")[0])
    line["provenance"]["schema_version"] = 2
    written.write_text(json.dumps(line) + "\n")

    with pytest.raises(StoreError, match="newer version"):
        list(read_results(written))


def test_two_runs_can_not_write_one_file(path: Path) -> None:
    first = reopen(path)

    with pytest.raises(StoreError, match="another run is writing to this file"):
        reopen(path)

    first.close()
    reopen(path).close()


def test_a_file_that_can_not_be_created_names_the_flag(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreError, match="choose another file with -o"):
        reopen(tmp_path / "file" / "results.jsonl")


def test_a_full_disk_leaves_whole_lines_only(tmp_path: Path) -> None:
    """The limit on file size stands for a full disk: a write comes back short, then fails."""
    script = """
import sys
from pathlib import Path
from summarizer.annotate.store import ResultFile
from summarizer.errors import StoreError
from tests.builders import PROFILE, build_annotated, build_paper

results = ResultFile(Path(sys.argv[1]), PROFILE)
try:
    for number in range(100):
        results.append(build_annotated(build_paper(number)))
except StoreError as error:
    print(error)
"""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    path = tmp_path / "results.jsonl"
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        check=True,
        preexec_fn=limit,  # the limit must hold for the child alone
        cwd=Path(__file__).parents[2],
    )

    assert "make room and run the same command again" in done.stdout
    assert path.read_bytes().endswith(b"}\n")
    assert 2 < len(list(read_results(path))) < 100


def test_a_disk_that_has_become_read_only_is_a_store_error_and_the_next_run_goes_on(written: Path) -> None:
    """A file that can only be read stands for it, put in the place of the one that was opened."""
    before = written.read_bytes()
    results = reopen(written)
    (descriptor,) = (int(link.name) for link in Path("/proc/self/fd").iterdir() if link.resolve() == written)
    with written.open("rb") as read_only:
        os.dup2(read_only.fileno(), descriptor)

    with pytest.raises(StoreError, match="nothing is lost and nothing is paid twice"):
        results.append(build_annotated(build_paper(3)))
    results.close()
    results = reopen(written)
    results.append(build_annotated(build_paper(3)))
    results.close()

    assert written.read_bytes().startswith(before)
    assert len(list(read_results(written))) == 3


def test_results_files_are_told_from_papers(written: Path, tmp_path: Path) -> None:
    papers = tmp_path / "papers.jsonl"
    papers.write_text('{"id": "1", "title": "t"}\n')

    assert is_results_file(written)
    assert not is_results_file(papers)


def test_a_stream_gets_whole_lines_and_has_no_past() -> None:
    stream = io.BytesIO()
    results = ResultStream(stream)
    results.append(build_annotated(build_paper(1)))

    assert json.loads(stream.getvalue())["paper"]["id"] == "2401.00001"
    assert not results.is_annotated(build_paper(1))
