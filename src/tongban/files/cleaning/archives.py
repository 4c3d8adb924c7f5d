"""OFD and Office: read through once, so that what the table of contents says is true, and its XML is plain XML."""

from __future__ import annotations

import zipfile
from io import BytesIO
from xml.sax.handler import ContentHandler

from defusedxml import DefusedXmlException
from defusedxml.sax import parse

from tongban.files.cleaning.result import Cleaned
from tongban.files.structure.archives import broken, crooked
from tongban.kernel.refusals import Refusal

XML = (".xml", ".rels")


def clean(content: bytes) -> Cleaned:
    """As it came, or Refusal: a document is data to whoever opens it, and its signature must stay whole."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            for info in archive.infolist():
                with archive.open(info) as member:
                    while member.read(1 << 20):  # to the end: there its checksum is compared
                        pass
                if info.filename.lower().endswith(XML) and info.file_size:
                    with archive.open(info) as member:
                        parse(member, ContentHandler(), forbid_dtd=True)
    except DefusedXmlException as error:
        raise crooked() from error
    except (Refusal, MemoryError):
        raise
    except Exception as error:  # a damaged archive or XML fails in many ways, and means one thing
        raise broken() from error
    return Cleaned(content)
