"""The administration: people's door to everything that has no page of its own yet."""

from crowd.admin import accounts, campaigns, documents, work

__all__ = ["accounts", "campaigns", "documents", "work"]
