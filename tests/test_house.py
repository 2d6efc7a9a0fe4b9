"""House rules: floors, SQL, DAGs, generated pages and sizes are checked by reading the code, not by trusting it."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.engine import Connection

from childledger import cli, contracts, generate, ledger, messages
from childledger.settings import INCLUDE, Settings

ROOT = INCLUDE.parent
PACKAGE = INCLUDE / "childledger"
SQL = INCLUDE / "sql"
CODE = sorted(path for part in ("include", "dags", "plugins", "tests", "bench") for path in (ROOT / part).rglob("*.py"))
DAGS = sorted((ROOT / "dags").glob("*.py"))
STATEMENTS = sorted(
    path for part in ("queries", "flags", "definitions", "checks", "duckdb") for path in (SQL / part).rglob("*.sql")
)

FLOORS = {
    name: set(modules.split())
    for name, modules in {
        "foundation": "errors settings rulefile db postgres",
        "model": "contracts odcs foreign records provinces places calendar messages masks precedence "
        "damage glance cells bronze reader workbook archive pace editions",
        "stages": "intake staging validation conforming linkage ledger followup register tickets gate reports "
        "entitlement rounds",
        "surfaces": "pipeline cli desk linking flagging entitling closing custodian signoff explaining summary trace "
        "services docketing timeline dagkit web generate checking forms visiting clocks defining",
    }.items()
}
"""Lowest first. A module imports from its own floor or below; stages never import each other."""
FLOOR_OF = {module: floor for floor, modules in FLOORS.items() for module in modules}

HEAVY = ("pandas", "great_expectations", "openpyxl", "xlrd", "pyarrow", "scipy", "docx")
"""What no DAG file may import while it is parsed."""

REASONS = {"cli._parser": "one command of the command line after the other"}
"""Functions that may be longer than 40 lines, and why."""


Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """Every module a file imports anywhere, `from a import b` as a.b."""
    found: set[str] = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {f"{node.module}.{name.name}" for name in node.names}
    return found


def modules(name: str) -> list[Path]:
    """The files of one module of the package, be it a file or a folder."""
    return sorted((PACKAGE / name).rglob("*.py")) if (PACKAGE / name).is_dir() else [PACKAGE / f"{name}.py"]


def neighbours(name: str) -> set[str]:
    """Modules of the package another one imports."""
    ours = {found for path in modules(name) for found in imports(path) if found.startswith("childledger.")}
    return {found.split(".")[1] for found in ours} - {name, "__version__"}


def tracked() -> list[Path]:
    """Every file that is, or would be, committed."""
    command = ["git", "-c", "core.quotePath=false", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


@cache
def text_of(path: Path) -> str:
    """A file as text; nothing for a workbook."""
    return "" if path.suffix == ".xlsx" else path.read_text(encoding="utf-8", errors="ignore")


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """Every function with its own lines: without its docstring and the functions inside it."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inside = [
                n for n in ast.walk(node) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef) and n is not node
            ]
            inner = {line for n in inside for line in range(n.lineno, (n.end_lineno or 0) + 1)}
            first = node.body[0]
            told = {*range(first.lineno, (first.end_lineno or 0) + 1)} if ast.get_docstring(node) else set()
            yield node.name, len({*range(node.lineno, (node.end_lineno or 0) + 1)} - inner - told)


def test_every_module_has_a_floor() -> None:
    found = {path.stem if path.is_file() else path.name for path in PACKAGE.iterdir() if path.suffix in ("", ".py")}
    assert found - {"__init__", "__pycache__", "templates"} == set(FLOOR_OF)


@pytest.mark.parametrize("name", sorted(FLOOR_OF))
def test_a_module_imports_from_its_floor_or_below(name: str) -> None:
    order = list(FLOORS)
    floor = FLOOR_OF[name]
    allowed = set().union(*(FLOORS[below] for below in order[: order.index(floor) + 1]))
    if floor == "stages":
        allowed -= FLOORS["stages"]
    assert neighbours(name) <= allowed, f"{name} is of the floor {floor}"


@pytest.mark.parametrize(
    ("library", "home"),
    [
        ("airflow", "dags plugins include/childledger/dagkit.py"),
        ("great_expectations", "include/childledger/validation"),
        ("synthprovince", "include/synthprovince bench"),
    ],
)
def test_a_library_has_one_home(library: str, home: str) -> None:
    homes = tuple(home.split())
    product = [path for path in CODE if not path.is_relative_to(ROOT / "tests")]
    strangers = [
        str(path.relative_to(ROOT))
        for path in product
        if not str(path.relative_to(ROOT)).startswith(homes)
        and any(found.split(".")[0] == library for found in imports(path))
    ]
    assert not strangers


def names_in_code() -> set[str]:
    """Every string "stage/name" in the package."""
    found = {
        node.value
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    folders = {path.name for path in (SQL / "queries").iterdir()}
    return {name for name in found if re.fullmatch(r"[a-z]+/[a-z_]*[a-z]", name) and name.split("/")[0] in folders}


def test_every_query_has_a_file_and_every_file_a_use() -> None:
    """What DuckDB runs is watched running, by tests/unit/test_sets.py."""
    ours, theirs = (
        {f"{path.parent.name}/{path.stem}" for path in (SQL / part).rglob("*.sql")} for part in ("queries", "duckdb")
    )
    assert names_in_code() - theirs == ours and not ours & theirs


def test_flags_and_their_rules_are_one_to_one() -> None:
    assert {path.stem for path in (SQL / "flags").glob("*.sql")} == set(ledger.rules().flags)


def test_no_rule_makes_a_score(conn: Connection) -> None:
    """A rule names a child and the facts that say so, and nothing in the ledger could hold a weight or a rank."""
    answer = re.compile(r"^select (\w+)\.child_id, \1\.source_record_id, \1\.kind$", re.MULTILINE)
    for path in (SQL / "flags").glob("*.sql"):
        assert answer.search(text_of(path)), path.name
        assert not re.search(r"\b(sum|avg|count|rank|row_number|case)\b", re.sub(r"--.*", "", text_of(path))), path.name
    query = "select column_name, data_type from information_schema.columns where table_schema in ('ledger', 'followup')"
    for name, kind in conn.exec_driver_sql(query):
        assert kind not in ("numeric", "real", "double precision"), name
        assert not re.search("score|weight|rank|risk", name), name


@pytest.mark.parametrize("path", STATEMENTS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_a_file_is_one_plain_statement(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith("-- "), "the head says what it is"
    code = re.sub(r"'[^']*'", "''", re.sub(r"--[^\n]*", "", text)).strip()
    assert code.count(";") == 1 and code.endswith(";") and text.endswith(";\n")
    whole = path.stem.startswith("create_") or path.is_relative_to(SQL / "duckdb")  # whose tables are its own, of a run
    assert whole or not re.search(r"select\s+(distinct\s+)?([\w.]+\.)?\*", code)


def test_no_sql_is_made_of_strings() -> None:
    """Values are bound and statements come from files; only db.py makes a TextClause from what it read."""
    made = []
    for path in sorted(set(PACKAGE.rglob("*.py")) - {PACKAGE / "db.py"}):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and _runs_sql(node.func) and node.args:
                first = node.args[0]
                is_made = isinstance(first, ast.JoinedStr) or (isinstance(first, ast.BinOp) and _has_text(first))
                if is_made or (_is_text(node.func) and not isinstance(first, ast.Constant)):
                    made.append(f"{path.name}:{node.lineno}")
    assert not made


def _is_text(function: ast.expr) -> bool:
    return ast.unparse(function) in ("text", "sa.text", "sqlalchemy.text")


def _runs_sql(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else ""
    return _is_text(function) or name in ("execute", "executemany", "exec_driver_sql", "SQL")


def _has_text(node: ast.expr) -> bool:
    return any(isinstance(part, ast.Constant) and isinstance(part.value, str) for part in ast.walk(node))


def test_generated_files_are_what_the_contracts_say() -> None:
    settings = Settings.load({"CHILDLEDGER_DATABASE_URL": "-"})
    assert generate.feeds(settings, settings.feeds, write=False) == []


def test_table_page_is_what_the_migrations_say(conn: Connection) -> None:
    page = generate.reference(Settings.load({"CHILDLEDGER_DATABASE_URL": "-"})) / "tables.md"
    assert page.read_text(encoding="utf-8") == generate.dictionary(conn), "run `childledger dictionary`"


def test_every_finding_of_the_reader_has_a_message() -> None:
    assert set(generate.BY_READER) <= set(messages.ROWS)
    source = "".join(text_of(PACKAGE / name) for name in ("damage.py", "contracts.py", "gate/findings.py"))
    unspoken = set(messages.ROWS) - set(generate.BY_READER)
    assert not [code for code in unspoken if code.removeprefix("ID").removeprefix("NUMBER") not in source]


def test_every_code_told_has_a_message() -> None:
    calls = [node for path in PACKAGE.rglob("*.py") for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    told = [call for call in calls if ast.unparse(call.func) == "FeedError"]
    relayed = "FeedError(told['code'], **told['detail'])"  # by the parent of the process that reads a workbook
    raised = {ast.literal_eval(call.args[0]) for call in told if ast.unparse(call) != relayed}
    of_stages = {"ROW_COUNT_OUT_OF_RANGE", "MOSTLY_OTHER_COUNTY", "HELD_AND_REFUSED", "HELD_AND_SUPERSEDED"}
    assert raised | of_stages == set(messages.FILES)  # validation and gate record theirs


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_its_promise_and_stays_small(path: Path) -> None:
    assert ast.get_docstring(tree(path)), "no docstring"
    assert len(text_of(path).splitlines()) <= 400
    long = {name: lines for name, lines in functions(path) if lines > 40 and f"{path.stem}.{name}" not in REASONS}
    assert not long


def test_functions_are_short() -> None:
    lengths = sorted(lines for path in PACKAGE.rglob("*.py") for _, lines in functions(path))
    assert lengths[len(lengths) // 2] <= 12


def test_nothing_is_left_to_do() -> None:
    word = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX)\b")
    assert not [path for path in tracked() if word.search(text_of(path))]


def test_no_path_of_one_machine() -> None:
    place = re.compile(r"(?<![\w.:])/(?:work|root|home)/\w")
    assert not [path for path in tracked() if place.search(text_of(path))]


def test_configuration_names_no_host() -> None:
    """Neither registries nor services: only this machine, and the names docker-compose.yml gives its own."""
    kinds = (".toml", ".yaml", ".yml", ".json", ".txt", ".lock", ".cfg", ".ini", "")
    hosts = {
        (str(path.relative_to(ROOT)), host)
        for path in tracked()
        if path.suffix in kinds
        for host in re.findall(r"https?://([\w.-]+)", text_of(path))
    }
    assert not {(path, host) for path, host in hosts if "." in host and host != "127.0.0.1"}


PARSE = """
import json, multiprocessing, runpy, sys, time
import airflow.sdk

def parse(path):
    began, before = time.perf_counter(), set(sys.modules)
    runpy.run_path(path)
    heavy = [name for name in HEAVY if name in set(sys.modules) - before]
    return time.perf_counter() - began, heavy

HEAVY = json.loads(sys.argv[1])
fork = multiprocessing.get_context("fork")
with fork.Pool(1, maxtasksperchild=1) as pool:
    print(json.dumps({path: pool.apply(parse, (path,)) for path in sys.argv[2:]}))
"""

BAG = """
import json, sys
from airflow.dag_processing.dagbag import DagBag

bag = DagBag(sys.argv[1])
print(json.dumps({
    "errors": bag.import_errors,
    "dags": {
        dag.dag_id: {
            "doc": dag.doc_md, "tags": sorted(dag.tags), "owner": dag.owner,
            "tasks": {
                task.task_id: {
                    "doc": task.doc_md, "owner": task.owner, "retries": task.retries,
                    "timeout": task.execution_timeout and task.execution_timeout.total_seconds(),
                }
                for task in dag.tasks
            },
        }
        for dag in bag.dags.values()
    },
}, default=str))
"""


def airflow(script: str, home: Path, *arguments: str) -> Any:
    """What a script prints as JSON in a process of its own, away from any Airflow that runs here."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AIRFLOW", "CHILDLEDGER"))}
    environment |= {
        "AIRFLOW_HOME": str(home / "airflow"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home}/airflow.db",
        "CHILDLEDGER_HOME": str(home),
    }
    command = [sys.executable, "-c", script, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_dags_parse_fast_and_light(tmp_path: Path) -> None:
    for _ in range(3):  # a slow time may be that of a busy machine, a fast one is that of the file
        parsed = airflow(PARSE, tmp_path, json.dumps(HEAVY), *map(str, DAGS))
        if all(seconds < 2 for seconds, _ in parsed.values()):
            break
    for path, (seconds, heavy) in parsed.items():
        assert seconds < 2, path
        assert not heavy, path


def test_dags_are_complete(tmp_path: Path) -> None:
    found = airflow(BAG, tmp_path, str(ROOT / "dags"))
    assert not found["errors"]
    feeds = contracts.load_all(INCLUDE / "feeds")
    others = {path.stem for path in DAGS} - {"ingest"}
    assert others == {
        "receive_drops",
        "resolve_identities",
        "refresh_ledger",
        "deliver_followups",
        "watch_duties",
        "decide_held_files",
        "publish_round",
    }
    assert set(found["dags"]) == others | {f"ingest__{feed.replace('.', '__')}" for feed in feeds}
    for dag_id, dag in found["dags"].items():
        assert dag["doc"] and dag["tags"] and dag["owner"] == "childledger" and dag["tasks"], dag_id
        for task_id, task in dag["tasks"].items():
            assert task["doc"] and task["owner"] == "childledger", (dag_id, task_id)
            assert task["retries"] >= 2 and task["timeout"], (dag_id, task_id)


def test_the_command_line_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--help"])
    assert ended.value.code == 0
    told = capsys.readouterr().out
    assert all(name in told for name in ("as-of", "link", "dockets", "recount"))
