"""Papers that people hand in. Knows nothing of the product: also for processes that have not set it up."""

from __future__ import annotations


def paper(words: str = "") -> bytes:
    """A whole PDF of one page, in which the words stand as a comment: what people hand in."""
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>",
    ]  # fmt: skip
    made, table = b"%PDF-1.4\n%" + words.encode() + b"\n", b"0000000000 65535 f \n"
    for number, content in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(made)
        made += b"%d 0 obj%s endobj\n" % (number, content)
    return made + b"xref\n0 4\n%strailer<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (table, len(made))
