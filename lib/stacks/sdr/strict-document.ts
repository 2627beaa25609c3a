import { departures } from './departure';
import type { Sdr } from './sdr';

/** STRICT.md: for each way in which strict departs from the specification, the rule, why it does not hold, and what is rendered instead. */
export function* strictDocument(sdr: Sdr): Generator<string> {
  const list = departures(sdr.settings, sdr.dialect.canAuthenticate);
  yield '# Where strict departs from the specification\n\n';
  yield `The specification of the stack's network policies cannot keep all of its own acceptance criteria. Environments with \`profile: reference\` render it as written, with a finding for each of the ${list.length} points below; all others render what is described here.\n`;
  for (const [index, { rule, files, written, why, instead }] of list.entries()) {
    yield `\n## ${index + 1}. ${rule}\n\n`;
    yield `In ${files.map((file) => `\`${file}\``).join(', ')}.\n\n`;
    yield `- **Specification:** ${written}\n- **Why it does not hold:** ${why}\n- **Rendered instead:** ${instead}\n`;
  }
  yield `\n## Not on the network\n\nThe table's row "All services to SPIRE agent" is a Unix socket that the SPIFFE CSI driver mounts into the pod; no policy sees it. Workloads are in the trust domain \`${sdr.settings.trustDomain}\`. Cilium's own mutual authentication uses a trust domain of its own, \`spiffe.cilium\`; the two are separate.\n`;
}
