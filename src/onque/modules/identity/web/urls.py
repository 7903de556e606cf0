"""Addresses of accounts and members, below `/desk/`."""

from django.urls import URLPattern, URLResolver, include, path

from onque.modules.identity.web import (
    account,
    audit_log,
    groups,
    joining,
    members,
    passwords,
    roles,
    second_factor,
    sign_in,
    workspaces,
)

ours = [
    path("", workspaces.choose, name="workspaces"),
    path("sign-out", sign_in.sign_out, name="sign-out"),
    path("sign-in/passkey", sign_in.passkey, name="passkey"),
    path("join/<str:token>", joining.join, name="join"),
    path("forgot", passwords.forgot, name="forgot"),
    path("reset/<str:user_hex>/<str:token>", passwords.reset, name="reset"),
    path("account/", account.account, name="account"),
    path("account/profile", account.profile, name="profile"),
    path("account/password", account.password, name="password"),
    path("account/sessions", account.end_all, name="sessions-end"),
    path("account/sessions/<slug:handle>", account.end_session, name="session-end"),
    path("account/app", second_factor.totp, name="totp"),
    path("account/app/off", second_factor.totp_off, name="totp-off"),
    path("account/recovery-codes", second_factor.recovery_codes, name="recovery-codes"),
    path("account/passkeys", second_factor.passkey, name="passkey-new"),
    path("account/passkeys/<int:row_id>/off", second_factor.passkey_off, name="passkey-off"),
    path("<slug:slug>/settings/account/", account.from_workspace, name="account-from"),
    path("<slug:slug>/settings/members/", members.index, name="members"),
    path("<slug:slug>/settings/members/invitations", members.invite, name="invite"),
    path(
        "<slug:slug>/settings/members/invitations/<uuid:invitation_id>/revoke",
        members.revoke,
        name="invitation-revoke",
    ),
    path(
        "<slug:slug>/settings/members/invitations/<uuid:invitation_id>/resend",
        members.resend,
        name="invitation-resend",
    ),
    path(
        "<slug:slug>/settings/members/<uuid:member_id>/ownership",
        members.transfer,
        name="ownership",
    ),
    path("<slug:slug>/settings/audit/", audit_log.index, name="audit-log"),
    path("<slug:slug>/settings/audit/export", audit_log.export, name="audit-export"),
    path("<slug:slug>/settings/roles/", roles.index, name="roles"),
    path("<slug:slug>/settings/roles/<uuid:role_id>", roles.save, name="role-save"),
    path("<slug:slug>/settings/roles/<uuid:role_id>/archive", roles.archive, name="role-archive"),
    path("<slug:slug>/settings/groups/", groups.index, name="groups"),
    path("<slug:slug>/settings/groups/<uuid:group_id>", groups.save, name="group-save"),
    path(
        "<slug:slug>/settings/groups/<uuid:group_id>/archive", groups.archive, name="group-archive"
    ),
    path("<slug:slug>/settings/members/<uuid:member_id>", members.change, name="member-change"),
]
# the library asks for these names
library = [
    path("sign-in", sign_in.sign_in, name="account_login"),
    path("sign-in/code", sign_in.code, name="mfa_authenticate"),
    path("account/confirm", second_factor.confirm, name="account_reauthenticate"),
    path("account/factors", second_factor.index, name="mfa_index"),
]
urlpatterns: list[URLPattern | URLResolver] = [*library, path("", include((ours, "identity")))]
