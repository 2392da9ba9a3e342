"""Addresses of the API. No slash at the end, no identifiers but those in the answers."""

from django.urls import path, re_path

from api import (
    answers,
    assignments,
    batches,
    campaigns,
    contributors,
    cuts,
    deliveries,
    documents,
    excerpts,
    exports,
    layouts,
    leaderboards,
    reports,
    reviews,
    rooms,
    schema,
    splitting,
    verdicts,
)

app_name = "api"
of_campaign = "v1/campaigns/<slug:slug>"
of_delivery = "v1/deliveries/<int:pk>"
of_document = "v1/documents/<int:pk>"
of_layout = "v1/layouts/<int:pk>"
of_page = "v1/unmatched-pages/<int:pk>"
of_excerpt = "v1/excerpts/<int:pk>"
of_assignment = "v1/assignments/<int:pk>"

urlpatterns = [
    # First, what is asked for most: patterns are tried one after the other.
    path(f"{of_assignment}/answers", answers.Answers.as_view(), name="assignment-answers"),
    path(f"{of_campaign}/assignments", assignments.Claims.as_view(), name="campaign-assignments"),
    path("v1/campaigns", campaigns.Campaigns.as_view(), name="campaigns"),
    path(of_campaign, campaigns.OneCampaign.as_view(), name="campaign"),
    path(f"{of_campaign}/progress", campaigns.CampaignProgress.as_view(), name="campaign-progress"),
    path(f"{of_campaign}/documents", documents.Documents.as_view(), name="campaign-documents"),
    path(f"{of_campaign}/deliveries", deliveries.Deliveries.as_view(), name="campaign-deliveries"),
    path(f"{of_campaign}/batches", batches.Batches.as_view(), name="campaign-batches"),
    path(f"{of_campaign}/flow", campaigns.CampaignFlow.as_view(), name="campaign-flow"),
    path(f"{of_campaign}/verdicts", verdicts.Verdicts.as_view(), name="campaign-verdicts"),
    path(f"{of_campaign}/verdicts.csv", exports.Csv.as_view(), name="campaign-verdicts-csv"),
    path(f"{of_campaign}/exports", exports.Exports.as_view(), name="campaign-exports"),
    path(f"{of_campaign}/exports/<slug:format>", exports.Export.as_view(), name="campaign-export"),
    path(f"{of_campaign}/leaderboard", leaderboards.CampaignBoard.as_view(), name="campaign-board"),
    path(of_document, documents.OneDocument.as_view(), name="document"),
    path(f"{of_document}/stop", splitting.StopDocument.as_view(), name="document-stop"),
    path(f"{of_document}/resume", splitting.ResumeDocument.as_view(), name="document-resume"),
    path(f"{of_document}/retry", splitting.RetryDocument.as_view(), name="document-retry"),
    path(f"{of_document}/splitting", splitting.Splitting.as_view(), name="document-splitting"),
    path(of_delivery, deliveries.OneDelivery.as_view(), name="delivery"),
    path(f"{of_delivery}/problems", deliveries.RefusedEntries.as_view(), name="delivery-problems"),
    path(f"{of_delivery}/stop", deliveries.StopDelivery.as_view(), name="delivery-stop"),
    path(f"{of_delivery}/retry", deliveries.RetryDelivery.as_view(), name="delivery-retry"),
    path(f"{of_delivery}/resume", deliveries.ResumeDelivery.as_view(), name="delivery-resume"),
    path(f"{of_campaign}/layouts", layouts.Layouts.as_view(), name="campaign-layouts"),
    path(of_layout, layouts.OneLayout.as_view(), name="layout"),
    path(f"{of_layout}/zones", layouts.LayoutZones.as_view(), name="layout-zones"),
    path(f"{of_layout}/previews", layouts.Previews.as_view(), name="layout-previews"),
    path(f"{of_layout}/apply", layouts.Apply.as_view(), name="layout-apply"),
    path(f"{of_layout}/stop", layouts.StopCutting.as_view(), name="layout-stop"),
    path(f"{of_layout}/resume", layouts.ResumeCutting.as_view(), name="layout-resume"),
    path(f"{of_layout}/merge", layouts.Merge.as_view(), name="layout-merge"),
    path(f"{of_document}/layout", layouts.MoveDocument.as_view(), name="document-layout"),
    path(f"{of_campaign}/unmatched-pages", cuts.UnmatchedPages.as_view(), name="unmatched-pages"),
    path(f"{of_page}/place", cuts.PlacePage.as_view(), name="unmatched-page-place"),
    path(f"{of_page}/ignore", cuts.IgnorePage.as_view(), name="unmatched-page-ignore"),
    path(f"{of_campaign}/bad-cuts", cuts.BadCuts.as_view(), name="campaign-bad-cuts"),
    path("v1/zones/<int:pk>/mend", cuts.MendZone.as_view(), name="zone-mend"),
    path(of_excerpt, excerpts.OneExcerpt.as_view(), name="excerpt"),
    path(f"{of_excerpt}/mend", cuts.MendCut.as_view(), name="excerpt-mend"),
    path(f"{of_excerpt}/keep-cut", cuts.KeepCut.as_view(), name="excerpt-keep-cut"),
    path(f"{of_excerpt}/reports", reports.ReportExcerpt.as_view(), name="excerpt-reports"),
    path(f"{of_campaign}/reports", reports.Reports.as_view(), name="campaign-reports"),
    path("v1/reports/<int:pk>/uphold", reports.UpholdReport.as_view(), name="report-uphold"),
    path("v1/reports/<int:pk>/dismiss", reports.DismissReport.as_view(), name="report-dismiss"),
    path(of_assignment, assignments.OneAssignment.as_view(), name="assignment"),
    path(f"{of_assignment}/skip", assignments.Skip.as_view(), name="assignment-skip"),
    path(f"{of_assignment}/return", assignments.GiveBack.as_view(), name="assignment-return"),
    path(f"{of_assignment}/extend", assignments.Extend.as_view(), name="assignment-extend"),
    path(f"{of_campaign}/flags", reviews.Flags.as_view(), name="campaign-flags"),
    path("v1/flags/<int:pk>", reviews.OneFlag.as_view(), name="flag"),
    path("v1/microtasks/<int:pk>/review", reviews.Reviews.as_view(), name="microtask-review"),
    path("v1/verdicts/<int:pk>", verdicts.OneVerdict.as_view(), name="verdict"),
    path(f"{of_campaign}/rooms", rooms.Rooms.as_view(), name="campaign-rooms"),
    path("v1/rooms/<str:code>", rooms.OneRoom.as_view(), name="room"),
    path("v1/rooms/<str:code>/seat", rooms.Seats.as_view(), name="room-seat"),
    path("v1/rooms/<str:code>/close", rooms.CloseRoom.as_view(), name="room-close"),
    path("v1/contributors", contributors.Contributors.as_view(), name="contributors"),
    path("v1/contributors/me", contributors.Me.as_view(), name="me"),
    path("v1/contributors/me/batch", batches.MyBatch.as_view(), name="my-batch"),
    path("v1/contributors/me/answers", contributors.MyAnswers.as_view(), name="my-answers"),
    path(
        "v1/contributors/me/reliability",
        contributors.MyReliability.as_view(),
        name="my-reliability",
    ),
    path("v1/leaderboard", leaderboards.SiteBoard.as_view(), name="board"),
    path("v1/problems/<slug:code>", schema.OneProblem.as_view(), name="problem"),
    path("v1/schema", schema.Schema.as_view(), name="schema"),
    path("v1/docs", schema.Docs.as_view(), name="docs"),
    # Last: an unknown address is a problem document too, not a page.
    re_path("", schema.NotThere.as_view(), name="not-there"),
]
