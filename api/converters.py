"""What may stand in an address."""

from django.urls.converters import IntConverter

LARGEST = 2**63 - 1  # what PostgreSQL counts to


class Identifier(IntConverter):
    """A whole number that a row can have: any other is no address of ours."""

    regex = "[0-9]{1,19}"

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > LARGEST:
            raise ValueError
        return number
