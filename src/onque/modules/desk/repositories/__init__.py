"""Queries of the desk."""

from onque.modules.desk.repositories import conditions, filters, kinds
from onque.modules.desk.repositories.bulk import BulkChunkRepository, BulkRunRepository
from onque.modules.desk.repositories.collaborators import CollaboratorRepository
from onque.modules.desk.repositories.counts import CountRepository
from onque.modules.desk.repositories.customer_moves import CustomerMoveRepository
from onque.modules.desk.repositories.held import HeldRepository
from onque.modules.desk.repositories.listing import ListingRepository
from onque.modules.desk.repositories.macros import MacroRepository
from onque.modules.desk.repositories.messages import MessageRepository
from onque.modules.desk.repositories.moves import MoveRepository
from onque.modules.desk.repositories.operations import OperationRepository
from onque.modules.desk.repositories.purges import PurgeRepository
from onque.modules.desk.repositories.relations import FollowerRepository, LinkRepository
from onque.modules.desk.repositories.saved_views import SavedViewRepository
from onque.modules.desk.repositories.tags import TagRepository
from onque.modules.desk.repositories.tickets import TicketRepository
from onque.modules.desk.repositories.trusted_senders import TrustedSenderRepository

bulk_chunks = BulkChunkRepository()
bulk_runs = BulkRunRepository()
collaborators = CollaboratorRepository()
counts = CountRepository()
customer_moves = CustomerMoveRepository()
followers = FollowerRepository()
held = HeldRepository()
links = LinkRepository()
listing = ListingRepository()
macros = MacroRepository()
messages = MessageRepository()
moves = MoveRepository()
operations = OperationRepository()
purges = PurgeRepository()
saved_views = SavedViewRepository()
tags = TagRepository()
tickets = TicketRepository()
trusted_senders = TrustedSenderRepository()

__all__ = [
    "bulk_chunks",
    "bulk_runs",
    "collaborators",
    "conditions",
    "counts",
    "customer_moves",
    "filters",
    "followers",
    "held",
    "kinds",
    "links",
    "listing",
    "macros",
    "messages",
    "moves",
    "operations",
    "purges",
    "saved_views",
    "tags",
    "tickets",
    "trusted_senders",
]
