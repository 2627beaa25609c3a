import * as v from 'valibot';
import type { Problem } from '../finding';
import { cidrRangeProblem } from '../model/cidr';
import { hostProblem } from '../model/host';
import { dnsLabelProblem } from '../model/name';
import { portRangeProblem } from '../model/port';
import { STAGES } from '../model/stage';
import { toolNameProblem } from '../model/tool';
import { checked, described } from './check';
import { listOrNone, namespace, notEmpty, port } from './value-schema';

const portRange = checked(v.strictObject({ from: v.number(), to: v.number() }), ({ from, to }) =>
  portRangeProblem(from, to),
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
    checked(v.string(), (text) =>
      text.trim() === '' ? { message: 'the purpose is empty', fix: 'say why this is allowed' } : undefined,
    ),
    'Why this is allowed, for reviewers and auditors.',
  ),
});

export type EgressEntryFile = v.InferOutput<typeof egressEntryShape>;

const egressEntry = checked(checked(egressEntryShape, hostEntryProblem, { key: 'host' }), cidrEntryProblem, {
  key: 'cidr',
});

function hostEntryProblem({ host, displays, cidr, except }: EgressEntryFile): Problem | undefined {
  if (host === undefined) {
    if (cidr === undefined) return { message: 'the entry names neither host nor cidr', fix: 'name one of them' };
    return displays === undefined ? undefined : { message: 'displays is for hosts', fix: 'remove displays' };
  }
  if (cidr !== undefined) return { message: 'the entry names both host and cidr', fix: 'make it two entries' };
  if (except !== undefined) return { message: 'except is for ranges of addresses', fix: 'remove except' };
  return hostProblem(host, displays);
}

function cidrEntryProblem({ host, cidr, except }: EgressEntryFile): Problem | undefined {
  return cidr === undefined || host !== undefined ? undefined : cidrRangeProblem(cidr, except);
}

/** One workspace, as the people who own it write it. */
export const workspaceSchema = v.strictObject({
  id: described(
    checked(v.string(), (id) => dnsLabelProblem(id, 'workspace id')),
    'Id of the workspace: a DNS label, used as namespace, label value and file name.',
  ),
  owner: v.optional(described(v.string(), 'Who answers for the workspace.')),
  isolation: v.optional(
    described(
      v.picklist(['namespace', 'label']),
      'A namespace of its own, or a label in the shared namespace. Default: namespace',
    ),
  ),
  namespace: namespace('Namespace of its pods. Default: the id, or the shared namespace'),
  stage: v.optional(described(v.picklist(STAGES), 'observe matches and never drops; enforce drops. Default: enforce')),
  tools: described(
    listOrNone(checked(v.string(), toolNameProblem), 'the list of tools'),
    "Tools that the agents may ask for, as area:verb, or 'none'.",
  ),
  MachineExecutionPolicyV1: v.strictObject({
    egressAllowlist: described(
      listOrNone(egressEntry, 'the egress allowlist'),
      "Systems of record that the execution plane may reach, or 'none'.",
    ),
  }),
});

export type WorkspaceFile = v.InferOutput<typeof workspaceSchema>;
