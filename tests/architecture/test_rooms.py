"""The house as it is written down: who imports whom, and what every page and module looks like."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from ledgersync.config import PROJECT_ROOT

PACKAGE = PROJECT_ROOT / "ledgersync"
PAGES = sorted((PROJECT_ROOT / "pages").glob("*.py"))
MODULES = sorted(PACKAGE.rglob("*.py"))
BESIDE_THE_DOMAIN = {"ledgersync.domain", "ledgersync.errors", "ledgersync.money"}
A_PAGE_MAY_IMPORT = {"streamlit", "ledgersync.ui", "ledgersync.services", "ledgersync.domain"}
SAYS_NOTHING = {"utils", "util", "helpers", "helper", "common", "misc", "base", "manager", "core"}


def _imported(file: Path) -> set[str]:
    """The modules that a file imports: "ledgersync.ui" for `from ledgersync import ui`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module == "ledgersync":
            found |= {f"ledgersync.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def _room(module: str) -> str:
    return ".".join(module.split(".")[:2]) if module.startswith("ledgersync") else module


def test_import_contracts_are_kept() -> None:
    # In a process of its own: run here, it would silence every logger of the tests after it.
    lint = "from importlinter.cli import lint_imports_command as lint; lint()"
    program = [sys.executable, "-c", lint]
    done = subprocess.run(  # noqa: S603  our own interpreter and words
        program, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_opens_itself_first_and_stays_thin(page: Path) -> None:
    body = ast.parse(page.read_text(encoding="utf-8")).body
    first = next(node for node in body if not isinstance(node, ast.Import | ast.ImportFrom))
    title = page.stem.capitalize()
    assert ast.unparse(first) == f"viewer = open_page('{title}')"
    assert len(page.read_text(encoding="utf-8").splitlines()) < 80
    assert {_room(module) for module in _imported(page)} <= A_PAGE_MAY_IMPORT
    assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in body)


def test_there_are_pages_to_look_at() -> None:
    assert {page.stem for page in PAGES} >= {
        "overview",
        "review",
        "clients",
        "exports",
        "settings",
        "help",
    }


def test_modules_are_named_by_what_they_hold() -> None:
    assert [m for m in MODULES if m.stem in SAYS_NOTHING] == []
    assert [m for m in MODULES if m.parent.name in SAYS_NOTHING] == []


@pytest.mark.parametrize(
    "module", sorted((PACKAGE / "domain").glob("*.py")), ids=lambda module: module.stem
)
def test_the_domain_stands_on_the_standard_library(module: Path) -> None:
    for imported in _imported(module):
        top = imported.split(".")[0]
        assert top in sys.stdlib_module_names or _room(imported) in BESIDE_THE_DOMAIN


def test_no_engine_or_settings_are_made_by_importing() -> None:
    """Modules say what can be made; who starts the program makes it."""
    makers = {"Database", "create_engine", "load_settings", "Settings", "open_workspace", "Feed"}
    for module in MODULES:
        for node in ast.parse(module.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr) and node.value:
                called = node.value.func if isinstance(node.value, ast.Call) else None
                assert not (isinstance(called, ast.Name) and called.id in makers), module


FIELDS = {"text_input", "text_area", "number_input", "date_input"}
# Words to look for, and dates to look at, are typed again in a moment.
LOOKS_ONLY = {"audit_trail", "client_list", "export_filters", "learned_texts", "review_choice"}
LOOKS_ONLY |= {"review_filters", "rules_table", "standing_table"}
KEEPS_ITSELF = {"saved_fields"}


def _forgets(call: ast.Call) -> bool:
    """Whether a field is empty again when its page could not be shown for a moment."""
    options = {str(one.arg): ast.unparse(one.value) for one in call.keywords}
    secret = options.get("type") == "'password'" or options.get("key") == "KIT_TEXT"
    searches = "search" in options.get("icon", "")
    return not secret and not searches and options.get("persist_state") != "'page'"


def test_forms_keep_what_was_typed_while_the_database_is_away() -> None:
    forgetful = {
        f"{file.name}:{call.lineno}"
        for file in (PACKAGE / "ui").glob("*.py")
        if file.stem not in LOOKS_ONLY | KEEPS_ITSELF
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        if call.func.attr in FIELDS and _forgets(call)
    }
    assert not forgetful
