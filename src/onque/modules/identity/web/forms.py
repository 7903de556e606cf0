"""What accounts' pages send."""

from django import forms
from django.utils.translation import gettext_lazy as _

PASSWORD_LENGTH = 200
NAME_LENGTH = 80


class SignInForm(forms.Form):
    """E-mail address and password."""

    email = forms.EmailField(
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter a whole e-mail address, such as name@company.com."),
        }
    )
    password = forms.CharField(
        max_length=PASSWORD_LENGTH,
        strip=False,
        error_messages={"required": _("Enter your password.")},
    )


class EmailForm(forms.Form):
    """One e-mail address."""

    email = forms.EmailField(
        error_messages={
            "required": _("Enter your e-mail address."),
            "invalid": _("Enter a whole e-mail address, such as name@company.com."),
        }
    )


class JoinForm(forms.Form):
    """A new person's name and password."""

    name = forms.CharField(
        max_length=NAME_LENGTH, error_messages={"required": _("Enter your name.")}
    )
    password = forms.CharField(
        max_length=PASSWORD_LENGTH,
        strip=False,
        error_messages={"required": _("Choose a password.")},
    )


class PasswordForm(forms.Form):
    """One password."""

    password = forms.CharField(
        max_length=PASSWORD_LENGTH, strip=False, error_messages={"required": _("Enter a password.")}
    )


class ChangePasswordForm(forms.Form):
    """The old and the new password."""

    current = forms.CharField(
        max_length=PASSWORD_LENGTH,
        strip=False,
        error_messages={"required": _("Enter your current password.")},
    )
    password = forms.CharField(
        max_length=PASSWORD_LENGTH,
        strip=False,
        error_messages={"required": _("Choose a new password.")},
    )


class ProfileForm(forms.Form):
    """Name and taste."""

    name = forms.CharField(
        max_length=NAME_LENGTH, error_messages={"required": _("Enter your name.")}
    )
    locale = forms.ChoiceField(choices=[("ko", "ko"), ("en", "en")])
    theme = forms.ChoiceField(choices=[("system", "system"), ("light", "light"), ("dark", "dark")])


def first_errors(form: forms.Form) -> dict[str, str]:
    """Return the first error of each field, for the template."""
    return {name: str(errors[0]) for name, errors in form.errors.items()}
