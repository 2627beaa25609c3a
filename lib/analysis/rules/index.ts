import { absentPeer } from './absent-peer';
import { apiServerEgress } from './api-server-egress';
import { authenticationImpossible } from './authentication-impossible';
import { authenticationUndone } from './authentication-undone';
import { clusterwideForEveryone } from './clusterwide-for-everyone';
import { conflictingRules } from './conflicting-rules';
import { dnsAnyName } from './dns-any-name';
import { dnsPatternMismatch } from './dns-pattern-mismatch';
import { duplicateInRule } from './duplicate-in-rule';
import { fakeAnnotation } from './fake-annotation';
import { fqdnWithoutDns } from './fqdn-without-dns';
import { hostNetwork } from './host-network';
import { identityBudget } from './identity-budget';
import { invalidNamesAndPorts } from './invalid-names-and-ports';
import { ipBlockExceptOutsideCidr } from './ip-block-except-outside-cidr';
import { l7Bypassed } from './l7-bypassed';
import { labelSpoofable } from './label-spoofable';
import { metadataEgress } from './metadata-egress';
import { noDefaultDeny } from './no-default-deny';
import { oneSidedEdge } from './one-sided-edge';
import { policyMapBudget } from './policy-map-budget';
import { policySelectsNothing } from './policy-selects-nothing';
import type { Rule } from './rule';
import { suffixCapture } from './suffix-capture';
import { versionField } from './version-field';
import { voidRule } from './void-rule';
import { voidingRule } from './voiding-rule';
import { WORKLOAD_CHECKS } from './workload-rules';
import { worldEgress } from './world-egress';
import { worldIngress } from './world-ingress';

const POLICY_RULES: readonly Rule[] = [
  absentPeer,
  apiServerEgress,
  authenticationImpossible,
  authenticationUndone,
  clusterwideForEveryone,
  conflictingRules,
  dnsAnyName,
  dnsPatternMismatch,
  duplicateInRule,
  fakeAnnotation,
  fqdnWithoutDns,
  hostNetwork,
  identityBudget,
  invalidNamesAndPorts,
  ipBlockExceptOutsideCidr,
  l7Bypassed,
  labelSpoofable,
  metadataEgress,
  noDefaultDeny,
  oneSidedEdge,
  policyMapBudget,
  policySelectsNothing,
  suffixCapture,
  versionField,
  voidRule,
  voidingRule,
  worldEgress,
  worldIngress,
];

/** Every rule, in the order of its id. */
export const RULES: readonly Rule[] = [...POLICY_RULES, ...WORKLOAD_CHECKS].sort((a, b) => (a.id < b.id ? -1 : 1));
