"""Facts about the token estimator. Each runs in a process of its own: an encoding is loaded once for each process."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ENGLISH = (
    "Segmentation of liver lesions in computed tomography remains hard when contrast is low. We train a small "
    "network on volumes from four hospitals and report how its errors vary with the size of the lesion."
)
NOTHING_LISTENS = "http://127.0.0.1:9"


def estimate(expression: str, **environment: str) -> list[int]:
    """Evaluate a list of calls in a fresh process."""
    code = f"from summarizer.chat.tokens import estimate_tokens as e\nprint(*{expression})"
    finished = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env=dict(os.environ) | environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert finished.stderr == ""
    return [int(number) for number in finished.stdout.split()]


@pytest.fixture
def encodings(shared: Path) -> str:
    """A cache of tiktoken with the two usual encodings."""
    folder = shared / "tiktoken"
    if not folder.is_dir():
        pytest.skip("the encodings of tiktoken are not here")
    return str(folder)


@pytest.fixture
def offline(tmp_path: Path) -> dict[str, str]:
    """An environment in which no encoding is cached and a download is refused at once."""
    return {"TIKTOKEN_CACHE_DIR": str(tmp_path), "HTTPS_PROXY": NOTHING_LISTENS, "https_proxy": NOTHING_LISTENS}


def test_a_known_model_is_counted_by_its_encoding(encodings: str) -> None:
    counts = estimate("[e('医学影像分割', 'gpt-4o'), e('医学影像分割', 'gpt-4')]", TIKTOKEN_CACHE_DIR=encodings)

    assert counts == [5, 8]


def test_an_unknown_model_is_counted_by_the_newest_encoding(encodings: str) -> None:
    counts = estimate(f"[e({ENGLISH!r}, model) for model in ('gpt-4o', 'mine')]", TIKTOKEN_CACHE_DIR=encodings)

    assert counts[0] == counts[1]
    assert 30 < counts[0] < 60


def test_special_tokens_and_hostile_texts_are_counted_as_text(encodings: str) -> None:
    texts = r"['<|endoftext|>', '\ud800', ' ' * 1_000_000, 'a' * 1_000_000, '']"

    counts = estimate(f"[e(text, 'mine') for text in {texts}]", TIKTOKEN_CACHE_DIR=encodings)

    assert counts[0] > 1
    assert all(count > 0 for count in counts[:4])
    assert counts[4] == 0


def test_without_the_encoding_the_length_is_the_estimate(offline: dict[str, str]) -> None:
    expression = (
        "[e('x' * 459, 'mine'), e('医' * 50, 'mine'), e('医' * 50 + 'x' * 459, 'gpt-4'), e('', 'mine'), e('x', '')]"
    )

    counts = estimate(expression, **offline)

    assert counts == [100, 50, 150, 0, 1]


def test_the_estimate_by_length_is_near_the_count(encodings: str, offline: dict[str, str]) -> None:
    (counted,) = estimate(f"[e({ENGLISH!r}, 'mine')]", TIKTOKEN_CACHE_DIR=encodings)
    (by_length,) = estimate(f"[e({ENGLISH!r}, 'mine')]", **offline)

    assert by_length == pytest.approx(counted, rel=0.25)


def test_a_network_that_swallows_packets_does_not_hang_the_program(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, never answers
        proxy = f"http://127.0.0.1:{silent.getsockname()[1]}"
        counts = estimate(
            "[e('x' * 46, 'mine'), e('x' * 92, 'mine')]",
            TIKTOKEN_CACHE_DIR=str(tmp_path),
            HTTPS_PROXY=proxy,
            https_proxy=proxy,
        )

    assert counts == [10, 20]
