"""Addresses of the survey service, below /survey/."""

from django.urls import path, re_path

from onque.modules.survey.web import answers
from onque.ui.brand_colors import stylesheet

app_name = "survey"
urlpatterns = [
    re_path(r"^brand/(?P<color>[0-9a-f]{6})\.css$", stylesheet, name="brand"),
    path("<str:token>", answers.answer, name="answer"),
    path("<str:token>/thanks", answers.thanks, name="thanks"),
    path("<str:token>/stop", answers.stop, name="stop"),
]
