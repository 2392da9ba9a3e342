"""What the volunteer loop is compared with, behind the same server and the same middleware."""

import uuid
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from crowd import valkey

TABLE = "CREATE TABLE IF NOT EXISTS bench_floor (id uuid PRIMARY KEY, said jsonb, at timestamptz)"
TAKE = "redis.call('INCR', KEYS[1]); return redis.call('EXPIRE', KEYS[1], 60)"


def hello(request: HttpRequest) -> HttpResponse:
    """Nothing at all."""
    return HttpResponse("hello", content_type="text/plain")


class Floor(APIView):
    """Only what no such system can avoid: one committed INSERT, one atomic script in Valkey, one
    SELECT by key, JSON. It knows nobody, checks nothing and assigns nothing.
    """

    authentication_classes = ()

    def post(self, request: Request) -> Response:
        said: Any = request.data
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_floor VALUES (%s, %s::jsonb, now())",
                [uuid.uuid4(), '{"what": "y"}'],
            )
            valkey.script(TAKE)(keys=["tamis:bench:floor"])
            cursor.execute(
                "SELECT id, state, needs FROM crowd_microtask WHERE id = %s", [said["id"]]
            )
            pk, state, needs = cursor.fetchone()
        return Response({"id": pk, "state": state, "needs": needs})


urlpatterns = [
    path("bench/hello", hello),
    path("api/bench/floor", Floor.as_view()),  # with the middleware that the loop has
    path("api/bench/", include("tests.bench.bare")),
    path("", include("crowd.config.urls")),
]
