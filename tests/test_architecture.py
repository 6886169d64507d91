"""Facts about the shape of the code: who may import whom, and how large a module grows."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "summarizer"
MODULES = sorted(PACKAGE.rglob("*.py"))
ROOMS = ["papers", "contract", "chat", "annotate", "digest", "evaluation", "cli"]
SHARED_MODULES = {"errors", "settings", "__init__"}
SINGLE_IMPORTER = {
    "openai": "chat/openai_client.py",
    "diskcache": "chat/cache.py",
    "tiktoken": "chat/tokens.py",
    "genai_prices": "chat/pricing.py",
    "jinja2": "digest/templates.py",
    "pyarrow": "digest/parquet.py",
    "sacrebleu": "evaluation/scorers/bleu.py",
    "sklearn": "evaluation/baselines/tfidf.py",
    "feedgen": "digest/feed.py",
    "junitparser": "evaluation/report/junit.py",
    "math_core": "digest/formulas.py",
    "opencc": "contract/validation/scripts.py",
}
MAX_LINES = 250
MAX_FUNCTION_LINES = 40


def imports(module: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}: imports are absolute"
            yield from (submodule_or(f"{node.module}.{alias.name}", str(node.module)) for alias in node.names)


def submodule_or(name: str, package: str) -> str:
    """Return `name` if it is a module of ours; a package that imports its own modules is no circle."""
    path = PACKAGE.parent.joinpath(*name.split("."))
    return name if path.with_suffix(".py").is_file() or path.is_dir() else package


def room_of(module: Path) -> str:
    parts = module.relative_to(PACKAGE).parts
    return parts[0] if len(parts) > 1 else parts[0].removesuffix(".py")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_room_imports_only_rooms_before_it(module: Path) -> None:
    room = room_of(module)
    if room not in ROOMS:
        pytest.skip("stands outside the rooms")
    allowed = set(ROOMS[: ROOMS.index(room) + 1]) | SHARED_MODULES

    for name in imports(module):
        if name.startswith("summarizer."):
            assert name.split(".")[1] in allowed, f"{module.name} imports {name}"


def test_each_foreign_package_has_one_importing_module() -> None:
    importers: dict[str, set[str]] = defaultdict(set)
    for module in MODULES:
        for name in imports(module):
            importers[name.split(".")[0]].add(str(module.relative_to(PACKAGE)))

    assert {package: importers[package] for package in SINGLE_IMPORTER} == {
        package: {module} for package, module in SINGLE_IMPORTER.items()
    }


def test_modules_of_a_package_do_not_import_each_other_in_a_circle() -> None:
    graph = {
        ".".join(module.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__"): set(
            imports(module)
        )
        for module in MODULES
        if module != PACKAGE / "__init__.py"
    }
    done: set[str] = set()

    def visit(name: str, path: tuple[str, ...]) -> None:
        assert name not in path, f"circle: {' > '.join((*path, name))}"
        if name in graph and name not in done:
            for imported in graph[name]:
                visit(imported, (*path, name))
            done.add(name)

    for name in graph:
        visit(name, ())


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_modules_and_functions_stay_small(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    functions = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]

    assert text.count("\n") <= MAX_LINES
    for function in functions:
        body = [
            node for node in function.body if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        ]
        length = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
        assert length <= MAX_FUNCTION_LINES, f"{module.name}: {function.name} has {length} lines"


def test_nothing_below_the_command_line_reads_the_environment() -> None:
    readers = {
        str(module.relative_to(PACKAGE))
        for module in MODULES
        if any(text in module.read_text(encoding="utf-8") for text in ("os.environ", "getenv"))
    }

    assert readers <= {"cli/setup.py", "settings.py"}


def test_nothing_is_pickled() -> None:
    assert not [module for module in MODULES if {"pickle", "marshal", "shelve"} & set(imports(module))]
