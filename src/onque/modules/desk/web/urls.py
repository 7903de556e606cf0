"""Addresses of the desk inside a workspace."""

from django.urls import path

from onque.modules.desk.web import (
    drafting,
    failures,
    files,
    joining,
    letters,
    merging,
    notes,
    poll,
    preferences,
    properties,
    replies,
    search,
    tickets,
    undoing,
)

app_name = "desk"
urlpatterns = [
    path("<slug:slug>/", tickets.home, name="home"),
    path("<slug:slug>/tickets/", tickets.index, name="tickets"),
    path("<slug:slug>/tickets/changes", properties.update_many, name="bulk"),
    path("<slug:slug>/tickets/<int:number>/", tickets.ticket, name="ticket"),
    path("<slug:slug>/tickets/<int:number>/replies", replies.create, name="replies"),
    path(
        "<slug:slug>/tickets/<int:number>/replies/<uuid:reply_id>/undo",
        replies.undo,
        name="reply-undo",
    ),
    path(
        "<slug:slug>/tickets/<int:number>/replies/<uuid:reply_id>/send",
        replies.send,
        name="reply-send",
    ),
    path("<slug:slug>/tickets/<int:number>/draft", drafting.save, name="draft"),
    path("<slug:slug>/tickets/<int:number>/drafts/discard", replies.discard, name="draft-discard"),
    path("<slug:slug>/tickets/<int:number>/forwards", replies.forward, name="forwards"),
    path("<slug:slug>/tickets/<int:number>/notes", notes.create, name="notes"),
    path("<slug:slug>/tickets/<int:number>/purge", properties.purge, name="purge"),
    path("<slug:slug>/tickets/<int:number>/properties", properties.update, name="properties"),
    path("<slug:slug>/tickets/<int:number>/merge", merging.choose, name="merge"),
    path("<slug:slug>/tickets/<int:number>/merged", merging.merge, name="merged"),
    path("<slug:slug>/operations/<uuid:operation_id>/undo", undoing.undo, name="undo"),
    path("<slug:slug>/messages/<uuid:message_id>/join", joining.join, name="join"),
    path("<slug:slug>/messages/<uuid:message_id>/unjoin", joining.undo, name="unjoin"),
    path("<slug:slug>/files/<uuid:attachment_id>/", files.download, name="file"),
    path("<slug:slug>/files/<uuid:attachment_id>/picture", files.picture, name="picture"),
    path("<slug:slug>/messages/<uuid:message_id>/body", letters.body, name="body"),
    path("<slug:slug>/messages/<uuid:message_id>/pictures", letters.trust, name="trust"),
    path("<slug:slug>/search/", search.index, name="search"),
    path("<slug:slug>/preferences", preferences.update, name="preferences"),
    path("<slug:slug>/poll", poll.hints, name="poll"),
    path("<slug:slug>/failures/", failures.index, name="failures"),
    path("<slug:slug>/failures/<uuid:delivery_id>/retry", failures.retry, name="failure-retry"),
    path("<slug:slug>/failures/<uuid:delivery_id>/drop", failures.drop, name="failure-drop"),
]
