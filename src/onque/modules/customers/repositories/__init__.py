"""Queries on customers."""

from onque.modules.customers.repositories.customers import CustomerRepository
from onque.modules.customers.repositories.identities import IdentityRepository
from onque.modules.customers.repositories.merges import MergeRepository
from onque.modules.customers.repositories.notes import NoteRepository

customers = CustomerRepository()
identities = IdentityRepository()
merges = MergeRepository()
notes = NoteRepository()

__all__ = ["customers", "identities", "merges", "notes"]
