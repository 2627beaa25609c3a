#!/usr/bin/env bash
# What is allowed by this repository's own programs, verified: npm run policy
# Every step runs, so that one run tells everything. What it leaves for others to read is in artifacts/.
# BASE names the commit to compare with; without it nothing is compared.
set -uo pipefail
cd "$(dirname "$0")/.."
programs=(dist/apps/portarium.js dist/apps/clawdstrike.js)
format=text
if [ "${GITHUB_ACTIONS:-}" = true ]; then format=github; fi
failed=()

step() {
  local name=$1
  shift
  echo "== $name"
  "$@" || failed+=("$name")
}

portcullis() {
  node dist/lib/cli/bin.js "$@"
}

# Nothing of an earlier run may answer for this one.
rm -rf dist artifacts
mkdir artifacts

npm run --silent build || exit 1
step synth portcullis synth "${programs[@]}"
step lock portcullis lock "${programs[@]}" --check --format "$format"
portcullis lock "${programs[@]}" --check --format sarif >artifacts/lock.sarif 2>artifacts/lock.log
step policy portcullis policy "${programs[@]}" --verify --summary-out artifacts/egress-summary.json --format "$format"
# The environment `reference` shows policies as documents have them, faults and all.
for root in dist/manifests/{dev,prod}/{portarium,clawdstrike}; do
  name=$(basename "$(dirname "$root")")-$(basename "$root")
  step "check $name" portcullis check "$root" --format "$format"
  portcullis check "$root" --format sarif >"artifacts/check-$name.sarif" 2>/dev/null
  portcullis reach "$root" --format json >"artifacts/reach-$name.json" 2>/dev/null
done

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

# Both sides are rendered by their own library, since a change of the library changes what is rendered.
reach_diff() {
  local before report=artifacts/reach-diff.md root status=0
  before=$(mktemp -d)
  git worktree add --quiet --detach --force "$before" "$BASE" && ln -s "$PWD/node_modules" "$before/node_modules" &&
    (cd "$before" && npm run --silent synth >/dev/null) || status=1
  echo '# Who may reach whom' >"$report"
  for root in dist/manifests/{dev,prod}/{portarium,clawdstrike}; do
    printf '\n## %s\n\n' "${root#dist/manifests/}" >>"$report"
    portcullis diff "$before/$root" "$root" --format markdown >>"$report" || status=1
  done
  git worktree remove --force "$before"
  if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then cat "$report" >>"$GITHUB_STEP_SUMMARY"; fi
  cat "$report"
  return $status
}
if [ -n "${BASE:-}" ]; then step "reach diff" reach_diff; fi

if [ ${#failed[@]} -gt 0 ]; then
  printf 'failed: %s\n' "${failed[@]}"
  exit 1
fi
echo 'all steps passed'
