"""PyBossa: a project, its tasks and its task runs, as its exports have them.

Tasks are [{"id", "info": {…}, "n_answers", "gold_answers"}], runs are [{"id", "task_id", "user_id",
"user_ip", "external_uid", "info", "finish_time"}] (docs.pybossa.com, "Exporting data"). What a run
says is its "info": one value, or one for each question. What was asked is code of the project's
page and is in no export: the questions are guessed from the answers.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from crowd.rules.foreign import guessing
from crowd.rules.foreign.projects import Given, Item, Project, Refused, cells_of
from crowd.rules.problems import Problem

ONE = "answer"  # what the only question is called


def is_run(each: Any) -> bool:
    return isinstance(each, Mapping) and "task_id" in each and "info" in each


def is_task(each: Any) -> bool:
    return isinstance(each, Mapping) and "info" in each and not is_run(each)


def read(parts: Sequence[Any]) -> Project:
    """A project out of what its files held.

    Args:
        parts: a project, lists of tasks and of runs, in any order; or {"project", "tasks",
            "task_runs"} of them.

    Raises:
        Problem: `import_without_tasks`.
    """
    found = Project()
    tasks: list[Any] = []
    runs: list[Any] = []
    for part in _flat(parts):
        if isinstance(part, list):
            runs += [each for each in part if is_run(each)]
            tasks += [each for each in part if is_task(each)]
        elif isinstance(part, Mapping):
            found.title = str(part.get("name") or part.get("short_name") or "")[:200]
            found.problem = str(part.get("description") or "")
    if not tasks:
        raise Problem("import_without_tasks")
    said = _said(runs, found)
    _ask(found, said, tasks)
    _fill(found, said, tasks)
    return found


def _flat(parts: Sequence[Any]) -> list[Any]:
    flat = []
    for part in parts:
        if isinstance(part, Mapping) and part.keys() & {"tasks", "task_runs"}:
            flat += [part.get(name) for name in ("project", "tasks", "task_runs")]
        else:
            flat.append(part)
    return flat


def _said(runs: Sequence[Any], found: Project) -> dict[str, list[tuple[Any, dict[str, Any]]]]:
    """Task → its runs, each with what it says: name of a question → value."""
    said: dict[str, list[tuple[Any, dict[str, Any]]]] = defaultdict(list)
    for number, run in enumerate(runs, start=1):
        values = _values(run["info"])
        if values:
            said[str(run["task_id"])].append((run, values))
        else:
            where = f"task run {run.get('id', number)}"
            found.refused.append(Refused(where=where, problem=Problem("import_answer_empty")))
    return said


def _values(info: Any) -> dict[str, Any]:
    if isinstance(info, Mapping):
        return {str(name): each for name, each in info.items() if not isinstance(each, Mapping)}
    return {} if info is None or info == "" else {ONE: info}


def _ask(found: Project, said: Mapping[str, Any], tasks: Sequence[Any]) -> None:
    values: dict[str, list[Any]] = {}
    count = 0
    for runs in said.values():
        for _, told in runs:
            count += 1
            for name, value in told.items():
                values.setdefault(name, []).append(value)
    for name, each in (values or {ONE: []}).items():
        key = guessing.key_of(name, (asked["key"] for asked in found.questions))
        asked = guessing.question(key, name, each, required=0 < count == len(each))
        found.questions.append(asked)
    numbers = [each.get("n_answers") for each in tasks]
    found.asked = max([each for each in numbers if isinstance(each, int)] or [found.asked])


def _fill(found: Project, said: Mapping[str, Any], tasks: Sequence[Any]) -> None:
    by_name = {asked["label"]: asked for asked in found.questions}
    known = set()
    for number, task in enumerate(tasks, start=1):
        ref = str(task.get("id", number))
        known.add(ref)
        info = task["info"] if isinstance(task["info"], Mapping) else {"text": task["info"]}
        answers = [_given(run, told, by_name) for run, told in said.get(ref, ())]
        gold = _values(task.get("gold_answers"))
        if gold and gold.keys() <= by_name.keys():
            values = {by_name[n]["key"]: guessing.fitting(by_name[n], v) for n, v in gold.items()}
            answers.append(Given(ref=f"gold {ref}", person="", values=values, truth=True))
        found.items.append(Item(ref=ref, cells=cells_of(info), answers=answers))
    for ref in said.keys() - known:
        for run, _ in said[ref]:
            problem = Problem("import_task_unknown", task=ref)
            found.refused.append(Refused(where=f"task run {run.get('id', '?')}", problem=problem))


def _given(run: Any, told: Mapping[str, Any], by_name: Mapping[str, Any]) -> Given:
    who = run.get("user_id") or run.get("external_uid") or run.get("user_ip") or ""
    return Given(
        ref=str(run.get("id", "")),
        person=str(who),
        values={
            by_name[name[:500]]["key"]: guessing.fitting(by_name[name[:500]], value)
            for name, value in told.items()
        },
        at=str(run.get("finish_time") or run.get("created") or ""),
    )
