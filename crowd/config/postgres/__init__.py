"""Django's PostgreSQL, as a database engine of ours (`base.py`, where Django looks for it)."""
