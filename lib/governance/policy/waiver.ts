import { type Finding, quoted } from '../../finding';

/** Why the variables may loosen what is committed, for this run. */
export interface Waiver {
  /** Label of the pull request, which those set who may. */
  readonly label: string;
  readonly reason: string;
}

/** Seed 003's label of emergency changes. */
export const WAIVER_LABEL = 'security-waiver';

/**
 * What is wrong with a waiver in the run of a pull request on GitHub: those who may label it have not.
 * @param event the event's JSON, which GitHub Actions name in GITHUB_EVENT_PATH; undefined elsewhere
 * @see https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request
 */
export function waiverFindings({ label }: Waiver, event: string | undefined): readonly Finding[] {
  const labels = event === undefined ? undefined : labelsOf(event);
  if (labels === undefined || labels.includes(label)) return [];
  const has = labels.length === 0 ? 'has no label' : `is labelled ${labels.map(quoted).join(', ')}`;
  return [
    {
      rule: 'egress-waiver',
      severity: 'error',
      where: { construct: 'waiver' },
      message: `the waiver is for pull requests labelled ${quoted(label)}, and this one ${has}`,
      fix: 'have it labelled by somebody who answers for security, and run again',
    },
  ];
}

/** Undefined for events that are about no pull request. */
function labelsOf(event: string): readonly string[] | undefined {
  try {
    const { pull_request: pull } = JSON.parse(event) as { pull_request?: { labels?: readonly { name?: unknown }[] } };
    if (typeof pull !== 'object' || pull === null) return undefined;
    return (pull.labels ?? []).map(({ name }) => String(name));
  } catch {
    return undefined;
  }
}
