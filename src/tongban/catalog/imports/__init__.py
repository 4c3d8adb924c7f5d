"""导入: item lists, guides, and the whole catalogue as a workbook that people filled in."""

from tongban.catalog.guides import import_guides
from tongban.catalog.imports.catalogue import import_catalogue
from tongban.catalog.imports.files import import_file
from tongban.catalog.imports.items import import_items

__all__ = ["import_catalogue", "import_file", "import_guides", "import_items"]
