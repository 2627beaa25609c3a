import { POLICY_FILE, type ToolPolicy } from '../../../render/tools/tool-policy';
import { configMap, dataOf, type Evidence, placeIn, resultOf, type WorkspaceItem } from '../item';

/** Seed 000, validation: "Tool allowlist enforced per workspace policy." */
export const tools: WorkspaceItem = {
  id: 'tools',
  title: 'The tool allowlist is enforced by the policy of the workspace',
  judge: (facts, { workspace, controlPlane, layers }) => {
    const map = configMap(facts, controlPlane.namespace, `tool-allowlist-${workspace}`);
    const live = [
      {
        command: `portarium run start --workflow-id <one that asks for a tool off the list> --workspace ${workspace}`,
        expected: layers.tools === 'enforce' ? 'PolicyDenied: Tool not on workspace allowlist.' : 'the run starts',
      },
    ];
    const policy = parsed(dataOf(map, POLICY_FILE));
    if (map === undefined || policy === undefined) {
      return resultOf(layers.tools === 'enforce' ? 'met' : 'observed', {
        problems: ['there is no tool allowlist'],
        live,
      });
    }
    const { denies, allows } = effectOf(policy);
    const evidence: Evidence = {
      by: 'file',
      says: `${allows} ${allows === 1 ? 'rule allows' : 'rules allow'} tools by name, and the last rule ${denies ? 'denies' : 'allows'} all others`,
      places: [placeIn(facts, map.source)],
    };
    if (layers.tools !== 'enforce') {
      return resultOf('observed', { evidence: [evidence], problems: ['tools off the list are only noted'], live });
    }
    return resultOf('live', { evidence: [evidence], problems: denies ? [] : ['tools off the list are allowed'], live });
  },
};

/** The first rule whose condition holds decides, so nothing but names may be allowed before all others are denied. */
function effectOf({ rules }: ToolPolicy): { readonly denies: boolean; readonly allows: number } {
  const last = rules.at(-1);
  const named = rules.slice(0, -1);
  const isClosed = named.every(
    ({ effect, condition }) => effect === 'Deny' || /^tool\.name in \[.*\]$/.test(condition),
  );
  return {
    denies: isClosed && last?.condition === 'true' && last.effect === 'Deny',
    allows: named.filter(({ effect }) => effect === 'Allow').length,
  };
}

function parsed(text: string | undefined): ToolPolicy | undefined {
  try {
    const policy = JSON.parse(text ?? '') as ToolPolicy;
    return Array.isArray(policy.rules) ? policy : undefined;
  } catch {
    return undefined;
  }
}
