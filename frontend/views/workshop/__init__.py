"""The workshop: what a campaign's team sees of its documents, layouts, cuts and reports."""
