"""Queries about people, their sessions and their sign-ins; these tables have no tenant."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password

from onque.kernel import clock
from onque.modules.identity.models import LoginEvent, Session, User


class UserRepository:
    """People."""

    def find(self, user_id: UUID) -> User | None:
        """Return the person."""
        return User.objects.filter(pk=user_id).first()

    def lock(self, user_id: UUID) -> User:
        """Return the person, locked until the transaction ends."""
        return User.objects.select_for_update(no_key=True).get(pk=user_id)

    def find_by_email(self, email: str) -> User | None:
        """Return the person with this address (lower case)."""
        return User.objects.filter(email=email).first()

    def find_signed_in(self, user_id: UUID, session_key: str) -> User | None:
        """Return the active person whose session's row exists, by one query."""
        live = Session.objects.filter(
            session_key=session_key, user_id=user_id, expire_date__gt=clock.now()
        )
        return User.objects.filter(
            pk=user_id, is_active=True, pk__in=live.values("user_id")
        ).first()

    def ensure(self, email: str, *, name: str, locale: str) -> User:
        """Return the person with this address, made without a password when unknown."""
        new = {"name": name, "locale": locale, "password": make_password(None)}
        return User.objects.get_or_create(email=email, defaults=new)[0]

    def save(self, user: User, *fields: str) -> None:
        """Write the named fields."""
        user.save(update_fields=fields)

    def set_fields(self, user_id: UUID, **fields: Any) -> None:
        """Write fields of one person."""
        User.objects.filter(pk=user_id).update(**fields)


class SessionRepository:
    """Sessions by person; single ones are the business of `identity.sessions`."""

    def is_live(self, session_key: str, user_id: UUID) -> bool:
        """Tell whether the session's row exists, belongs to the person and has not expired."""
        return Session.objects.filter(
            session_key=session_key, user_id=user_id, expire_date__gt=clock.now()
        ).exists()

    def of_user(self, user_id: UUID) -> list[Session]:
        """Return the live sessions of a person, last seen first."""
        rows = Session.objects.filter(user_id=user_id, expire_date__gt=clock.now())
        return list(rows.defer("session_data").order_by("-last_seen_at"))

    def remove(self, keys: Collection[str]) -> None:
        """Delete rows."""
        Session.objects.filter(session_key__in=keys).delete()

    def remove_expired(self, *, before: datetime) -> int:
        """Delete the rows that expired before a moment; return how many."""
        return Session.objects.filter(expire_date__lt=before).delete()[0]


class LoginRepository:
    """Sign-in events: added, read, never changed."""

    def add(self, **fields: Any) -> LoginEvent:
        """Insert one."""
        return LoginEvent.objects.create(**fields)

    def of_user(self, user_id: UUID, *, limit: int) -> list[LoginEvent]:
        """Return the newest events of a person."""
        return list(LoginEvent.objects.filter(user_id=user_id).order_by("-at")[:limit])

    def nth_refusal(
        self, nth: int, *, since: datetime, email: str | None, ip: str | None
    ) -> datetime | None:
        """Return when the nth newest refused sign-in was, of an address, an IP or both."""
        rows = LoginEvent.objects.filter(kind=LoginEvent.Kind.REFUSED, at__gt=since)
        rows = rows.filter(email=email) if email is not None else rows
        rows = rows.filter(ip=ip) if ip is not None else rows
        times = rows.order_by("-at").values_list("at", flat=True)[nth - 1 : nth]
        return next(iter(times), None)

    def count_resets(self, *, since: datetime, email: str | None, ip: str | None) -> int:
        """Count how often a new password was asked for since a moment."""
        rows = LoginEvent.objects.filter(kind=LoginEvent.Kind.PASSWORD_RESET_ASKED, at__gt=since)
        rows = rows.filter(email=email) if email is not None else rows.filter(ip=ip)
        return rows.count()

    def was_throttled(self, *, email: str, ip: str | None, since: datetime) -> bool:
        """Tell whether a throttled try is on record since a moment."""
        rows = LoginEvent.objects.filter(kind=LoginEvent.Kind.THROTTLED, email=email, ip=ip)
        return rows.filter(at__gt=since).exists()


class AuthenticatorRepository:
    """Second factors of a person, kept by the sign-in library."""

    def of_user(self, user_id: UUID) -> list[Authenticator]:
        """Return them, oldest first."""
        return list(Authenticator.objects.filter(user_id=user_id).order_by("pk"))

    def find(self, user_id: UUID, kind: str, row_id: int | None = None) -> Authenticator | None:
        """Return the person's factor of a kind, or that one."""
        rows = Authenticator.objects.filter(user_id=user_id, type=kind)
        return (rows.filter(pk=row_id) if row_id is not None else rows).first()

    def with_secrets(self, *, after: int, limit: int) -> list[Authenticator]:
        """Return the next factors of all people whose data holds a sealed secret, by key."""
        rows = Authenticator.objects.filter(type__in=["totp", "recovery_codes"], pk__gt=after)
        return list(rows.order_by("pk")[:limit])

    def replace_data(self, row: Authenticator, data: dict[str, object]) -> bool:
        """Write new data unless it changed since the row was read."""
        mine = Authenticator.objects.filter(pk=row.pk, data=row.data)
        return bool(mine.update(data=data))

    def remove_all(self, user_id: UUID) -> int:
        """Delete every factor of a person; return how many."""
        return int(Authenticator.objects.filter(user_id=user_id).delete()[0])


users = UserRepository()
sessions = SessionRepository()
logins = LoginRepository()
authenticators = AuthenticatorRepository()
