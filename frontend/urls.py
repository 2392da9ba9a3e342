"""Addresses of the pages."""

from django.urls import include, path
from django.views.i18n import set_language

from frontend.views import (
    account,
    campaign,
    choices,
    contributions,
    excerpts,
    flags,
    home,
    invitations,
    pictures,
    play,
    reliability,
    sharing,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("about/", home.about, name="about"),
    path("privacy/", home.privacy, name="privacy"),
    path("c/<slug:slug>/", campaign.campaign, name="campaign"),
    path("c/<slug:slug>/progress/", campaign.progress_part, name="campaign_progress"),
    path("c/<slug:slug>/board/", campaign.board_part, name="campaign_board"),
    path("c/<slug:slug>/flags/", flags.flags, name="flags"),
    path("c/<slug:slug>/play/", play.play, name="play"),
    path("c/<slug:slug>/play/<int:assignment_id>/", play.assignment, name="assignment"),
    path("c/<slug:slug>/share/", sharing.share, name="share"),
    path("c/<slug:slug>/card.png", sharing.social_card, name="social_card"),
    path("c/<slug:slug>/poster.pdf", sharing.print_poster, name="poster"),
    path("c/<slug:slug>/widget/", sharing.widget, name="widget"),
    path("c/<slug:slug>/workshop/", include("frontend.workshop_urls")),
    path("invitations/<str:secret>/", invitations.invitation, name="invitation"),
    path("excerpts/<int:pk>/", excerpts.excerpt, name="excerpt"),
    path("excerpts/<int:pk>/report/", excerpts.report, name="report"),
    path("verdicts/<int:pk>/", excerpts.verdict, name="verdict"),
    path("pictures/<int:excerpt_id>/<int:width>.webp", pictures.picture, name="picture"),
    path("contributions/", contributions.contributions, name="contributions"),
    path("contributions/numbers/", contributions.numbers, name="numbers"),
    path("contributions/name/", contributions.choose_name, name="choose_name"),
    path("contributions/reliability/", reliability.reliability, name="reliability"),
    path("account/", account.account, name="account"),
    path("account/open/", account.open_account, name="open_account"),
    path("sign-in/<str:name>/<str:token>/", account.sign_in_link, name="sign_in_link"),
    path("language/", set_language, name="set_language"),
    path("theme/", choices.set_theme, name="set_theme"),
]
