"""DCAT: a campaign's open data as open-data portals (udata, CKAN) harvest them."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from crowd.models import Campaign
from crowd.services import exports

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def dataset(*, campaign: Campaign) -> dict[str, Any]:
    """One dataset with a distribution for each live format, and for the newest package."""
    page = f"{settings.TAMIS_ORIGIN}{reverse('data', args=[campaign.slug])}"
    told: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:identifier": campaign.slug,
        "dct:title": {"@value": campaign.title, "@language": campaign.language},
        "dct:description": {
            "@value": campaign.problem or campaign.title,
            "@language": campaign.language,
        },
        "dct:language": campaign.language,
        "dct:issued": _moment(campaign.opened_at or campaign.made_at),
        "dct:accrualPeriodicity": {
            "@id": "http://publications.europa.eu/resource/authority/frequency/CONT"
        },
        "dcat:landingPage": {"@id": page},
        "dcat:distribution": [_live(campaign, each) for each in exports.FORMATS.values()],
    }
    if campaign.licence:
        told["dct:license"] = campaign.licence
    newest = campaign.snapshots.filter(state="ready").first()
    package = newest.files.filter(format="package").first() if newest else None
    if newest and package:
        told["dct:modified"] = _moment(newest.taken_at)
        told["dcat:distribution"].append(_package(campaign, newest.key, package))
    return told


def _live(campaign: Campaign, format: exports.Format) -> dict[str, Any]:
    path = reverse("api:campaign-export", args=[campaign.slug, format.key])
    return _distribution(campaign, path, format.key, format.media_type)


def _package(campaign: Campaign, key: str, file: Any) -> dict[str, Any]:
    path = reverse("api:snapshot-file", args=[campaign.slug, key, file.format])
    checksum = {
        "@type": "spdx:Checksum",
        "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
        "spdx:checksumValue": file.sha256,
    }
    return _distribution(campaign, path, "package", "application/zip") | {
        "dcat:byteSize": file.byte_size,
        "spdx:checksum": checksum,
    }


def _distribution(campaign: Campaign, path: str, name: str, media_type: str) -> dict[str, Any]:
    address = f"{settings.TAMIS_ORIGIN}{path}"
    told: dict[str, Any] = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dct:title": f"{campaign.title} ({name})",
        "dcat:downloadURL": {"@id": address},
        "dcat:mediaType": media_type.partition(";")[0],
    }
    return told | ({"dct:license": campaign.licence} if campaign.licence else {})


def _moment(moment: Any) -> dict[str, str]:
    return {"@value": moment.isoformat(), "@type": "xsd:dateTime"}
