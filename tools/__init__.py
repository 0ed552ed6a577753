"""What sets the project up; run before anything is installed, so Python's standard library is all there is."""

import sys

if sys.version_info < (3, 7):  # noqa: UP036 (such a Python cannot even read the modules that look for a newer one)
    sys.exit("Set-up stopped: Rapport needs Python 3.11 or newer; name yours: make serve PYTHON=/path/to/python3")
