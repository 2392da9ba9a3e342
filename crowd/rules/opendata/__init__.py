"""Open data: how verdicts become tables, files and packages, and how a package is verified.

Pure: what is in a release is handed in, nothing here knows the database or the site.
"""
