"""Steps of a campaign and their questions: read by everyone, changed while it is a draft."""

from collections.abc import Callable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns, identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.documents import editable
from api.problems import Refusal, error
from api.shapes.campaigns import QuestionSerializer, StepSerializer
from api.shapes.steps import MoveSerializer
from crowd.models import Question, Step
from crowd.rules.problems import Problem
from crowd.services import setup_files, setup_schema, step_descriptions, steps

OURS = (*IDENTITY, "permission_denied", "not_found")
WRITES = (*OURS, *CHANGE, *BODY, "steps_in_play", "someone_changed_it")
Described = dict[str, Any]


class Steps(APIView):
    """The steps of a campaign, in their order."""

    @extend_schema(
        operation_id="steps_list",
        responses={200: StepSerializer(many=True), **problems("not_found")},
    )
    def get(self, request: Request, slug: str) -> Response:
        return Response(StepSerializer(_of(request, slug), many=True).data)

    @extend_schema(
        operation_id="steps_create",
        request={"application/json": setup_schema.STEP},
        responses={201: StepSerializer, **problems(*WRITES)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Add a step behind all others, with its questions. Without a `key` it gets one."""
        campaign, by = editable(request, slug), identity.account(request)
        said = setup_files.check_part(request.data, setup_schema.STEP)
        described, now = [setup_files.filled(said)], timezone.now()
        try:
            (made,) = steps.add_all(campaign=campaign, descriptions=described, by=by, now=now)
        except Problem as problem:
            raise _placed(problem) from problem
        return created(StepSerializer(made).data, at=f"/campaigns/{slug}/steps/{made.key}")


class OneStep(APIView):
    """One step with its questions."""

    @extend_schema(
        operation_id="steps_retrieve", responses={200: StepSerializer, **problems("not_found")}
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        return Response(StepSerializer(get_object_or_404(_of(request, slug), key=key)).data)

    @extend_schema(
        operation_id="steps_update",
        request={"application/json": setup_schema.CHANGED_STEP},
        responses={200: StepSerializer, **problems(*WRITES)},
    )
    def put(self, request: Request, slug: str, key: str) -> Response:
        """Replace it and its questions. With `version`, only if nobody else has meanwhile."""
        step = _held(request, slug, key)
        said = dict(setup_files.check_part(request.data, setup_schema.CHANGED_STEP))
        version = said.pop("version", None)
        return _saved(request, step, setup_files.filled(said), version)

    @extend_schema(operation_id="steps_delete", responses={204: None, **problems(*WRITES)})
    def delete(self, request: Request, slug: str, key: str) -> Response:
        """Delete it with its questions, unless its answers open another."""
        by = identity.account(request)
        steps.delete(step=_held(request, slug, key), by=by, now=timezone.now())
        return Response(status=204)


class MoveStep(APIView):
    """The order of steps."""

    @extend_schema(
        operation_id="steps_move",
        request=MoveSerializer,
        responses={200: StepSerializer(many=True), **problems(*WRITES)},
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Change places with the step before or behind; all of them, in their new order."""
        step, by = _held(request, slug, key), identity.account(request)
        asked = MoveSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        steps.move(step=step, up=asked.validated_data["up"], by=by, now=timezone.now())
        return Response(StepSerializer(_of(request, slug), many=True).data)


class Questions(APIView):
    """The questions of a step, in their order."""

    @extend_schema(
        operation_id="questions_list",
        responses={200: QuestionSerializer(many=True), **problems("not_found")},
    )
    def get(self, request: Request, slug: str, key: str) -> Response:
        step = get_object_or_404(_of(request, slug), key=key)
        return Response(QuestionSerializer(_questions(step), many=True).data)

    @extend_schema(
        operation_id="questions_create",
        request={"application/json": setup_schema.QUESTION},
        responses={201: StepSerializer, **problems(*WRITES)},
    )
    def post(self, request: Request, slug: str, key: str) -> Response:
        """Ask it behind all others of the step, which is told as it is then."""
        step = _held(request, slug, key)
        said = setup_files.check_part(request.data, setup_schema.QUESTION)

        def with_it(questions: list[Described]) -> list[Described]:
            return [*questions, setup_files.filled_question(said)]

        told = _edited(request, step, with_it)
        return created(told.data, at=f"/campaigns/{slug}/steps/{key}")


class OneQuestion(APIView):
    """One question of a step."""

    @extend_schema(
        operation_id="questions_retrieve",
        responses={200: QuestionSerializer, **problems("not_found")},
    )
    def get(self, request: Request, slug: str, key: str, question: str) -> Response:
        step = get_object_or_404(_of(request, slug), key=key)
        found = get_object_or_404(_questions(step), key=question)
        return Response(QuestionSerializer(found).data)

    @extend_schema(
        operation_id="questions_update",
        request={"application/json": setup_schema.QUESTION},
        responses={200: StepSerializer, **problems(*WRITES)},
    )
    def put(self, request: Request, slug: str, key: str, question: str) -> Response:
        """Replace it, in its place; the step is told as it is then."""
        step = _held(request, slug, key)
        said = setup_files.check_part(request.data, setup_schema.QUESTION)

        def replaced(questions: list[Described]) -> list[Described]:
            new = setup_files.filled_question(said)
            return [new if each["key"] == question else each for each in questions]

        return _edited(request, step, replaced, about=question)

    @extend_schema(
        operation_id="questions_delete",
        responses={200: StepSerializer, **problems(*WRITES)},
    )
    def delete(self, request: Request, slug: str, key: str, question: str) -> Response:
        """Ask it no more; the step is told as it is then."""
        step = _held(request, slug, key)

        def without(questions: list[Described]) -> list[Described]:
            return [each for each in questions if each["key"] != question]

        return _edited(request, step, without, about=question)


def _of(request: Request, slug: str) -> QuerySet[Step]:
    found = campaigns.find(request, slug).steps.prefetch_related("questions")
    return found.order_by("position")


def _questions(step: Step) -> QuerySet[Question]:
    return step.questions.order_by("position", "pk")


def _held(request: Request, slug: str, key: str) -> Step:
    found: Step = get_object_or_404(editable(request, slug).steps, key=key)
    return found


def _edited(
    request: Request,
    step: Step,
    change: Callable[[list[Described]], list[Described]],
    *,
    about: str | None = None,
) -> Response:
    """The step with its questions changed; another editor's change in between is not undone.

    Raises:
        Http404: there is no question `about`.
    """
    described = step_descriptions.describe(step=step)
    if about is not None and about not in {each["key"] for each in described["questions"]}:
        raise Http404
    described["questions"] = change(described["questions"])
    return _saved(request, step, described, step.version)


def _saved(
    request: Request, step: Step, described: Mapping[str, Any], version: int | None
) -> Response:
    try:
        saved = steps.save(
            step=step,
            description=described,
            by=identity.account(request),
            now=timezone.now(),
            version=version,
        )
    except Problem as problem:
        raise _placed(problem) from problem
    return Response(StepSerializer(saved).data)


def _placed(problem: Problem) -> Exception:
    """A problem of the policy with its place; any other as it is."""
    if problem.code == "policy_unlikely":
        return Refusal("invalid", [error(problem, "policy")])
    return problem
