"""Splitting: from the bytes of a document to the parts that volunteers see.

Every splitter first looks at the whole document (`survey`), so that what is wrong with it is said
before anything is stored, then yields its parts from any position on, so that work can be resumed.
"""
