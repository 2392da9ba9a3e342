"""Tutorials: a few questions whose answers are known. What is said to them is not kept."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import campaigns
from api.described import BODY, CHANGE, problems
from api.shapes.tutorials import FeedbackSerializer, LessonAnswerSerializer, LessonSerializer
from crowd.services import tutorials


class Tutorial(APIView):
    """The lessons of a campaign, in their order."""

    @extend_schema(
        operation_id="tutorial",
        responses={200: LessonSerializer(many=True), **problems("not_found")},
    )
    def get(self, request: Request, slug: str) -> Response:
        found = tutorials.lessons(campaign=campaigns.find(request, slug))
        return Response(LessonSerializer(found, many=True, context={"request": request}).data)


class OneLesson(APIView):
    """Say something, and be told what is right. Nothing of it is kept, and nothing counts."""

    @extend_schema(
        operation_id="tutorial_try",
        request=LessonAnswerSerializer,
        responses={
            200: FeedbackSerializer,
            **problems(*CHANGE, *BODY, "not_found", "invalid_answer"),
        },
    )
    def post(self, request: Request, slug: str, pk: int) -> Response:
        lessons = tutorials.lessons(campaign=campaigns.find(request, slug))
        lesson = next((each for each in lessons if each.pk == pk), None)
        if lesson is None:
            raise Http404
        asked = LessonAnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        feedback = tutorials.compare(lesson=lesson, values=asked.validated_data["values"])
        return Response(FeedbackSerializer(feedback).data)
