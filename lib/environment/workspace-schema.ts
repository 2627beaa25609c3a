import * as v from 'valibot';
import type { Problem } from '../finding';
import { cidrProblem, cidrRangeProblem } from '../model/cidr';
import { hostProblem } from '../model/host';
import { portRangeProblem } from '../model/port';
import { ownerProblem, proseProblem } from '../model/prose';
import { toolNameProblem } from '../model/tool';
import { workspaceGrantsSchema } from './authorization-schema';
import { checked, checkedKeys, described, type PartProblem } from './check';
import { stageSettingSchema } from './rollout-schema';
import { dnsLabel, listOrNone, namespace, notEmpty, port } from './value-schema';
import { quotaSchema } from './workload-schema';

const portRange = checkedKeys(
  v.strictObject({
    from: described(port, 'First port of the range.'),
    to: described(port, 'Last port of the range, inclusive.'),
  }),
  ['from', 'to'],
  ({ from, to }) => part([], portRangeProblem(from, to)),
);

const egressEntryShape = v.strictObject({
  host: v.optional(described(v.string(), "Host name, or '*.example.com', or '**.example.com'.")),
  displays: v.optional(described(v.string(), 'For a punycode host, the Unicode text that it stands for.')),
  cidr: v.optional(described(v.string(), 'Range of addresses, such as 203.0.113.0/24.')),
  except: v.optional(described(v.array(v.string()), 'Ranges inside cidr that stay closed.')),
  ports: v.optional(
    described(
      notEmpty(v.array(v.union([port, portRange])), 'the list of ports', 'name a port, or remove the key'),
      'Ports of the system, numbers or { from, to }. Default: 443',
    ),
  ),
  protocol: v.optional(described(v.picklist(['TCP', 'UDP', 'SCTP']), 'Default: TCP')),
  purpose: described(
    checked(v.string(), (text) => proseProblem(text, 'the purpose'), 'invalid-value', { minLength: 1 }),
    'Why this is allowed, for reviewers and auditors.',
  ),
});

export type EgressEntryFile = v.InferOutput<typeof egressEntryShape>;

const egressEntry = checkedKeys(
  checkedKeys(egressEntryShape, ['host', 'cidr'], targetProblems),
  ['host', 'displays', 'cidr', 'except'],
  (entry) => (targetProblems(entry).length > 0 ? [] : partProblems(entry)),
);

function targetProblems({ host, cidr }: EgressEntryFile): readonly PartProblem[] {
  if (host !== undefined && cidr !== undefined) {
    return [{ at: ['host'], message: 'the entry names both host and cidr', fix: 'make it two entries' }];
  }
  if (host !== undefined || cidr !== undefined) return [];
  return [{ at: [], message: 'the entry names neither host nor cidr', fix: 'name one of them' }];
}

function partProblems({ host, displays, cidr = '', except }: EgressEntryFile): readonly PartProblem[] {
  if (host === undefined) {
    const misplaced = { at: ['displays'], message: 'displays is for hosts', fix: 'remove displays' };
    return [...rangeProblems(cidr, except), ...(displays === undefined ? [] : [misplaced])];
  }
  const misplaced = { at: ['except'], message: 'except is for ranges of addresses', fix: 'remove except' };
  return [...part(['host'], hostProblem(host, displays)), ...(except === undefined ? [] : [misplaced])];
}

function rangeProblems(cidr: string, except: readonly string[] = []): readonly PartProblem[] {
  const problem = cidrProblem(cidr);
  if (problem !== undefined) return part(['cidr'], problem);
  const wrong = except.flatMap((inner, index) => part(['except', index], cidrRangeProblem(cidr, [inner])));
  return wrong.length > 0 ? wrong : part(['except'], cidrRangeProblem(cidr, except));
}

function part(at: PartProblem['at'], problem: Problem | undefined): readonly PartProblem[] {
  return problem === undefined ? [] : [{ at, ...problem }];
}

/** One workspace, as the people who own it write it. */
export const workspaceSchema = v.strictObject({
  id: described(
    dnsLabel('workspace id'),
    'Id of the workspace: a DNS label, used as namespace, label value and file name.',
  ),
  owner: v.optional(
    described(checked(v.string(), ownerProblem, 'invalid-value', { minLength: 1 }), 'Who answers for the workspace.'),
  ),
  isolation: v.optional(
    described(
      v.picklist(['namespace', 'label']),
      'A namespace of its own, or a label in the shared namespace. Default: namespace',
    ),
  ),
  namespace: namespace('Namespace of its pods. Default: the id, or the shared namespace'),
  stage: v.optional(
    described(
      stageSettingSchema,
      'How far it is rolled out: observe matches and never drops; enforce drops. For every layer, or layer by layer. Default: the stage of the platform',
    ),
  ),
  tools: described(
    listOrNone(checked(v.string(), toolNameProblem), 'the list of tools'),
    "Tools that the agents may ask for, as area:verb, or 'none'.",
  ),
  quota: v.optional(described(quotaSchema, 'How much its pods may use together.')),
  MachineExecutionPolicyV1: described(
    v.strictObject({
      egressAllowlist: described(
        listOrNone(egressEntry, 'the egress allowlist'),
        "Systems of record that the execution plane may reach, or 'none'.",
      ),
    }),
    'What the execution plane of the workspace may do.',
  ),
  authorization: v.optional(
    described(workspaceGrantsSchema, "What the workspace's agents may do besides connecting. Default: nothing"),
  ),
});

export type WorkspaceFile = v.InferOutput<typeof workspaceSchema>;
