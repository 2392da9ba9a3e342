"""The administration: people's door to everything that has no page of its own yet."""

from crowd.admin import accounts, campaigns, deliveries, documents, layouts, work

__all__ = ["accounts", "campaigns", "deliveries", "documents", "layouts", "work"]
