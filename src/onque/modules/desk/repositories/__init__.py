"""Queries of the desk."""

from onque.modules.desk.repositories import conditions
from onque.modules.desk.repositories.counts import CountRepository
from onque.modules.desk.repositories.listing import ListingRepository
from onque.modules.desk.repositories.messages import MessageRepository
from onque.modules.desk.repositories.tags import TagRepository
from onque.modules.desk.repositories.tickets import TicketRepository

counts = CountRepository()
listing = ListingRepository()
messages = MessageRepository()
tags = TagRepository()
tickets = TicketRepository()

__all__ = ["conditions", "counts", "listing", "messages", "tags", "tickets"]
