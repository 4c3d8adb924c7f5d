"""备份与恢复: one archive holds all that an instance can't do without, and brings it up again elsewhere.

The archive is a zip without compression, written once from front to end (docs/operations.md says how to use it):

    database.dump          pg_dump's custom format, one snapshot of the whole database
    files/<SHA-256>        every file of the store
    journal-heads/<day>    the signed heads, which the database alone could not vouch for
    secrets.json           the keys, without which the encrypted columns never open again
    manifest.json          written last: versions, rows of each table, size and SHA-256 of everything above

Nothing here needs Django to be set up: a backup must be possible when the instance itself does not start.
"""
