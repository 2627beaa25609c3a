import type { Authorization, AuthorizedAgent } from '../../model/authorization/authorization';
import type { ToolAllowlist } from '../../model/tool-allowlist';
import { closed, document, type JsonSchema, TEXT, TEXTS } from './decision/decision';

/** What the rules know of one agent. */
export interface AgentFacts {
  readonly namespace: string;
  readonly capabilities: readonly string[];
  readonly tasks: Grants<{ readonly capabilities: readonly string[] }>;
  readonly messages: Grants;
  readonly vaults: Grants;
  readonly delegations: Grants<{ readonly capabilities: readonly string[] }>;
  readonly reads: Grants;
}

/** Grants by the name of what is granted. */
type Grants<More = object> = Readonly<Record<string, More & { readonly purpose: string }>>;

/**
 * Bytes of a part. `kubectl apply` keeps a copy of every object in an annotation, and annotations may have 256 KiB;
 * the copy escapes the quotes of JSON inside JSON.
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/
 */
const LARGEST_PART = 128 * 1024;

/**
 * The facts that the rules decide by, in files that are each small enough for a ConfigMap, an agent to a line. Agents
 * and grants are sorted: the order of writing carries no meaning.
 */
export function factParts({ agents }: Authorization, largest: number = LARGEST_PART): readonly string[] {
  const parts: string[][] = [[]];
  let size = 0;
  for (const agent of [...agents].sort((one, other) => (one.name < other.name ? -1 : 1))) {
    const line = `  ${JSON.stringify(agent.name)}: ${JSON.stringify(agentFacts(agent))}`;
    const bytes = Buffer.byteLength(line) + ',\n'.length;
    if (size > 0 && size + bytes > largest) {
      parts.push([]);
      size = 0;
    }
    parts.at(-1)?.push(line);
    size += bytes;
  }
  return parts.map((lines) => (lines.length === 0 ? '{}\n' : `{\n${lines.join(',\n')}\n}\n`));
}

function agentFacts(agent: AuthorizedAgent): AgentFacts {
  const { tasks = [], messages = [], vaults = [], delegations = [], reads = [] } = agent;
  return {
    namespace: agent.namespace,
    capabilities: sorted(agent.capabilities),
    tasks: grants(tasks, ({ task, capabilities }) => [task, { capabilities: sorted(capabilities) }]),
    messages: grants(messages, ({ to }) => [to, {}]),
    vaults: grants(vaults, ({ vault }) => [vault, {}]),
    delegations: grants(delegations, ({ to, capabilities }) => [to, { capabilities: sorted(capabilities) }]),
    reads: grants(reads, ({ namespace }) => [namespace, {}]),
  };
}

function sorted(capabilities: ToolAllowlist): readonly string[] {
  return capabilities === 'none' ? [] : [...capabilities].sort();
}

function grants<Grant extends { readonly purpose: string }, More>(
  list: readonly Grant[],
  entry: (grant: Grant) => readonly [name: string, more: More],
): Grants<More> {
  const entries = list.map((grant) => {
    const [name, more] = entry(grant);
    return [name, { ...more, purpose: grant.purpose }] as const;
  });
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

const mapOf = (values: JsonSchema): JsonSchema => ({ type: 'object', additionalProperties: values });
const GRANT = closed({ purpose: TEXT });
const GRANT_WITH_CAPABILITIES = closed({ capabilities: TEXTS, purpose: TEXT });
const AGENT = closed({
  namespace: TEXT,
  capabilities: TEXTS,
  tasks: mapOf(GRANT_WITH_CAPABILITIES),
  messages: mapOf(GRANT),
  vaults: mapOf(GRANT),
  delegations: mapOf(GRANT_WITH_CAPABILITIES),
  reads: mapOf(GRANT),
});

/**
 * JSON Schemas of facts, by the names that rules give them. `opa check` does not look at the values of maps (JSON
 * Schema's additionalProperties), so rules name the schema of what they take out of one.
 * @see docs/docs/policy-language.md of OPA 1.20.2 (Translating schemas to Rego types)
 */
export const FACT_SCHEMAS: Readonly<Record<string, JsonSchema>> = {
  /** `data.portcullis.facts`: parts, and in each part agents by name. */
  facts: document('Facts that policies decide by', mapOf(mapOf(AGENT))),
  agent: document('What is known of an agent', AGENT),
  grant: document('A grant', GRANT),
  grant_with_capabilities: document('A grant of capabilities', GRANT_WITH_CAPABILITIES),
};
