"""导出: the catalogue as a workbook that comes back unchanged, in the fields of GB/T 39046, in the national report tables.

Each is written in chunks, so memory stays flat; the same rows in the database always give the same bytes.
"""

from tongban.catalog.exports.catalogue import catalogue, template
from tongban.catalog.exports.gbt39046 import gbt39046
from tongban.catalog.exports.national import national

__all__ = ["catalogue", "gbt39046", "national", "template"]
