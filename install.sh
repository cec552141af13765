#!/bin/sh
# install.sh PYTHON VENV EXTRAS: makes VENV if need be and installs the project there with every version pinned.
# EXTRAS is empty, "build" or "build,test"; only those two need torch.
set -eu
python=$1 venv=$2 extras=$3

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; '$python' is $("$python" --version 2>&1). Set PYTHON=python3.11." >&2
    exit 1
}
# The style sheet; without it the pages work, plainly styled.
assets() {
    only=--omit=dev
    case $extras in *test*) only=--include=dev ;; esac
    sh assets.sh "$venv/bin/python" "$only" || echo "The style sheet could not be built; the pages are plainly styled." >&2
}
[ -x "$venv/bin/python" ] || { echo "Making $venv ..."; "$python" -m venv "$venv"; }

target=.${extras:+[$extras]}
echo "Installing $target into $venv ..."
if [ -n "$extras" ] && ! "$venv/bin/python" -c 'import torch' 2>/dev/null; then
    if command -v uv >/dev/null 2>&1; then
        # uv knows where the CPU build of torch is; plain pip takes the one with CUDA on Linux.
        uv pip install --quiet --python "$venv/bin/python" --torch-backend=cpu -c constraints.txt -e "$target"
        assets
        exit 0
    fi
    echo "This fetches torch: 200 MB where pip finds a CPU build, up to 4 GB with CUDA packages where it does not"
    echo "(install uv first, or copy a finished build into the data folder, and it stays small)."
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --progress-bar on -c constraints.txt -e "$target"
assets
