/** Ids of a fixed width, so that sorted lists come out alike for every workspace. */
function workspaceId(index) {
  return `ws-${String(index).padStart(6, '0')}`;
}

function* workspaceIds(count) {
  for (let index = 1; index <= count; index++) yield workspaceId(index);
}

module.exports = { workspaceId, workspaceIds };
