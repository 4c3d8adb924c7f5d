"""What goes wrong with the database, said to the person at the console."""


class ServerError(Exception):
    """The database can't be used. The message says what is wrong and what to do next."""
