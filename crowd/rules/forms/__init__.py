"""What all answers to one question have in common, taken apart into what people can agree on.

One module per kind of question; `crowd/rules/atoms.py` chooses among them.
"""
