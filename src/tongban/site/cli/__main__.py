"""python -m tongban.site.cli"""

import sys

from tongban.site.cli import main

sys.exit(main())
