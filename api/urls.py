"""Addresses of the API. No slash at the end, no identifiers but those in the answers."""

from django.urls import path, re_path

from api import (
    answers,
    assignments,
    batches,
    campaigns,
    contributors,
    documents,
    excerpts,
    exports,
    leaderboards,
    schema,
    verdicts,
)

app_name = "api"
of_campaign = "v1/campaigns/<slug:slug>"
of_assignment = "v1/assignments/<int:pk>"

urlpatterns = [
    path("v1/campaigns", campaigns.Campaigns.as_view(), name="campaigns"),
    path(of_campaign, campaigns.OneCampaign.as_view(), name="campaign"),
    path(f"{of_campaign}/progress", campaigns.CampaignProgress.as_view(), name="campaign-progress"),
    path(f"{of_campaign}/documents", documents.Documents.as_view(), name="campaign-documents"),
    path(f"{of_campaign}/assignments", assignments.Claims.as_view(), name="campaign-assignments"),
    path(f"{of_campaign}/batches", batches.Batches.as_view(), name="campaign-batches"),
    path(f"{of_campaign}/flow", campaigns.CampaignFlow.as_view(), name="campaign-flow"),
    path(f"{of_campaign}/verdicts", verdicts.Verdicts.as_view(), name="campaign-verdicts"),
    path(f"{of_campaign}/verdicts.csv", exports.Csv.as_view(), name="campaign-verdicts-csv"),
    path(f"{of_campaign}/leaderboard", leaderboards.CampaignBoard.as_view(), name="campaign-board"),
    path("v1/documents/<int:pk>", documents.OneDocument.as_view(), name="document"),
    path("v1/excerpts/<int:pk>", excerpts.OneExcerpt.as_view(), name="excerpt"),
    path(of_assignment, assignments.OneAssignment.as_view(), name="assignment"),
    path(f"{of_assignment}/skip", assignments.Skip.as_view(), name="assignment-skip"),
    path(f"{of_assignment}/return", assignments.GiveBack.as_view(), name="assignment-return"),
    path(f"{of_assignment}/extend", assignments.Extend.as_view(), name="assignment-extend"),
    path(f"{of_assignment}/answers", answers.Answers.as_view(), name="assignment-answers"),
    path("v1/verdicts/<int:pk>", verdicts.OneVerdict.as_view(), name="verdict"),
    path("v1/contributors", contributors.Contributors.as_view(), name="contributors"),
    path("v1/contributors/me", contributors.Me.as_view(), name="me"),
    path("v1/contributors/me/batch", batches.MyBatch.as_view(), name="my-batch"),
    path("v1/contributors/me/answers", contributors.MyAnswers.as_view(), name="my-answers"),
    path("v1/leaderboard", leaderboards.SiteBoard.as_view(), name="board"),
    path("v1/problems/<slug:code>", schema.OneProblem.as_view(), name="problem"),
    path("v1/schema", schema.Schema.as_view(), name="schema"),
    path("v1/docs", schema.Docs.as_view(), name="docs"),
    # Last: an unknown address is a problem document too, not a page.
    re_path("", schema.NotThere.as_view(), name="not-there"),
]
