#!/usr/bin/env bash
# What the workflow runs, and what to run before you push: npm run ci
# Every step runs, so that one run tells everything. What it leaves for others to read is in artifacts/.
# BASE names the commit to compare with; without it nothing is compared.
set -uo pipefail
cd "$(dirname "$0")/.."
PATH=$PWD/node_modules/.bin:$PATH
program=dist/apps/platform.js
format=text
if [ "${GITHUB_ACTIONS:-}" = true ]; then format=github; fi
failed=()

step() {
  local name=$1
  shift
  echo "== $name"
  "$@" || failed+=("$name")
}

# Nothing of an earlier run may answer for this one.
rm -rf dist artifacts
mkdir artifacts

step types tsc --noEmit
step build tsc -p tsconfig.build.json
step synth portcullis synth "$program"
step lock portcullis lock "$program" --check --format "$format"
portcullis lock "$program" --check --format sarif >artifacts/lock.sarif 2>artifacts/lock.log
step policy portcullis policy "$program" --verify --format "$format" --summary-out artifacts/egress-summary.json
for settings in environments/*.yaml; do
  environment=$(basename "$settings" .yaml)
  manifests=dist/manifests/$environment/platform
  step "check $environment" portcullis check "$manifests" --format "$format"
  portcullis check "$manifests" --format sarif >"artifacts/check-$environment.sarif" 2>/dev/null
  portcullis reach "$manifests" --format json >"artifacts/reach-$environment.json" 2>/dev/null
  step "identities $environment" portcullis verify identity "$manifests" --format "$format"
done
step tests vitest run

tools=(doctor --require "node,npm" --format "$format")
if [ -n "${BASE:-}" ] && git cat-file -e "$BASE:tool-versions.json" 2>/dev/null; then
  git show "$BASE:tool-versions.json" >artifacts/tool-versions.before.json
  tools+=(--since artifacts/tool-versions.before.json)
fi
step tools portcullis "${tools[@]}"

bill_of_materials() {
  npm run --silent sbom >artifacts/sbom.cdx.json
}
step "bill of materials" bill_of_materials
if [ -n "${BASE:-}" ]; then step "reach diff" bash scripts/reach-diff.sh "$BASE"; fi

if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}"
  exit 1
fi
echo 'all steps passed'
