"""What goes wrong beneath a signature. Whoever shows it to people says it as a Refusal."""

from __future__ import annotations


class CryptoError(Exception):
    """A key, a signature or a structure that can't be used; the words are the library's where it has some."""


MALFORMED = (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError)
"""What asn1crypto raises, at any moment after loading, for bytes that are not what they say they are."""
