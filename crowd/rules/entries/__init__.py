"""What people type into one field, read and cleaned: one module per kind of question.

Each has `read`, which cleans one value or raises the `Problem` it has, and `check`, which refuses
settings that could not work with `ValueError`. `None` ("can't tell") never reaches them.
"""
