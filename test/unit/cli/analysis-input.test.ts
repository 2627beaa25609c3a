import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { checkSchema, diffSchema, explainSchema, reachSchema } from '../../../lib/analysis/format/json-schema';
import { commandsOnShop } from './shop';

const portcullis = commandsOnShop();

describe('errors of usage', () => {
  test.each([
    ['reach', ['nowhere'], 'nowhere\n  error: there is no such file or directory\n  → name a directory'],
    ['check', ['nowhere'], 'nowhere\n  error: there is no such file or directory'],
    ['diff', ['shop', 'nowhere'], 'nowhere\n  error: there is no such file or directory'],
    ['reach', ['shop', 'no*.yaml'], 'no*.yaml\n  error: the pattern matches no file'],
    ['reach', ['empty'], 'error: there are no manifests in empty; name what holds Kubernetes objects as YAML or JSON'],
    ['check', ['empty'], 'error: there are no manifests in empty'],
    ['diff', ['-', '-'], 'error: standard input can be only one of the two'],
    ['reach', ['unreadable'], '1 error\nerror: nothing in unreadable could be read'],
    ['explain', ['unreadable', '--from', 'a/', '--to', 'b/', '--port', 'tcp'], 'nothing in unreadable could be read'],
    ['diff', ['shop', 'unreadable'], 'error: nothing in unreadable could be read'],
    ['check', [], "missing required argument 'path'"],
    ['diff', ['shop'], "missing required argument 'new'"],
    ['diff', ['shop', 'shop', 'shop'], 'too many arguments'],
    [
      'reach',
      ['shop', '--from', 'shop/nobody'],
      "there is no workload 'nobody' in namespace 'shop'; there are api, web",
    ],
    ['reach', ['shop', '--from', 'shop/wbe'], "did you mean 'web'?"],
    ['reach', ['shop', '--from', 'shpo/'], "no workload is in a namespace 'shpo'; did you mean 'shop'?"],
    ['reach', ['shop', '--from', 'Shop/'], "'Shop/' names no end; write namespace/name"],
    ['reach', ['shop', '--from', 'api.example.com'], "'api.example.com' can only be a destination"],
    [
      'explain',
      ['shop', '--from', 'api.example.com', '--to', 'shop/api', '--port', '80'],
      "'api.example.com' can only be a destination; ask for the addresses that connections come from",
    ],
    ['reach', ['shop', '--from', '10.0.0.0/33'], "'10.0.0.0/33' is no address and no CIDR"],
    ['reach', ['shop', '--port', 'http'], "'http' is no port"],
    ['reach', ['shop', '--port', 'tcp/0'], 'out of range'],
    ['reach', ['shop', '--dialect', 'calico'], "'calico' is no dialect; use kubernetes or cilium-1.18"],
    [
      'reach',
      ['shop', '--dialect', 'kubernetes', '--to', 'api.example.com'],
      "plain Kubernetes tells no host names apart, so nothing is known about 'api.example.com'; ask for its addresses",
    ],
    ['reach', ['shop', '--format', 'yaml'], 'Allowed choices are text, json, csv, dot, mermaid'],
    ['explain', ['shop', '--format', 'csv'], 'Allowed choices are text, json'],
    ['diff', ['shop', 'open', '--format', 'csv'], 'Allowed choices are text, json, markdown'],
    ['diff', ['shop', 'open', '--fail-on', 'added-word'], 'added-word'],
    ['check', ['shop', '--fail-on', 'info'], 'Allowed choices are error, warning'],
  ])('%s %j', async (command, args, message) => {
    const { code, stdout, stderr } = await portcullis(command, ...args);
    expect(stderr).toContain(message);
    expect([code, stdout]).toEqual([3, '']);
  });
});

describe('JSON', () => {
  const ASK = ['--from', 'shop/web', '--to', 'shop/api', '--port', '8080'];

  test.each([
    ['reach', ['shop', '--grants'], reachSchema],
    ['reach', ['broken'], reachSchema],
    ['explain', ['shop', ...ASK], explainSchema],
    ['explain', ['shop', '--from', 'shop/', '--to', 'shop/', '--port', 'tcp'], explainSchema],
    ['explain', ['open', '--from', 'shop/', '--to', 'world', '--port', 'tcp/443'], explainSchema],
    ['diff', ['shop', 'open'], diffSchema],
    ['check', ['open'], checkSchema],
  ] as const)('of %s %j is as its schema says', async (command, args, schema) => {
    const { stdout } = await portcullis(command, ...args, '--format', 'json');
    const data = JSON.parse(stdout);
    expect(v.parse(schema, data)).toEqual(data);
    expect(v.safeParse(schema, { ...data, further: true }).success).toBe(false);
  });
});
