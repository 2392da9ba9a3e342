"""The API with a view that fails in every way, for the tests of its problems."""

from typing import Any

from django.db import OperationalError
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.views import APIView


class Failing(APIView):
    authentication_classes = ()

    def get(self, request: Request, how: str) -> Any:
        raise {"bug": ZeroDivisionError(), "database": OperationalError("gone")}[how]


urlpatterns = [
    path("failing/<slug:how>", Failing.as_view()),
    path("api/", include("api.urls")),
]
