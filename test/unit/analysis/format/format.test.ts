import { describe, expect, test } from 'vitest';
import { diff } from '../../../../lib/analysis/answer/diff';
import { explain } from '../../../../lib/analysis/answer/explain';
import { parsePeer } from '../../../../lib/analysis/answer/peer';
import { parsePort } from '../../../../lib/analysis/answer/port-query';
import { reach } from '../../../../lib/analysis/answer/reach';
import { diffMarkdown } from '../../../../lib/analysis/format/diff-markdown';
import { explainText } from '../../../../lib/analysis/format/explain-text';
import { type ReachFormat, reachAs } from '../../../../lib/analysis/format/reach-format';
import { ciliumPolicy, cluster, denyAll, manifests, networkPolicy } from '../answer/cluster';

/** A name that means something to every format. No cluster takes it, but files may hold anything. */
const ODD = 'o"d,d|`<b>\u001b[31m';
const PODS = { 'shop/web': {}, [`shop/${ODD}`]: { labels: { app: 'odd' } } };
const OPEN = networkPolicy(
  'shop/odd',
  '{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }, { port: 443, endPort: 445 }] }], egress: [{ to: [{ podSelector: {} }] }] }',
);

function written(format: ReachFormat): string {
  const analysis = cluster(PODS, OPEN, { dialect: { kind: 'kubernetes' } });
  const query = { from: parsePeer('shop/web') };
  return [...reachAs(format, analysis, (alike) => reach(analysis, { ...query, alike }))].join('');
}

test('text names ports in order, and shows nothing that a terminal would act on', () => {
  expect(written('text')).toBe(
    `shop/web[Deployment] => shop/o"d,d|\`<b>\\u{1b}[31m[Deployment] : TCP 80,443-445\nshop/web[Deployment] => shop/web[Deployment] : TCP 80,443-445\n`,
  );
});

test('CSV quotes what needs it', () => {
  const lines = written('csv').split('\r\n');
  expect(lines[0]).toBe('from,to,protocol,ports,requests,authenticated,resolvable');
  expect(lines[1]).toContain('shop/web[Deployment],"shop/o""d,d|');
  expect(lines[1]).toContain('TCP,"80,443-445",,false,');
});

test('dot and mermaid hold the name as text', () => {
  expect(written('dot')).toContain('o\\"d,d|`<b>');
  expect(written('mermaid')).not.toContain('"o"d');
  for (const format of ['dot', 'mermaid'] as const) expect(written(format)).not.toContain('\u001b');
});

test('JSON keeps the name as it is', () => {
  const { pairs } = JSON.parse(written('json'));
  expect(pairs[0].to.name).toBe(ODD);
});

describe('Markdown', () => {
  test('keeps a name from becoming markup', () => {
    const change = diff(manifests(PODS, denyAll('shop')), manifests(PODS, OPEN));
    const text = diffMarkdown(change);
    expect(text).not.toContain('\u001b');
    expect(text.split('\n').filter((line) => line.startsWith('<'))).toEqual([]);
  });

  test('is a few lines for many pairs that change alike', () => {
    const many = Object.fromEntries(
      Array.from({ length: 200 }, (_, index) => [`shop/w${index}`, { labels: { app: 'w' } }]),
    );
    const text = diffMarkdown(diff(manifests(many, denyAll('shop')), manifests(many, OPEN)));
    expect(text.split('\n').length).toBeLessThan(20);
    expect(text).toContain('200');
  });
});

test('an explanation of many pairs tells alike ones once', () => {
  const analysis = cluster(
    { 'shop/a': { labels: { app: 'x' } }, 'shop/b': { labels: { app: 'x' } }, 'shop/db': {} },
    denyAll('shop') +
      ciliumPolicy('shop/db', '{ endpointSelector: { matchLabels: { app: db } }, ingress: [{ fromEndpoints: [{}] }] }'),
    { dialect: { kind: 'cilium', version: '1.19' } },
  );
  const text = [
    ...explainText(
      explain(analysis, { from: parsePeer('shop/'), to: parsePeer('shop/db'), port: parsePort('tcp/5432') }),
    ),
  ].join('');
  expect(text).toContain('shop/a[Deployment] and 1 alike => shop/db[Deployment] : TCP 5432 is not allowed');
  // Pods of one Deployment are others to each other.
  expect(text).toContain('shop/db[Deployment] => shop/db[Deployment] : TCP 5432 is not allowed');
});
