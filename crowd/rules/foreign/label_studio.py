"""Label Studio: tasks with their annotations, as "JSON" exports them.

[{"id", "data": {…}, "annotations": [{"id", "completed_by", "result": [{"from_name", "type",
"value": {…}}], "ground_truth", "was_cancelled", "created_at"}]}] (labelstud.io/guide/export).
Choices, texts, numbers, ratings and rectangles come along, each "from_name" as a question; of other
types one sentence says that they could not.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crowd.rules.foreign import guessing
from crowd.rules.foreign.projects import Given, Item, Project, Refused, cells_of
from crowd.rules.problems import Problem

KINDS = {
    "choices": "choices",
    "textarea": "text",
    "number": "number",
    "rating": "number",
    "rectanglelabels": "region",
    "rectangle": "region",
}
SIDE = 100  # Label Studio counts in hundredths of the picture's sides


def is_task(each: Any) -> bool:
    return isinstance(each, Mapping) and isinstance(each.get("data"), Mapping)


def read(parts: Sequence[Any]) -> Project:
    """A project out of what its files held.

    Raises:
        Problem: `import_without_tasks`.
    """
    tasks = [
        each
        for part in parts
        for each in (part if isinstance(part, list) else [part])
        if is_task(each)
    ]
    if not tasks:
        raise Problem("import_without_tasks")
    found = Project()
    told = {id(each): list(_annotations(each)) for each in tasks}
    _ask(found, [result for each in told.values() for one in each for result in one["result"]])
    keys = {asked["label"]: asked for asked in found.questions}
    for number, task in enumerate(tasks, start=1):
        ref = str(task.get("id", number))
        answers = []
        for one in told[id(task)]:
            values = _values(one, keys, found, f"task {ref}")
            if values:
                answers.append(_given(one, values))
        found.items.append(Item(ref=ref, cells=cells_of(task["data"]), answers=answers))
    found.asked = max((len(each) for each in told.values()), default=found.asked) or found.asked
    everywhere = [each for item in found.items for each in item.answers]
    for asked in found.questions:
        asked["required"] = bool(everywhere) and all(asked["key"] in a.values for a in everywhere)
    return found


def _annotations(task: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for each in task.get("annotations") or task.get("completions") or ():
        if isinstance(each, Mapping) and not each.get("was_cancelled"):
            results = [one for one in each.get("result") or () if isinstance(one, Mapping)]
            yield {**each, "result": results}


def _ask(found: Project, results: Sequence[Mapping[str, Any]]) -> None:
    by_name: dict[str, list[Mapping[str, Any]]] = {}
    for each in results:
        if KINDS.get(str(each.get("type"))) and isinstance(each.get("value"), Mapping):
            by_name.setdefault(str(each.get("from_name", "answer"))[:500], []).append(each)
    for name, of_name in by_name.items():
        key = guessing.key_of(name, (asked["key"] for asked in found.questions))
        found.questions.append(_question(key, name, of_name))
    if not found.questions:
        found.questions.append(guessing.question("answer", "answer", [], required=True))


def _question(key: str, name: str, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    kind = KINDS[str(results[0]["type"])]
    asked: dict[str, Any] = {"key": key, "label": name, "kind": kind, "required": True}
    labels = sorted({label for each in results for label in _labels(each)})
    if kind == "choices":
        if all(len(_labels(each)) == 1 for each in results):
            asked["kind"] = "choice"
        asked["options"] = [{"value": each[:100], "label": each} for each in labels or ["–"]]
    if kind == "region" and labels:
        asked["options"] = [{"value": each[:100], "label": each} for each in labels]
    return asked


def _labels(result: Mapping[str, Any]) -> list[str]:
    value = result["value"]
    found = value.get("choices") or value.get("rectanglelabels") or []
    return [str(each) for each in found] if isinstance(found, list) else [str(found)]


def _values(
    annotation: Mapping[str, Any], keys: Mapping[str, Any], found: Project, where: str
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for each in annotation["result"]:
        asked = keys.get(str(each.get("from_name", "answer"))[:500])
        kind = KINDS.get(str(each.get("type")))
        if asked is None or kind is None or not isinstance(each.get("value"), Mapping):
            problem = Problem("import_kind_unknown", kind=str(each.get("type"))[:50])
            found.refused.append(Refused(where=where, problem=problem))
        elif asked["kind"] == "region":
            values.setdefault(asked["key"], []).append(_mark(each))
        else:
            values[asked["key"]] = _value(asked["kind"], each)
    return values


def _value(kind: str, result: Mapping[str, Any]) -> Any:
    value = result["value"]
    match kind:
        case "choice":
            return _labels(result)[0][:100]
        case "choices":
            return [each[:100] for each in _labels(result)]
        case "number":
            return value.get("number", value.get("rating"))
    text = value.get("text", "")
    return "\n".join(map(str, text)) if isinstance(text, list) else str(text)


def _mark(result: Mapping[str, Any]) -> dict[str, Any]:
    value = result["value"]
    left, top = float(value.get("x", 0)) / SIDE, float(value.get("y", 0)) / SIDE
    right = left + float(value.get("width", 0)) / SIDE
    bottom = top + float(value.get("height", 0)) / SIDE
    box = [round(min(1.0, max(0.0, each)), 6) for each in (left, top, right, bottom)]
    labels = _labels(result)
    return {"box": box, **({"label": labels[0][:100]} if labels else {})}


def _given(annotation: Mapping[str, Any], values: Mapping[str, Any]) -> Given:
    who = annotation.get("completed_by")
    if isinstance(who, Mapping):
        who = who.get("id") or who.get("email")
    return Given(
        ref=str(annotation.get("id", "")),
        person="" if who is None else str(who),
        values=values,
        at=str(annotation.get("created_at") or ""),
        truth=bool(annotation.get("ground_truth")),
    )
