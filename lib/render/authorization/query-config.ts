import type { KubeObject } from '../../kube/object';
import { POLICY_VERSION } from '../../model/policy-version';
import { DECISIONS, decisionPath } from './decision/decisions';

/** What is done while nobody answers: refuse, or let the orchestrator's built-in policy decide. */
export type OnFailure = 'deny' | 'builtInPolicy';

export interface QueryConfigOptions {
  /** `http://opa.portarium-authorization.svc:8181`. */
  readonly url: string;
  /** Version of the policies that were rendered with it. */
  readonly policyVersion: string;
  readonly onFailure: OnFailure;
  readonly timeoutMilliseconds: number;
}

const QUERY_CONFIG_FILE = 'authorization.json';

/**
 * How the orchestrator asks. An answer counts only if it is `{ "result": { "allow": true, … } }` with status 200:
 * whatever else comes back, also nothing, is a failure or a denial.
 */
export function queryConfigMap(
  options: QueryConfigOptions,
  { name, namespace }: { readonly name: string; readonly namespace: string },
): KubeObject {
  const { url, policyVersion, onFailure, timeoutMilliseconds } = options;
  const config = {
    schemaVersion: 1,
    url,
    policyVersion,
    timeoutMilliseconds,
    onFailure,
    decisions: Object.fromEntries(
      DECISIONS.map((decision) => [
        decision.name,
        {
          question: decision.question,
          method: 'POST',
          path: decisionPath(decision),
          input: decision.input.required,
        },
      ]),
    ),
  };
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace, annotations: { [POLICY_VERSION]: policyVersion } },
    data: { [QUERY_CONFIG_FILE]: `${JSON.stringify(config, null, 2)}\n` },
  };
}
