import * as v from 'valibot';
import { counts, type Data, described, finding, says, time, version } from '../../analysis/format/json-parts';
import { skipped } from '../../analysis/format/skipped-schema';

const protocol = described(v.picklist(['TCP', 'UDP', 'SCTP', 'ICMP', 'ICMPv6']), 'Protocol.');

const event = v.strictObject({
  time: time('When, in UTC.'),
  verdict: described(v.picklist(['allowed', 'blocked']), 'What became of it when it was recorded.'),
  source: says('Namespace and name of the workload that asked.'),
  host: says('The name that the pod had looked up, or the address; several names with commas between them.'),
  protocol,
  port: counts('Port; for ICMP the type.'),
  request: v.optional(says('What was asked for: GET /v1, dns api.example.com. Absent for connections.')),
  count: counts('Number of flows.'),
});

const byVerdict = (description: string) =>
  described(
    v.strictObject({
      allowed: described(v.array(v.string()), 'Of what was allowed.'),
      blocked: described(v.array(v.string()), 'Of what was blocked.'),
    }),
    description,
  );

const host = v.strictObject({
  host: says('The name that pods had looked up, or the address.'),
  allowed: counts('Flows that got there.'),
  blocked: counts('Flows that were dropped, and lookups that were refused.'),
  sources: byVerdict('Who asked, at most 20.'),
  ports: byVerdict('Protocols and ports: TCP 443; at most 20.'),
  first: time('When the first one was, in UTC.'),
  last: time('When the last one was.'),
  recent: described(v.array(event), 'The newest events, the newest first; at most 5.'),
});

/** What a recording says, as the reports of two commands have it. The names of the totals are those of seed 003. */
export const recordedParts = {
  allowed_total: counts('Flows that left the cluster.'),
  blocked_total: counts('Flows that were to leave it and did not, and lookups that were refused.'),
  hosts: described(v.array(host), 'Hosts outside the cluster, those first of which most was blocked.'),
  recent_events: described(v.array(event), 'The newest events, the newest first; at most 20.'),
  unlisted: described(
    v.strictObject({ allowed: counts('Allowed.'), blocked: counts('Blocked.') }),
    'Flows to further hosts, beyond the first 10,000.',
  ),
  inside: counts('Flows that are about nothing outside the cluster.'),
  skipped: skipped('Lines that hold no flow to look at.'),
};

/** What `portcullis report --format json` prints. */
export const flowReportSchema = v.strictObject({
  schemaVersion: version,
  ...recordedParts,
  findings: described(v.array(finding), 'One for each host of which something was blocked.'),
});

export type FlowReportJson = Data<v.InferOutput<typeof flowReportSchema>>;
