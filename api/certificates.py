"""Certificates of hours and confirmed answers: ask for one; anyone with its code can check it."""

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api import identity
from api.created import created
from api.described import BODY, CHANGE, IDENTITY, problems
from api.problems import Refusal, error
from api.shapes.game import CertificateRequestSerializer, CertificateSerializer
from crowd.models import Campaign
from crowd.models.users import Scope
from crowd.rules.problems import Problem
from crowd.services import certificates


class MyCertificates(APIView):
    """A certificate of what you have given so far."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    @extend_schema(
        operation_id="contributors_me_certificates_create",
        request=CertificateRequestSerializer,
        responses={
            201: CertificateSerializer,
            **problems(*IDENTITY, *CHANGE, *BODY, "not_found"),
        },
    )
    def post(self, request: Request) -> Response:
        contributor = identity.known(request)
        asked = CertificateRequestSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        slug = asked.validated_data["campaign"]
        campaign = Campaign.objects.visible().filter(slug=slug).first()
        if slug and campaign is None:
            raise Http404
        try:
            made = certificates.make(
                contributor=contributor,
                campaign=campaign,
                bearer=asked.validated_data["bearer"],
                now=timezone.now(),
            )
        except Problem as problem:
            raise Refusal("invalid", [error(problem, "bearer")]) from problem
        return created(CertificateSerializer(made).data, at=f"/certificates/{made.code}")


class OneCertificate(APIView):
    """What a certificate says, for whoever has its code."""

    @extend_schema(
        operation_id="certificates_one",
        responses={200: CertificateSerializer, **problems("not_found")},
    )
    def get(self, request: Request, code: str) -> Response:
        found = certificates.by_code(code=code)
        if found is None:
            raise Http404
        return Response(CertificateSerializer(found).data)


class MyCertificate(APIView):
    """A certificate of yours."""

    scope = Scope.CONTRIBUTE
    beyond_campaigns = True

    @extend_schema(
        operation_id="certificates_take_back",
        responses={204: None, **problems(*IDENTITY, *CHANGE, "not_found")},
    )
    def delete(self, request: Request, code: str) -> Response:
        """Withdraw it: its link leads nowhere from then on. Twice is harmless."""
        certificates.take_back(contributor=identity.known(request), code=code)
        return Response(status=204)
