from __future__ import annotations

import pytest

from summarizer.digest.links import build_links, safe_url
from tests.digest.sample_records import paper


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<b>",
        "vbscript:x",
        "file:///etc/passwd",
        "file://server/share",
        "javascript://example.org/%0aalert(1)",
        "ftp://example.org/a",
        "mailto:a@example.org",
        "//example.org/a",
        "/a",
        "",
        "https:",
        "https:///a",
        "https://[bad",
        "https://arxiv.org@evil.example/abs/1",
        "https://user:secret@example.org",
        "https://good.example\\@evil.example",
    ],
)
def test_an_address_that_is_not_a_plain_web_page_is_dropped(address: str) -> None:
    assert safe_url(address) is None


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://example.org/a?b=c&d=1#e", "https://example.org/a?b=c&d=1#e"),
        ("http://example.org/(a)", "http://example.org/%28a%29"),
        ('https://example.org/"><b>', "https://example.org/%22%3E%3Cb%3E"),
        ("https://example.org/a b\\c`d;e", "https://example.org/a%20b%5Cc%60d%3Be"),
        ("https://example.org/%7Ea", "https://example.org/%7Ea"),
    ],
)
def test_an_address_is_percent_encoded_once(address: str, url: str) -> None:
    assert safe_url(address) == url


def test_an_arxiv_id_goes_before_the_links_of_the_source() -> None:
    links = build_links(
        paper("2611.00001", links={"abstract": "http://mirror.example/1", "doi": "https://doi.org/10.1/a"})
    )

    assert [(link.label, link.url) for link in links] == [
        ("arXiv", "https://arxiv.org/abs/2611.00001"),
        ("PDF", "https://arxiv.org/pdf/2611.00001"),
        ("DOI", "https://doi.org/10.1/a"),
    ]


def test_a_paper_from_elsewhere_keeps_the_links_of_its_source() -> None:
    links = build_links(
        paper(arxiv_id=None, doi="10.1000/a(b)<c>", links={"abstract": "https://example.org/1", "pdf": "javascript:x"})
    )

    assert [(link.label, link.url) for link in links] == [
        ("Page", "https://example.org/1"),
        ("DOI", "https://doi.org/10.1000/a%28b%29%3Cc%3E"),
    ]


def test_a_hostile_id_stays_inside_the_path() -> None:
    links = build_links(paper("2611?x=1#<b>"))

    assert links[0].url == "https://arxiv.org/abs/2611%3Fx%3D1%23%3Cb%3E"


def test_an_old_style_id_keeps_its_slash() -> None:
    assert build_links(paper("hep-th/9901001"))[0].url == "https://arxiv.org/abs/hep-th/9901001"


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("Code at https://github.com/ada/liver.", "https://github.com/ada/liver"),
        ("see github.com/ada/liver-net, accepted", "https://github.com/ada/liver-net"),
        ("http://www.gitlab.com/a/b/c", "https://gitlab.com/a/b/c"),
        ("models: https://huggingface.co/ada/liver)", "https://huggingface.co/ada/liver"),
        ("https://bitbucket.org/ada/x;", "https://bitbucket.org/ada/x"),
        ("https://GitHub.com/Ada/Liver", "https://GitHub.com/Ada/Liver"),
        ("https://github.com/", None),
        ("https://github.com.evil.example/a/b", None),
        ("https://evil.example/github.com/a/b", None),
        ("https://github.com@evil.example/a", None),
        ("https://notgithub.com/a/b and ada@github.com/a", None),
        ("12 pages", None),
    ],
)
def test_the_code_is_linked_where_a_known_host_is_named(text: str, url: str | None) -> None:
    expected = [url] if url else []

    for field in ("comment", "abstract"):
        links = build_links(paper(**{field: text}))

        assert [link.url for link in links if link.label == "Code"] == expected


def test_the_comment_is_asked_for_code_before_the_abstract() -> None:
    links = build_links(paper(comment="github.com/ours/code", abstract="We extend github.com/theirs/code."))

    assert links[-1].url == "https://github.com/ours/code"
