"""Addresses of the sockets."""

from django.urls import path, re_path

from api.sockets.consumers import CampaignNews, MyNews, Nowhere, RoomNews, Stream

websocket_urlpatterns = [
    path("ws/campaigns/<slug:slug>/", CampaignNews.as_asgi()),
    path("ws/rooms/<str:code>/", RoomNews.as_asgi()),
    path("ws/me/", MyNews.as_asgi()),
    re_path("", Nowhere.as_asgi()),
]
# For pages of any origin.
public_urlpatterns = [path("ws/campaigns/<slug:slug>/stream/", Stream.as_asgi())]
