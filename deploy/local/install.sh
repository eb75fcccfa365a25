#!/bin/sh
# Makes .venv and installs exactly what requirements/*.txt name, checked by hash. A word of `make`.
set -eu

stop() {
	echo "relais cannot be installed: $1" >&2
	exit 1
}

"$PYTHON" -c 'import sys' 2>/dev/null || stop "there is no program $PYTHON; install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3"
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
	stop "$PYTHON is $("$PYTHON" -V 2>&1), needed is 3.11 or newer; name another one: make PYTHON=/path/to/python3"
"$PYTHON" -c 'import ensurepip, venv' 2>/dev/null ||
	stop "$PYTHON has no venv module; install it (Debian, Ubuntu: apt install python3-venv) and say make again"

# A .venv of another Python, or half of one, is made anew.
.venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
	echo "making .venv with $("$PYTHON" -V 2>&1)"
	rm -rf .venv
	"$PYTHON" -m venv .venv || stop ".venv could not be made with $PYTHON; see that there is room on the disk"
}

by_pip() {
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$1"
}

no_wheel="a package of requirements could not be fetched; if its name is above with 'no matching distribution' there is no wheel of it for $("$PYTHON" -c 'import platform; print(platform.platform(), platform.python_version())'), else check the network and say make again"

echo "installing what requirements/all.txt locks"
by_pip requirements/installer.txt || stop "$no_wheel"
# uv takes seconds where pip takes minutes; where it cannot reach an index that pip is set up for, pip does it.
.venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes --only-binary :all: \
	requirements/installer.txt requirements/all.txt ||
	by_pip requirements/all.txt || stop "$no_wheel"
.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --no-index --editable . ||
	stop "the command relais could not be put into .venv; see the lines above"
