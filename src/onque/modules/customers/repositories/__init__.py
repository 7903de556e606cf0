"""Queries on customers."""

from onque.modules.customers.repositories.customers import CustomerRepository
from onque.modules.customers.repositories.identities import IdentityRepository
from onque.modules.customers.repositories.merges import MergeRepository
from onque.modules.customers.repositories.notes import NoteRepository
from onque.modules.customers.repositories.runs import RunRepository

customers = CustomerRepository()
identities = IdentityRepository()
merges = MergeRepository()
notes = NoteRepository()
runs = RunRepository()

__all__ = ["customers", "identities", "merges", "notes", "runs"]
