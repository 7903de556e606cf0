"""The `onque` command."""

import os
import sys
from pathlib import Path
from typing import IO, Any
from uuid import UUID

import click

from onque.config.embedded import surroundings
from onque.config.embedded.folder import DataFolder, InUseError
from onque.config.embedded.process import NotReady
from onque.config.ports import PortTakenError
from onque.config.services import UnknownServiceError, names, startable


@click.group()
def main() -> None:
    """Onque, the help desk: run it, set it up, look after it."""
    surroundings.load(DataFolder.default())
    environment = os.environ.get("ONQUE_ENV", "dev")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", f"onque.config.settings.{environment}")


def start_django() -> None:
    """Load settings and apps, once a command needs them."""
    import django

    django.setup(set_prefix=False)


@main.command()
@click.option("--demo/--no-demo", default=True, help="Fill two demo workspaces the first time.")
def up(*, demo: bool) -> None:
    """Start everything on this machine and keep it running until Ctrl-C."""
    from onque.config.supervisor import Supervisor

    forget_last_run()
    try:
        Supervisor(DataFolder.default(), demo=demo).up()
    except (InUseError, PortTakenError, NotReady) as failure:
        raise click.ClickException(str(failure)) from failure


def forget_last_run() -> None:
    """Drop what `main` took from the data folder: `up` decides anew what it brings itself."""
    for name in surroundings.loaded():
        del os.environ[name]


@main.command()
@click.argument("service")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8400, show_default=True, help="Port to listen on.")
@click.option("--queues", default="", help="Queues of a worker, by comma; default: all.")
def serve(service: str, host: str, port: int, queues: str) -> None:
    """Start one service alone; SIGTERM ends it gracefully."""
    from onque.config.serving import serve as run

    try:
        row = startable(service)
    except UnknownServiceError as failure:
        raise click.ClickException(str(failure)) from failure
    run(row, host=host, port=port, queues=tuple(filter(None, queues.split(","))))


@main.command()
def services() -> None:
    """Show the services that can be started."""
    for name in names():
        row = startable(name)
        click.echo(f"{name:10} {row.entry_point:22} {row.what}")


@main.command(hidden=True)
@click.option("--host", default="127.0.0.1")
@click.option("--port", required=True, type=int)
def catch(host: str, port: int) -> None:
    """Run the mail catcher."""
    import asyncio

    from onque.config.catcher.server import catch as run

    asyncio.run(run(Path(os.environ["ONQUE_CAUGHT_MAIL_DIR"]), host=host, port=port))


@main.command()
@click.option("--patient", is_flag=True, help="No service runs: statements may take minutes.")
def migrate(*, patient: bool) -> None:
    """Bring the database up to date (roles too, given ONQUE_SUPERUSER_DATABASE_URL)."""
    from onque.config import migrating

    migrating.become_owner()
    start_django()
    migrating.migrate(patient=patient)


@main.command(hidden=True)
@click.option("--demo/--no-demo", default=True)
def prepare(*, demo: bool) -> None:
    """Do what must be done before the services of one machine start."""
    from onque.config import preparing

    preparing.prepare(demo=demo)


@main.group()
def messages() -> None:
    """Handle the catalogue of translated words."""


@messages.command("compile")
def compile_messages() -> None:
    """Compile the catalogues that changed."""
    from onque.ui.i18n import compile_all

    for file in compile_all():
        click.echo(f"compiled {file}")


@messages.command("update")
def update_messages() -> None:
    """Extract every word into the catalogues, and compile them."""
    from onque.ui.i18n import compile_all, update

    for locale, missing in update().items():
        click.echo(f"{locale}: {missing} without a translation")
    compile_all()


@main.command()
def doctor() -> None:
    """Say in words what is configured, reachable and missing."""
    from onque.config.doctor import examine

    findings = examine()
    for finding in findings:
        click.echo(finding.line())
    sys.exit(any(finding.bad for finding in findings))


@main.group()
def tenant() -> None:
    """Handle workspaces."""


@tenant.command("create")
@click.option("--slug", required=True, help="Short name in addresses.")
@click.option("--name", required=True, help="Name people read.")
@click.option("--owner", "owner_email", required=True, help="E-mail address of its owner.")
@click.option("--owner-name", default="", help="The owner's name.")
@click.option("--locale", type=click.Choice(["ko", "en"]), default="ko", show_default=True)
@click.option("--time-zone", default="Asia/Seoul", show_default=True)
def create_tenant(**facts: str) -> None:
    """Make a workspace and invite its owner; prints the link of the invitation."""
    start_django()
    from onque.config import first_steps

    try:
        click.echo(first_steps.create_tenant(**facts))
    except first_steps.RefusedError as refusal:
        raise click.ClickException(str(refusal)) from refusal


@main.group()
def member() -> None:
    """Handle the members of a workspace."""


@member.command("invite")
@click.option("--tenant", "slug", required=True, help="Slug of the workspace.")
@click.option("--email", required=True)
@click.option("--role", default="agent", show_default=True, help="owner, admin, pro_agent, agent.")
def invite_member(slug: str, email: str, role: str) -> None:
    """Invite somebody to a workspace; prints the link of the invitation."""
    start_django()
    from onque.config import first_steps

    try:
        click.echo(first_steps.invite_member(slug=slug, email=email, role=role))
    except first_steps.RefusedError as refusal:
        raise click.ClickException(str(refusal)) from refusal


@main.group()
def mailbox() -> None:
    """Handle mailboxes that are fetched by IMAP."""


@mailbox.command("add")
@click.option("--tenant", "slug", required=True, help="Slug of the workspace.")
@click.option("--address", required=True, help="Where customers write to.")
@click.option("--host", required=True, help="The IMAP server.")
@click.option("--port", default=993, show_default=True)
@click.option("--user", "user_name", required=True)
@click.password_option(confirmation_prompt=False, help="Asked for when not given.")
@click.option("--folder", default="INBOX", show_default=True)
@click.option("--tls/--no-tls", "use_tls", default=True, show_default=True)
@click.option("--with-history", is_flag=True, help="Also what lies in the folder now.")
def add_mailbox(slug: str, address: str, *, with_history: bool, **server: Any) -> None:
    """Fetch an address's mail from an IMAP folder from now on."""
    start_django()
    from onque.config import first_steps
    from onque.modules.mail.public import ImapServer

    try:
        said = first_steps.add_mailbox(
            slug=slug,
            address=address,
            server=ImapServer(**server),
            with_history=with_history,
        )
    except first_steps.RefusedError as refusal:
        raise click.ClickException(str(refusal)) from refusal
    click.echo(said)


@main.group()
def secrets() -> None:
    """Handle the keys under which credentials are sealed."""


@secrets.command("rewrap")
def rewrap_secrets() -> None:
    """Bring every sealed value under today's key; run it after a key change, then drop the old."""
    start_django()
    from onque.config import first_steps

    count = first_steps.rewrap_secrets()
    click.echo(f"{count.changed} wrapped anew, {count.current} were already, {count.broken} broken")
    sys.exit(bool(count.broken))


@main.group()
def mail() -> None:
    """Handle single mails."""


@mail.command("parse")
@click.argument("file", type=click.File("rb"))
def parse_mail(file: IO[bytes]) -> None:
    """Print what is read from a raw mail as JSON; `-` reads the standard input."""
    from onque.modules.mail.management.reading import as_json

    click.echo(as_json(file.read()))


@mail.command("quarantine")
@click.option("--tenant", "slug", default="", help="Slug of one workspace; default: all.")
@click.option("--limit", default=100, show_default=True)
def list_quarantine(slug: str, limit: int) -> None:
    """List mail that waits for a person, newest first, of every workspace."""
    start_django()
    from onque.config import mail_acts

    for line in mail_acts.quarantine_lines(slug=slug, limit=limit):
        click.echo(line)


@mail.command("retry")
@click.argument("mail_id", type=click.UUID)
def retry_mail(mail_id: UUID) -> None:
    """Read a mail again that was set aside, whatever its workspace."""
    start_django()
    from onque.config import mail_acts

    try:
        click.echo(mail_acts.retry(mail_id))
    except mail_acts.RefusedError as refusal:
        raise click.ClickException(str(refusal)) from refusal


@mail.command("reparse")
@click.option("--tenant", "slug", default="", help="Slug of one workspace; default: all.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only mail since that day.")
@click.option("--state", default="done", show_default=True, help="A tab of the ledger, or all.")
@click.option("--older-than", default=0, help="Only what an older parser read; 0: whatever did.")
@click.option("--dry-run", is_flag=True, help="Say how many there are, and do nothing.")
def reparse_mail(**asked: Any) -> None:
    """Read stored mail anew, in place and without anybody noticing; can be stopped and repeated."""
    start_django()
    from onque.config import mail_acts

    try:
        for line in mail_acts.reparse_lines(**asked):
            click.echo(line)
    except mail_acts.RefusedError as refusal:
        raise click.ClickException(str(refusal)) from refusal


@main.group()
def search() -> None:
    """Handle the search index."""


@search.command("reindex")
@click.option("--tenant", "slug", default="", help="Slug of one workspace; default: all.")
@click.option("--kind", default="", help="ticket, message or customer; default: all.")
@click.option("--all", "everything", is_flag=True, help="Also what is in the index already.")
@click.option("--after", type=click.UUID, help="Go on after the id that the last line named.")
@click.option("--chunk", type=click.IntRange(1, 2000), default=200, show_default=True)
def reindex(**asked: Any) -> None:
    """Index what the search does not know yet; can be stopped and repeated, beside live traffic."""
    start_django()
    from onque.config import mail_acts, search_acts

    try:
        for line in search_acts.reindex_lines(**asked):
            click.echo(line)
    except mail_acts.RefusedError as refusal:
        raise click.ClickException(str(refusal)) from refusal


@main.group()
def demo() -> None:
    """Handle the demo workspaces."""


@demo.command("seed")
def seed_demo() -> None:
    """Fill the demo workspaces; what is there already stays as it is."""
    start_django()
    from onque.config.demo import seeding

    seeding.seed()


@demo.command("mail")
@click.option("--to", default="", help="Address to write to; default: the Korean demo brand.")
@click.option("--from", "sender", default="", help="Whose mail it is.")
@click.option("--subject", default="")
@click.option("--text", default="")
def send_demo_mail(to: str, sender: str, subject: str, text: str) -> None:
    """Send a sample mail into the system, as a customer's mail server would."""
    from onque.config.demo import mailing

    click.echo(mailing.send(to=to, sender=sender, subject=subject, text=text))
