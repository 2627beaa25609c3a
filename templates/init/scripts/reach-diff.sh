#!/usr/bin/env bash
# What this change does to who may reach whom, as Markdown: scripts/reach-diff.sh origin/main
# Both sides are rendered with the same library, so that only the program and its settings differ.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/node_modules/.bin:$PATH
base=$1
mkdir -p artifacts
report=$PWD/artifacts/reach-diff.md
here=$PWD
before=$(mktemp -d)
trap 'git worktree remove --force "$before" >/dev/null 2>&1 || true; rm -rf "$before"' EXIT

echo '# Who may reach whom' >"$report"
if ! git cat-file -e "$base:apps/platform.ts" 2>/dev/null; then
  echo "There is no program in $base; everything is new." >>"$report"
else
  git worktree add --quiet --detach --force "$before" "$base"
  ln -s "$here/node_modules" "$before/node_modules"
  (cd "$before" && tsc -p tsconfig.build.json && portcullis synth --quiet dist/apps/platform.js)
  for settings in environments/*.yaml; do
    environment=$(basename "$settings" .yaml)
    printf '\n## %s\n\n' "$environment" >>"$report"
    old=$before/dist/manifests/$environment/platform
    if [ -d "$old" ]; then
      portcullis diff "$old" "dist/manifests/$environment/platform" --format markdown >>"$report"
    else
      echo 'This environment is new.' >>"$report"
    fi
  done
fi
cat "$report"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$report" >>"$GITHUB_STEP_SUMMARY"; fi
