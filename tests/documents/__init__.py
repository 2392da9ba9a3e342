"""Makers of documents for the tests: good ones and broken ones, drawn by our own code."""
