"""One comparison with known faults for all tests here: nothing in it can be changed."""

from __future__ import annotations

import pytest

from summarizer.evaluation.report import render_report
from tests.digest.document import Document
from tests.evaluation.report.samples import Sample, build_sample


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return build_sample(tmp_path_factory.mktemp("evaluation"))


@pytest.fixture(scope="session")
def html(sample: Sample) -> str:
    return render_report(sample.comparison, sample.a, sample.b, sample.material)


@pytest.fixture(scope="session")
def page(html: str) -> Document:
    return Document(html)
