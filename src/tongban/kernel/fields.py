"""Model fields whose column is ciphertext: the only place where personal data may lie (invariant 6)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.db import models

from tongban.kernel.crypto import decrypt, encrypt

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.expressions import Expression

    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField


class Encrypted(_Binary):
    def _column_name(self) -> str:
        return f"{self.model._meta.label}.{self.name}"

    def get_prep_value(self, value: Any) -> bytes | None:
        return None if value is None else encrypt(self._to_bytes(value), column=self._column_name())

    def from_db_value(self, value: Any, expression: Expression, connection: BaseDatabaseWrapper) -> Any:
        return None if value is None else self._from_bytes(decrypt(bytes(value), column=self._column_name()))

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise TypeError(f"{self._column_name()} is encrypted; look it up by its blind index")
        return super().get_lookup(lookup_name)

    def _check_str_default_value(self) -> list[Any]:
        """A default of "" is text here, not bytes."""
        return []

    def to_python(self, value: Any) -> Any:
        return value

    def _to_bytes(self, value: Any) -> bytes:
        raise NotImplementedError

    def _from_bytes(self, plain: bytes) -> Any:
        raise NotImplementedError


class EncryptedText(Encrypted):
    """A str in Python, ciphertext in the table."""

    def _to_bytes(self, value: Any) -> bytes:
        return str(value).encode()

    def _from_bytes(self, plain: bytes) -> str:
        return plain.decode()


class EncryptedJson(Encrypted):
    """A JSON value in Python, ciphertext in the table."""

    def _to_bytes(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()

    def _from_bytes(self, plain: bytes) -> Any:
        return json.loads(plain)
