"""People who sign in, and their sessions: tables without a tenant.

One person may be a member of several tenants. Only the staff's services may read these tables:
portal and survey have no grant on them.
"""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from typing_extensions import override

from onque.kernel import clock
from onque.kernel.ids import new_id


class UserManager(BaseUserManager["User"]):
    """Makes people; addresses are kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Add a person; without a password nobody can sign in until one is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with an e-mail address, unique in lower case, and taste."""

    class Theme(models.TextChoices):
        SYSTEM = "system"
        LIGHT = "light"
        DARK = "dark"

    class Density(models.TextChoices):
        CALM = "calm"
        DENSE = "dense"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(max_length=254, unique=True)
    name = models.CharField(max_length=80, blank=True, default="")
    locale = models.CharField(max_length=8, default="ko")
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    density = models.CharField(max_length=8, choices=Density, default=Density.CALM)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def get_full_name(self) -> str:
        """Return the name, or the address of somebody without one."""
        return self.name or self.email


class Session(AbstractBaseSession):
    """A signed-in browser. This row is the truth; the copy in Redis only saves the query."""

    user_id = models.UUIDField(null=True)
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=clock.now)
    last_seen_at = models.DateTimeField(default=clock.now)

    class Meta:
        # sessions belong to a person, who is above tenants
        indexes: ClassVar = [
            models.Index(fields=["user_id", "-last_seen_at"], name="identity_session_user")
        ]

    @classmethod
    @override
    def get_session_store_class(cls) -> Any:
        """Return the store that reads and writes these rows."""
        from onque.modules.identity.sessions import SessionStore

        return SessionStore
