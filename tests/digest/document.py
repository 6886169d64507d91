"""Read a page back without a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset({"meta", "link", "input", "br", "wbr"})


@dataclass
class Element:
    """One element of a page."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Element] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    """Text in it and below it, in order."""

    @property
    def text(self) -> str:
        return " ".join("".join(self.texts).split())

    def find(self, tag: str) -> list[Element]:
        """Return the elements with this tag below this one, in order."""
        return [found for child in self.children for found in ([child] if child.tag == tag else []) + child.find(tag)]

    @property
    def classes(self) -> set[str]:
        return set((self.attributes.get("class") or "").split())


class Document(HTMLParser):
    """All elements of a page in order; refuses tags that do not nest. A formula is text here: its LaTeX."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.declarations: list[str] = []
        self.formulas: list[str] = []
        """LaTeX of the `math` elements."""
        self._in_formula = False
        self._open: list[Element] = []
        self.feed(html)
        self.close()
        assert not self._open, f"not closed: {[element.tag for element in self._open]}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "math":
            self.formulas.append(dict(attrs)["alttext"] or "")
            self.handle_data(self.formulas[-1])
            self._in_formula = True
        if self._in_formula:
            return
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if self._open:
            self._open[-1].children.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID and not self._in_formula:
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if self._in_formula:
            self._in_formula = tag != "math"
            return
        assert self._open[-1].tag == tag, f"</{tag}> closes <{self._open[-1].tag}>"
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in [] if self._in_formula else self._open:
            element.texts.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"comment in the page: {data[:80]}")

    def handle_decl(self, decl: str) -> None:
        self.declarations.append(decl)

    def find(self, tag: str | None = None, **attributes: str) -> list[Element]:
        """Return the elements with this tag and these attribute values; `class_` asks for one class."""
        wanted_class = attributes.pop("class_", None)
        return [
            element
            for element in self.elements
            if (tag is None or element.tag == tag)
            and (wanted_class is None or wanted_class in element.classes)
            and all(element.attributes.get(name.replace("_", "-")) == value for name, value in attributes.items())
        ]

    def one(self, tag: str | None = None, **attributes: str) -> Element:
        """Return the only element that `find` finds."""
        (element,) = self.find(tag, **attributes)
        return element
