#!/bin/sh
# Makes .venv and installs the pinned packages into it, only where something is missing.
#   sh tools/setup.sh app|test|docs
# PYTHON names the interpreter; without it the first fitting one on PATH is taken.
set -u

VENV=.venv
LOWEST=11
HIGHEST=13
NEED="Weeklens needs Python 3.$LOWEST to 3.$HIGHEST"

cd "$(dirname "$0")/.." || exit 1

die() {
    echo "$1" >&2
    exit 1
}

# Prints "3.12"; fails for what is missing or does not run, as a version manager's empty shim does.
version_of() {
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

fits() {
    case "$1" in
        3.[0-9]*) [ "${1#3.}" -ge $LOWEST ] 2>/dev/null && [ "${1#3.}" -le $HIGHEST ] ;;
        *) return 1 ;;
    esac
}

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        found=$(version_of "$PYTHON") ||
            die "$NEED, but PYTHON=$PYTHON does not run: name another with make PYTHON=/path/to/python3.12."
        fits "$found" ||
            die "$NEED, but PYTHON=$PYTHON is $found: name another with make PYTHON=/path/to/python3.12."
        echo "$PYTHON"
        return
    fi
    for name in python3.13 python3.12 python3.11 python3; do
        found=$(version_of "$name") && fits "$found" && echo "$name" && return
    done
    die "$NEED and found none on PATH: install one, or name it with make PYTHON=/path/to/python3.12."
}

make_venv() {
    echo "Making $VENV with Python $(version_of "$1") ..."
    "$1" -m venv --clear $VENV >/dev/null 2>&1 && $VENV/bin/python -m pip --version >/dev/null 2>&1 && return
    rm -rf $VENV
    die "$1 could not make a virtual environment in $(pwd): it needs its venv module (on Debian and Ubuntu: apt-get install python3-venv) and a folder it may write to."
}

install() {
    # $1 requirements file, $2 what it is for. The stamp holds what was installed, so it is written
    # only at the end: an interrupted installation is taken up again by the next make.
    stamp="$VENV/.installed-$1"
    wanted=$(cat requirements.txt "$1" constraints.txt | cksum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && return
    echo "Installing $2 ..."
    rm -f "$stamp"
    $VENV/bin/python -m pip install --quiet --no-input --disable-pip-version-check \
        -r "$1" -c constraints.txt ||
        die "The packages could not be installed, see above; the next make goes on from here."
    echo "$wanted" >"$stamp"
}

[ -f requirements.txt ] || die "requirements.txt is missing: this copy of Weeklens is incomplete."
python=""
have=$(version_of $VENV/bin/python) && fits "$have" || have=""
# A half-made environment has no pip yet; a finished one need not be asked.
[ -f $VENV/.installed-requirements.txt ] || $VENV/bin/python -m pip --version >/dev/null 2>&1 || have=""
if [ -z "$have" ]; then
    python=$(find_python) || exit 1
elif [ -n "${PYTHON:-}" ]; then
    python=$(find_python) || exit 1
    [ "$(version_of "$python")" = "$have" ] && python=""
fi
[ -n "$python" ] && make_venv "$python"

install requirements.txt "the packages (2.6 GB on disk, a few minutes, only once)"
[ "${1:-app}" = test ] && install requirements-test.txt "what the tests need"
[ "${1:-app}" = docs ] && install requirements-docs.txt "what the documentation's site needs"
exit 0
