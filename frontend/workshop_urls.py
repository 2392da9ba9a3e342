"""Addresses of the workshop, under a campaign's own."""

from django.urls import path

from frontend.views.workshop import (
    cuts,
    cutting,
    deliver,
    documents,
    layouts,
    log,
    members,
    pictures,
    placing,
    reports,
    zones,
)

app_name = "workshop"
urlpatterns = [
    path("", documents.documents, name="documents"),
    path("documents/", documents.documents, name="documents_long"),
    path("documents/list/", documents.document_list, name="document_list"),
    path("documents/all/", documents.all_documents, name="all_documents"),
    path("documents/<int:pk>/", documents.document, name="document"),
    path("documents/<int:pk>/original/", documents.original, name="original"),
    path("documents/<int:pk>/cutting/", cutting.cutting, name="cutting"),
    path("documents/<int:pk>/cutting/preview/", cutting.preview, name="cutting_preview"),
    path("deliveries/files/", deliver.files, name="deliver_files"),
    path("deliveries/several/", deliver.several, name="deliver_several"),
    path("deliveries/addresses/", deliver.addresses, name="deliver_urls"),
    path("deliveries/iiif/", deliver.iiif, name="deliver_iiif"),
    path("deliveries/refusals/<int:pk>/", deliver.refusal, name="refusal"),
    path("deliveries/<int:pk>/", deliver.delivery, name="delivery"),
    path("layouts/", layouts.layouts, name="layouts"),
    path("layouts/group/", layouts.group, name="group"),
    path("layouts/<int:pk>/", layouts.layout, name="layout"),
    path("layouts/<int:pk>/zones/", zones.zones, name="zones"),
    path("layouts/<int:pk>/cuts/", zones.preview, name="preview"),
    path("layouts/pages/<int:pk>/", placing.place, name="place"),
    path("cuts/", cuts.cuts, name="cuts"),
    path("cuts/<int:pk>/", cuts.cut, name="cut"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("team/", members.members, name="team"),
    path("team/<int:pk>/", members.member, name="member"),
    path("team/invitations/<int:pk>/", members.revoke, name="revoke_invitation"),
    path("log/", log.log, name="log"),
    path("pictures/<int:excerpt_id>/<int:width>.webp", pictures.picture, name="picture"),
]
