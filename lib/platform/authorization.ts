import type { Construct } from 'constructs';
import { type Finding, InvalidValueError, type Problem } from '../finding';
import type { Authorization, AuthorizedAgent, MessageGrant } from '../model/authorization/authorization';
import { authorizationProblems } from '../model/authorization/authorization-problem';
import type { Edge } from '../model/edge';
import type { ExemptionGrant, Right, RightGrant } from '../model/grant';
import { formatPeer } from '../model/peer';
import { pinnedImageProblem } from '../model/pinned-image';
import { Port } from '../model/port';
import type { ToolAllowlist } from '../model/tool-allowlist';
import { authorizationBundle, schemaFiles, type TextFile } from '../render/authorization/bundle';
import { bundleConfigMaps, configMapProblem } from '../render/authorization/config-map';
import { opaObjects } from '../render/authorization/opa-objects';
import { OPA_PORT } from '../render/authorization/opa-pod';
import { type OnFailure, queryConfigMap } from '../render/authorization/query-config';
import { testFiles } from '../render/authorization/rego-test';
import { ManifestDocument } from '../synth/manifest-document';
import { renderedObject } from '../synth/rendered-object';
import type { Component } from './component';
import { Platform } from './platform';
import { Service } from './service';

export interface AuthorizationProps {
  /** Namespace of OPA, which should have no other pods. */
  readonly namespace: string;
  /** Image of OPA, with its registry and its digest. */
  readonly image: string;
  /** Who asks; nobody else may. */
  readonly client: Component;
  /** Agents and what is granted to them; whoever is not listed is denied everything. */
  readonly agents: readonly AgentGrants[];
  /** @default 2 */
  readonly replicas?: number;
  /**
   * What the client does while nobody answers.
   * @default 'deny'
   */
  readonly onFailure?: OnFailure;
  /**
   * How long the client waits for an answer.
   * @default 500
   */
  readonly timeoutMilliseconds?: number;
  /**
   * Name of the ConfigMap, in the client's namespace, that says how to ask.
   * @default <id>-queries
   */
  readonly queryConfigName?: string;
  /**
   * Folder of its files below the output directory.
   * @default authorization
   */
  readonly folder?: string;
}

/** An agent and what is granted to it, besides messages along its edges to other agents. */
export interface AgentGrants extends Omit<AuthorizedAgent, 'name'> {
  /** Its title is the agent's name: `ws-production/agent`. */
  readonly component: Component;
}

const MOST_REPLICAS = 100;
const LONGEST_TIMEOUT = 60_000;

/**
 * Answers what agents may do besides connecting, by the Open Policy Agent: run a task, send a message, be given a
 * secret, delegate, read another's state. Everything is denied that is not granted.
 *
 * Declare it after the edges: an edge from one agent to another is a grant to send messages, and one that comes later
 * is a finding.
 *
 * @throws InvalidValueError with the construct path for a number of replicas or a timeout that makes no sense
 * @example
 * new AuthorizationService(platform, 'opa', {
 *   namespace: 'authorization',
 *   image: 'registry.example.com/opa@sha256:…',
 *   client: controlPlane,
 *   agents: [{ component: workspace.agents, namespace: 'ws-production', capabilities: ['invoice:read'] }],
 * });
 */
export class AuthorizationService extends Service {
  /** What is decided by. */
  readonly authorization: Authorization;
  /** `sha256:…` of rules and facts; undefined if something is wrong with what is granted. */
  readonly policyVersion: string | undefined;

  constructor(scope: Construct, id: string, props: AuthorizationProps) {
    const platform = Platform.of(scope);
    platform.manageNamespace(props.namespace);
    super(scope, id, { namespace: props.namespace, ports: [Port.tcp(OPA_PORT)] });
    const path = this.node.path;
    const { replicas = 2, timeoutMilliseconds = 500 } = props;
    const problem =
      numberProblem(replicas, 'replicas', MOST_REPLICAS) ??
      numberProblem(timeoutMilliseconds, 'timeoutMilliseconds', LONGEST_TIMEOUT);
    if (problem !== undefined) throw new InvalidValueError(problem, path);
    const edges = messageEdges(platform, props.agents);
    const grants = messageGrants(edges);
    this.authorization = {
      agents: props.agents.map((agent) => authorized(agent, grants.get(agent.component.title) ?? new Map())),
    };
    props.client.allowTo(this, { purpose: 'Ask what agents may do' });
    for (const grant of rightsOf(this.authorization, path)) platform.addGrant(grant);
    if (props.onFailure === 'builtInPolicy') platform.addGrant(decidesAlone(props.client, path));

    const problems: readonly (Problem & { readonly rule: string })[] = [
      ...authorizationProblems(this.authorization),
      ...withRule('unpinned-image', pinnedImageProblem(props.image)),
    ];
    this.policyVersion = problems.length > 0 ? undefined : this.render(platform, props, replicas, timeoutMilliseconds);
    const known = new Set(edges.map(({ edge }) => edge));
    platform.addFindings(() => [
      ...problems.map((one) => finding(path, one)),
      ...messageEdges(platform, props.agents)
        .filter(({ edge }) => !known.has(edge))
        .map(({ edge, from, to }) =>
          finding(edge.declaredAt, {
            rule: 'edge-not-authorized',
            message: `the edge from ${from} to ${to} was declared after ${path} had been made, which therefore denies the messages that it is for`,
            fix: 'declare the AuthorizationService after all edges',
          }),
        ),
    ]);
  }

  /** @returns the version of the policies */
  private render(platform: Platform, props: AuthorizationProps, replicas: number, timeoutMilliseconds: number): string {
    const { namespace, selector = {}, podLabels, node } = this;
    const { client, image, folder = 'authorization', queryConfigName = `${node.id}-queries` } = props;
    const bundle = authorizationBundle(this.authorization);
    const name = node.id;
    const objects = opaObjects(bundle, { name, namespace, image, replicas, selector, podLabels });
    const opaFile = platform.file(`${folder}/opa.yaml`);
    for (const object of objects) renderedObject(this, `${object.kind}-${object.metadata.name}`, object, opaFile);
    const queries = queryConfigMap(
      {
        url: `http://${name}.${namespace}.svc:${OPA_PORT}`,
        policyVersion: bundle.version,
        onFailure: props.onFailure ?? 'deny',
        timeoutMilliseconds,
      },
      { name: queryConfigName, namespace: client.namespace },
    );
    renderedObject(this, 'queries', queries, platform.file(`${folder}/queries.yaml`));
    const documents: readonly (readonly [string, readonly TextFile[]])[] = [
      ['bundle', bundle.files],
      ['schemas', schemaFiles()],
      ['tests', testFiles(this.authorization)],
    ];
    for (const [part, files] of documents) {
      for (const { path, text } of files) {
        const file = platform.file(`${folder}/${part}/${path}`);
        new ManifestDocument(this, `${part}-${path.replaceAll('/', '-')}`, { file, render: () => [text] });
      }
    }
    const tooLarge = bundleConfigMaps(bundle, { name, namespace }).flatMap(({ object }) =>
      withRule('authorization-too-large', configMapProblem(object)),
    );
    platform.addFindings(() => tooLarge.map((one) => finding(node.path, one)));
    return bundle.version;
  }
}

/** What is granted, for whoever reviews it. */
function rightsOf({ agents }: Authorization, declaredAt: string): readonly RightGrant[] {
  return agents.flatMap(({ name: agent, tasks = [], messages = [], vaults = [], delegations = [], reads = [] }) => {
    const right = (kind: Right, subject: string, purpose: string, capabilities: ToolAllowlist = []): RightGrant => {
      const list = capabilities === 'none' ? [] : capabilities;
      return { kind: 'right', agent, right: kind, subject, capabilities: list, purpose, declaredAt };
    };
    return [
      ...tasks.map(({ task, purpose, capabilities }) => right('task', task, purpose, capabilities)),
      ...messages.map(({ to, purpose }) => right('message', to, purpose)),
      ...vaults.map(({ vault, purpose }) => right('vault', vault, purpose)),
      ...delegations.map(({ to, purpose, capabilities }) => right('delegation', to, purpose, capabilities)),
      ...reads.map(({ namespace, purpose }) => right('read', namespace, purpose)),
    ];
  });
}

/** Whoever keeps OPA from answering has the client decide by what nobody reviewed. */
function decidesAlone({ title }: Component, declaredAt: string): ExemptionGrant {
  const purpose = 'decides by its built-in policy while nobody answers';
  return { kind: 'exemption', rule: 'built-in-policy', subject: title, purpose, declaredAt };
}

/** @param byEdge messages along edges that start at the agent, by recipient */
function authorized(
  { component, ...granted }: AgentGrants,
  byEdge: ReadonlyMap<string, MessageGrant>,
): AuthorizedAgent {
  const { messages = [] } = granted;
  const said = new Set(messages.map(({ to }) => to));
  const further = [...byEdge.values()].filter(({ to }) => !said.has(to));
  return { ...granted, name: component.title, messages: [...messages, ...further] };
}

/** By sender and recipient. Several edges between two agents are one grant, with the purpose of the first. */
function messageGrants(edges: readonly MessageEdge[]): ReadonlyMap<string, ReadonlyMap<string, MessageGrant>> {
  const grants = new Map<string, Map<string, MessageGrant>>();
  for (const { from, to, edge } of edges) {
    const sent = grants.get(from) ?? new Map<string, MessageGrant>();
    grants.set(from, sent);
    if (!sent.has(to)) sent.set(to, { to, purpose: edge.purpose });
  }
  return grants;
}

interface MessageEdge {
  readonly edge: Edge;
  readonly from: string;
  readonly to: string;
}

/** Edges between agents. */
function messageEdges(platform: Platform, agents: readonly AgentGrants[]): readonly MessageEdge[] {
  const names = new Map(agents.map(({ component }) => [formatPeer(component.connections.end.peer), component.title]));
  return platform.edges.all().flatMap((edge) => {
    const from = names.get(formatPeer(edge.from.peer));
    const to = names.get(formatPeer(edge.to.peer));
    return from === undefined || to === undefined ? [] : [{ edge, from, to }];
  });
}

function withRule(rule: string, problem: Problem | undefined): readonly (Problem & { readonly rule: string })[] {
  return problem === undefined ? [] : [{ rule, ...problem }];
}

function finding(construct: string, problem: Problem & { readonly rule: string }): Finding {
  const { rule, message, fix } = problem;
  return { rule, severity: 'error', where: { construct }, message, fix };
}

function numberProblem(value: number, what: string, most: number): Problem | undefined {
  if (Number.isInteger(value) && value >= 1 && value <= most) return undefined;
  return { message: `${what} is ${value}`, fix: `use a whole number from 1 to ${most}` };
}
