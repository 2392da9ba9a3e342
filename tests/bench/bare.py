"""Bare views that reads are compared with: one query, one serializer, the framework's own JSON."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import path
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.renderers import JSONRenderer

from api.shapes.documents import DocumentSerializer
from api.shapes.excerpts import ExcerptSerializer
from api.shapes.verdicts import VerdictInFullSerializer, VerdictSerializer
from crowd.models import Document, Excerpt, Verdict, VerdictAnswer

PAGE = 100


class _Bare:
    authentication_classes = permission_classes = throttle_classes = ()
    renderer_classes = (JSONRenderer,)
    pagination_class = None
    filter_backends = ()
    schema = None


class Documents(_Bare, ListAPIView[Document]):
    serializer_class = DocumentSerializer

    def get_queryset(self) -> QuerySet[Document]:
        return Document.objects.select_related("campaign").order_by("pk")[:PAGE]


class OneDocument(_Bare, RetrieveAPIView[Document]):
    serializer_class = DocumentSerializer
    queryset = Document.objects.select_related("campaign")


class Excerpts(_Bare, ListAPIView[Excerpt]):
    serializer_class = ExcerptSerializer

    def get_queryset(self) -> QuerySet[Excerpt]:
        return Excerpt.objects.select_related("document").order_by("pk")[:PAGE]


class Verdicts(_Bare, ListAPIView[Verdict]):
    serializer_class = VerdictSerializer

    def get_queryset(self) -> QuerySet[Verdict]:
        return Verdict.objects.select_related("microtask__step").order_by("pk")[:PAGE]


class OneVerdict(_Bare, RetrieveAPIView[Verdict]):
    serializer_class = VerdictInFullSerializer

    def get_queryset(self) -> Any:
        return Verdict.objects.select_related(
            "microtask__step", "microtask__campaign"
        ).prefetch_related(
            Prefetch("proof", VerdictAnswer.objects.select_related("answer")),
            Prefetch("microtask__verdicts", Verdict.objects.order_by("revision")),
        )


urlpatterns = [
    path("documents", Documents.as_view()),
    path("documents/<int:pk>", OneDocument.as_view()),
    path("excerpts", Excerpts.as_view()),
    path("verdicts", Verdicts.as_view()),
    path("verdicts/<int:pk>", OneVerdict.as_view()),
]
