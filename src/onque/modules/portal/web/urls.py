"""Addresses of the portal service, below /portal/."""

from django.urls import path, re_path

from onque.modules.portal.web import inquiries, pages
from onque.ui.brand_colors import stylesheet

app_name = "portal"
urlpatterns = [
    re_path(r"^brand/(?P<color>[0-9a-f]{6})\.css$", stylesheet, name="brand"),
    path("<slug:slug>/<slug:brand_slug>/", pages.home, name="home"),
    path("<slug:slug>/<slug:brand_slug>/write", inquiries.write, name="write"),
    path("<slug:slug>/<slug:brand_slug>/sent", inquiries.sent, name="sent"),
]
