"""`?fields=a,b`: no more of each object than was asked for."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

FIELDS = OpenApiParameter(
    "fields",
    str,
    description="Only these members of each object, such as `id,state`. The others are left out, "
    "required or not.",
)


class Sparse(APIView):
    """A list, or one object, of which members can be chosen.

    Attributes:
        shape: the serializer of one object.
    """

    shape: Any

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        asked = request.GET.get("fields") if request.method in {"GET", "HEAD"} else None
        if asked is not None and response.status_code == 200:
            try:
                response.data = _chosen(response.data, _named(asked, self.shape))
            except ValidationError as wrong:
                response = self.handle_exception(wrong)
        return super().finalize_response(request, response, *args, **kwargs)


def _named(asked: str, shape: Any) -> list[str]:
    wanted = [each.strip() for each in asked.split(",")]
    known = shape().fields
    for name in wanted:
        if name not in known:
            told = {"name": name, "known": ", ".join(known)}
            message = _("There is no field “%(name)s”. There are: %(known)s.") % told
            raise ValidationError({"fields": [message]}, code="field_unknown")
    return wanted


def _chosen(data: Any, names: list[str]) -> Any:
    if isinstance(data, dict) and set(data) == {"results", "next"}:
        return {**data, "results": [{name: row[name] for name in names} for row in data["results"]]}
    return {name: data[name] for name in names}
