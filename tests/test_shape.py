"""What keeps the project's shape: sizes, names, templates, catalogues, and documents that equal the code."""

import ast
import importlib.metadata
import importlib.resources
import re
from pathlib import Path

import pytest

from tests.tree import APPS, ROOT, own_files, own_python, own_templates, text_of

FORBIDDEN_NAMES = {"utils", "helpers", "services", "managers", "misc", "common", "tools"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 40


def functions_of(path):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(text_of(path))) if isinstance(node, kinds)]


def test_files_are_short():
    long = [str(path) for path in own_python() if len(text_of(path).splitlines()) > LONGEST_FILE]

    assert long == []


def test_functions_are_short():
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path in own_python()
        for node in functions_of(path)
        if node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]

    assert long == []


def test_module_names_say_something():
    vague = [str(path) for path in own_python() if FORBIDDEN_NAMES & {*path.parts[:-1], path.stem}]

    assert vague == []


def test_top_level_holds_nothing_unexplained():
    known = {*APPS, "tests", "docs", "locale", ".ci"}
    known |= {"manage.py", "Makefile", "pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE"}
    known |= {"requirements.in", "requirements.txt", "requirements-dev.in", "requirements-dev.txt"}
    known |= {".gitignore", ".editorconfig"}

    assert {path.parts[0] for path in own_files()} - known == set()


@pytest.mark.parametrize("app", APPS)
def test_rooms_are_never_empty(app):
    rooms = [room for room in (ROOT / app).iterdir() if (room / "__init__.py").exists()]
    empty = [
        str(room.relative_to(ROOT))
        for room in rooms
        if room.name not in {"migrations", "management"}
        and [path.name for path in room.rglob("*.py")] == ["__init__.py"]
        and not (room / "__init__.py").read_text().strip()
    ]

    assert empty == []


def test_python_uses_no_signals_of_ours():
    receivers = re.compile(r"^\s*@receiver|\.connect\(|import threading|threading\.local")
    found = [
        f"{path}:{number}"
        for path in own_python()
        if path.parts[0] in APPS
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if receivers.search(line)
    ]

    assert found == []


# --- templates ----------------------------------------------------------------------------------------


def template_name(path):
    return "/".join(path.parts[path.parts.index("templates") + 1 :])


def named_by_packages():
    """Folders whose templates a package asks for by its own names."""
    return (
        "account/",
        "mfa/",
        "allauth/",
        "wagtailadmin/",
        "400.html",
        "403",
        "404.html",
        "405.html",
        "500.html",
    )


def test_every_template_is_used():
    texts = [text_of(path) for path in (*own_python(), *own_files("*.html"))]
    everything = "\n".join(texts)
    unused = [
        template_name(path)
        for path in own_templates()
        if not template_name(path).startswith(named_by_packages()) and not used(template_name(path), everything)
    ]

    assert unused == []


def used(name, everything):
    """Named in full, or as Wagtail names the template of a page's class."""
    stem = name.rsplit("/", 1)[-1]
    model = "".join(part.capitalize() for part in stem.removesuffix(".html").split("_"))
    return f'"{name}"' in everything or f"'{name}'" in everything or f"class {model}(" in everything


@pytest.mark.parametrize(
    ("rule", "pattern"),
    [
        ("no inline style", r"<style[\s>]|\sstyle\s*="),
        ("no handlers in attributes", r"<[a-z][^>]*\son[a-z]+\s*="),
        ("no script but from a file", r"<script(?![^>]*\ssrc=)(?![^>]*application/(?:json|ld\+json))[^>]*>"),
        ("no javascript: addresses", r"javascript:"),
        (
            "nothing fetched from elsewhere",
            r"<(?:script|link|img|iframe|source)[^>]*\s(?:src|href)=\"(?:https?:)?//",
        ),
    ],
)
def test_templates_keep_the_security_policy(rule, pattern):
    found = [
        f"{path}: {match.group(0)[:60]}"
        for path in own_templates()
        for match in re.finditer(pattern, without_comments(text_of(path)), re.IGNORECASE)
    ]

    assert found == []


def without_comments(text):
    return re.sub(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", "", text, flags=re.DOTALL)


def test_components_begin_with_their_variables():
    silent = [str(path) for path in own_templates() if "components" in path.parts and not begins_with_comment(path)]

    assert silent == []


def begins_with_comment(path):
    return text_of(path).startswith(("{#", "{% comment"))


def test_templates_load_one_library_a_line_in_order():
    found = []
    for path in own_templates():
        loads = re.findall(r"\{% load (.+?) %\}", text_of(path))
        if any(" " in load and " from " not in load for load in loads) or loads != sorted(loads):
            found.append(f"{path}: {loads}")

    assert found == []


# --- what is installed, what is told ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("package", "version"),
    [("Django", "5.2.19"), ("wagtail", "8.0.1"), ("django-import-export", "4.4.3")],
)
def test_installed_versions_are_the_chosen_ones(package, version):
    assert importlib.metadata.version(package) == version


def test_vendored_files_are_the_versions_told():
    vendor = ROOT / "core/static/core/vendor"
    told = dict(
        re.findall(r"^\| `([^`]+\.js)` \| `[^`]+` \| ([\d.]+)", (vendor / "VENDOR.md").read_text(), re.MULTILINE)
    )

    assert {path.name for path in vendor.glob("*.js")} == set(told)
    assert [name for name, version in told.items() if version not in (vendor / name).read_text()] == []


def test_requirements_are_pinned_with_hashes_and_name_no_place():
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = text_of(Path(name))
        packages = re.findall(r"^[A-Za-z0-9].*$", text, re.MULTILINE)

        assert [line for line in packages if not re.fullmatch(r"\S+==\S+( ; .+)? \\", line)] == []
        assert re.findall(r"https?://|file://|--index|--find|--trusted", text) == []


def test_make_has_the_commands_told():
    targets = set(re.findall(r"^([a-z]+):", text_of(Path("Makefile")), re.MULTILINE))

    assert {"run", "test", "check", "fix", "bench", "messages"} <= targets


def test_plotly_of_python_and_of_the_page_agree():
    module = importlib.resources.files("plotly.offline") / "_plotlyjs_version.py"
    version = re.search(r'"(.+)"', module.read_text())[1]

    assert f"| {version}," in (ROOT / "core/static/core/vendor/VENDOR.md").read_text()
