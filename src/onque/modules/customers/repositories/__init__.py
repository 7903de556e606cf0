"""Queries on customers."""

from onque.modules.customers.repositories.customers import CustomerRepository

customers = CustomerRepository()

__all__ = ["customers"]
