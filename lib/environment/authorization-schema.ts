import * as v from 'valibot';
import { delegateNameProblem, taskNameProblem, vaultNameProblem } from '../model/authorization/authorization-name';
import { dnsLabelProblem } from '../model/name';
import { pinnedImageProblem } from '../model/pinned-image';
import { proseProblem } from '../model/prose';
import { toolNameProblem } from '../model/tool';
import { checked, described } from './check';
import { listOrNone, notEmpty } from './value-schema';

const upTo = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));

/** The Open Policy Agent of an environment. */
export const authorizationSchema = v.strictObject({
  image: described(
    checked(v.string(), pinnedImageProblem),
    'Image of OPA with its registry and its digest: registry/path:tag@sha256:…',
  ),
  replicas: v.optional(described(upTo(100), 'Default: 2')),
  onFailure: v.optional(
    described(
      v.picklist(['deny', 'builtInPolicy']),
      'What the control plane does while nobody answers: refuse, or decide by its built-in policy. Default: deny',
    ),
  ),
  timeoutMilliseconds: v.optional(described(upTo(60_000), 'How long the control plane waits. Default: 500')),
});

const purpose = described(
  checked(v.string(), (text) => proseProblem(text, 'the purpose')),
  'Why this is granted, for reviewers and logs.',
);
const capability = checked(v.string(), toolNameProblem);
const workspace = described(
  checked(v.string(), (id) => dnsLabelProblem(id, 'workspace id')),
  'Id of the other workspace.',
);
const workspaceGrant = v.strictObject({ workspace, purpose });

/** A list of grants, which may be left out and is never empty by mistake. */
function grants<Grant extends v.GenericSchema>(grant: Grant, description: string) {
  return v.optional(described(notEmpty(v.array(grant), 'the list', 'grant something, or remove the key'), description));
}

/** What the agents of a workspace may do besides connecting. */
export const workspaceGrantsSchema = v.strictObject({
  tasks: grants(
    v.strictObject({
      task: described(checked(v.string(), taskNameProblem), 'Name of the task: a DNS label.'),
      capabilities: described(
        listOrNone(capability, 'the list of capabilities'),
        "Tools of the workspace that the task may ask for, or 'none'.",
      ),
      purpose,
    }),
    'Tasks that the agents may run. Default: none',
  ),
  messages: grants(workspaceGrant, 'Workspaces whose agents they may send messages to. Default: none'),
  vaults: grants(
    v.strictObject({
      vault: described(checked(v.string(), vaultNameProblem), 'Name or id of the vault.'),
      purpose,
    }),
    'Vaults whose secrets they may be given. Default: none',
  ),
  delegations: grants(
    v.strictObject({
      to: described(checked(v.string(), delegateNameProblem), 'Who does the work outside: a DNS label.'),
      capabilities: described(
        notEmpty(v.array(capability), 'the list of capabilities', 'name what is handed over'),
        'Tools of the workspace that may be handed over.',
      ),
      purpose,
    }),
    'Work that they may hand to somebody outside. Default: none',
  ),
  reads: grants(workspaceGrant, 'Workspaces whose part of the shared state they may read. Default: their own alone'),
});
