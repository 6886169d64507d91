"""BibTeX: `@article{key, title = {…}, author = {…}}`, with `@string` macros; needs the `sources` extra."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import ModuleType

from summarizer.errors import SourceError
from summarizer.papers.identity import parse_arxiv_id
from summarizer.papers.paper import Paper, SkippedRecord
from summarizer.papers.sources.fields import (
    build_paper,
    find_date,
    given_name_first,
    skip_record,
    venue_of_year,
    with_year,
)
from summarizer.papers.sources.html_text import plain_text
from summarizer.papers.sources.interface import Line
from summarizer.papers.sources.latex_accents import decode_accents
from summarizer.papers.sources.lines import MAX_LINE_BYTES

_ENTRY = re.compile(r"\s*@\s*([A-Za-z]+)\s*[{(]")
# A line like this opens an entry even where the braces before it don't balance, so that one typo costs one entry.
_CLEAR_ENTRY = re.compile(r"@[A-Za-z]+\s*\{\s*[^\s,{}\"=]+\s*,\s*$")
# Deeper indentation is a sample in a text; Crossref puts one space before its entries.
_START = re.compile(r"^ {0,3}@[A-Za-z]+\s*[{(]\s*[^\s,={}]+\s*[,=]", re.MULTILINE)
_NO_PAPER = {"string", "preamble", "comment"}
_BRACE = re.compile(r"(?<!\\)[{}]")
_MATH = re.compile(r"((?<!\\)\$[^$]*\$)")
# Braces that only protect capitals, as in {CT}, not those of a command or of an index.
_GROUP = re.compile(r"((?:\\[A-Za-z]+\s*|[_^])\{[^{}]*\})|\{([^{}]*)\}")
_ESCAPED = re.compile(r"\{\\([_&%#])\}|\\([_&%#])")
_ARXIV = re.compile(r"arxiv", re.IGNORECASE)
_BARE_ARXIV_ID = re.compile(r"\s*\d\d(?:0[1-9]|1[0-2])\.\d{4,5}(?:v\d+)?\s*")
_ARXIV_JOURNAL = re.compile(r"\s*(?:arxiv|corr)\s*", re.IGNORECASE)
_LATEX_FIELDS = ("title", "abstract", "journal", "booktitle", "journaltitle", "note")
_VERBATIM_FIELDS = ("doi", "url", "eprint")


class _Macros(dict[str, str]):
    """Names of `@string`, in any case; an unknown one stands for itself, as the months do."""

    def __setitem__(self, name: str, value: str) -> None:
        super().__setitem__(name.casefold(), value)

    def __getitem__(self, name: str) -> str:
        return self.get(name.casefold(), name)


@dataclass
class _Block:
    """The lines of one entry."""

    line: int
    kind: str
    texts: list[str] = field(default_factory=list)
    size: int = 0
    depth: int = 0
    problem: str | None = None

    def add(self, line: Line) -> None:
        self.size += len(line.text)
        self.problem = self.problem or line.problem
        if self.size > MAX_LINE_BYTES:
            self.problem = self.problem or f"entry larger than {MAX_LINE_BYTES // 2**20} MiB"
            self.texts.clear()
        self.depth += sum(1 if brace == "{" else -1 for brace in _BRACE.findall(line.text))
        self.texts.append(line.text)


class BibtexSource:
    """Reads BibTeX."""

    name = "bibtex"

    def confidence(self, head: str) -> float:
        """Look for an entry; text before it is allowed, but makes it less sure, and a code block is a citation in prose."""
        text = head.lstrip()
        if "```" in head or not (_START.match(text) or _START.search(head)):
            return 0.0
        return 0.9 if text.startswith(("@", "%")) else 0.2

    def read(self, lines: Iterable[Line], path: str) -> Iterator[Paper | SkippedRecord]:
        """Yield one record for each entry; what stands between entries is comment by the rules of BibTeX."""
        parser = _import_parser(path)
        macros = _Macros()
        for block in _split(lines):
            yield from _read_block(block, parser, macros, path)


def _import_parser(path: str) -> ModuleType:
    try:
        from pybtex.database.input import bibtex as parser  # noqa: PLC0415
    except ImportError as error:
        raise SourceError(f"{path}: BibTeX needs one more package: pip install 'summarizer[sources]'") from error
    module: ModuleType = parser
    return module


def _split(lines: Iterable[Line]) -> Iterator[_Block]:
    block: _Block | None = None
    for line in lines:
        start = _ENTRY.match(line.text)
        if start and (block is None or block.depth <= 0 or _CLEAR_ENTRY.match(line.text)):
            if block:
                yield block
            block = _Block(line.number, start[1].casefold())
        if block:
            block.add(line)
    if block:
        yield block


def _read_block(block: _Block, parser: ModuleType, macros: _Macros, path: str) -> Iterator[Paper | SkippedRecord]:
    from pybtex.exceptions import PybtexError  # noqa: PLC0415

    if block.problem:
        yield SkippedRecord(path, block.line, block.problem)
        return
    text = "\n".join(block.texts)
    try:
        entries = list(parser.LowLevelParser(text, macros=macros))
    except PybtexError as error:
        if block.kind not in _NO_PAPER:
            yield SkippedRecord(path, block.line, f"not BibTeX: {error}")
        return
    for kind, body in entries:
        if kind.casefold() not in _NO_PAPER:
            fields = {name.casefold(): "".join(parts) for name, parts in body[1]}
            yield _to_record(fields, path, block.line)


def _to_record(fields: dict[str, str], path: str, line: int) -> Paper | SkippedRecord:
    latex = {name: _plain(fields[name]) for name in _LATEX_FIELDS if name in fields}
    verbatim = {name: _unescaped(fields[name]) for name in _VERBATIM_FIELDS if name in fields}
    try:
        return _to_paper(fields | latex | verbatim, path, line)
    except ValueError as error:
        return skip_record(path, line, error)


def _to_paper(fields: dict[str, str], path: str, line: int) -> Paper:
    get = fields.get
    day = get("date") or f"{get('year', '')} {get('month', '')} {get('day', '')}"
    year = get("year") or get("date")
    return build_paper(
        path,
        line,
        title=plain_text(get("title", "")),
        abstract=plain_text(get("abstract", "")),
        authors=_authors(get("author", "")),
        arxiv_id=_arxiv_id(fields),
        doi=get("doi"),
        categories=[get("primaryclass", "")],
        published=find_date(day),
        links={"abstract": get("url")},
        comment=get("note"),
        journal=with_year(get("journal") or get("journaltitle"), year),
        venue=venue_of_year(get("booktitle"), year),
    )


def _plain(text: str) -> str:
    parts = _MATH.split(decode_accents(text))
    parts[::2] = [_without_groups(part) for part in parts[::2]]
    return "".join(parts)


def _without_groups(text: str) -> str:
    # The parser takes at most 100 braces within braces, so this ends soon.
    while (without := _GROUP.sub(lambda match: match[1] or match[2], text)) != text:
        text = without
    return text


def _unescaped(text: str) -> str:
    r"""Return an address or id without the backslashes that DBLP puts into it; `~` is no tie there."""
    return _ESCAPED.sub(lambda match: match[1] or match[2], text)


def _authors(text: str) -> list[str]:
    from pybtex.bibtex.utils import split_name_list  # noqa: PLC0415

    names = [name for name in split_name_list(" ".join(text.split())) if name != "others"]
    return [name if name.startswith("{") else given_name_first(name) for name in names]


def _arxiv_id(fields: dict[str, str]) -> str | None:
    eprint, journal = fields.get("eprint", ""), fields.get("journal", "")
    archive = fields.get("archiveprefix") or fields.get("eprinttype") or ""
    values = [value for value in (eprint, journal, fields.get("url", "")) if _ARXIV.search(value)]
    if _ARXIV.search(archive) or (not archive and _BARE_ARXIV_ID.fullmatch(eprint)):
        values.insert(0, eprint)
    if _ARXIV_JOURNAL.fullmatch(journal):
        values.append(fields.get("volume", ""))  # as in `abs/1706.03762`
    return next(filter(parse_arxiv_id, values), None)
