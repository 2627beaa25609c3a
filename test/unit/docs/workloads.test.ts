import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ApiObject, App, Chart } from 'cdk8s';
import { expect, test, vi } from 'vitest';
import { main } from '../../../lib/cli/main';
import { printFindings } from '../../../lib/cli/print-finding';
import { WORKLOAD_RULES } from '../../../lib/kube/workload-rule/index';
import { EXAMPLE_CONTAINER } from '../../../lib/kube/workload-rule/rule';
import { Platform } from '../../../lib/platform/platform';
import { GUARDS } from '../../../lib/render/admission/index';
import { kubernetes } from '../../../lib/render/network/kubernetes';
import { plan } from '../../../lib/synth/synthesize';

const ROOT = resolve(__dirname, '../../..');
const PAGE = readFileSync(join(ROOT, 'docs/workloads.md'), 'utf8');

/** The fenced block behind a marker comment. */
function block(marker: string): string {
  const match = new RegExp(`<!-- output: ${marker} -->\\n\`\`\`\\w+\\n([\\s\\S]*?)\`\`\``).exec(PAGE);
  return match?.[1] ?? '';
}

/** What is written to a stream meanwhile, without colours. */
async function written(stream: 'stdout' | 'stderr', run: () => unknown): Promise<string> {
  const write = vi.spyOn(process[stream], 'write').mockReturnValue(true);
  try {
    await run();
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
    return text.replaceAll(/\u001b\[\d+m/g, '');
  } finally {
    write.mockRestore();
  }
}

test('the rules are those that there are', () => {
  for (const { id, title } of WORKLOAD_RULES) expect(PAGE).toContain(`| [${id}](rules/${id}.md) | ${title} |`);
  expect(PAGE.match(/^\| \[/gm)).toHaveLength(WORKLOAD_RULES.length);
});

test('the guards are those that there are', () => {
  expect([...PAGE.matchAll(/^\| `(guard-[a-z-]+)` \|/gm)].map(([, id]) => id)).toEqual(GUARDS.map(({ id }) => id));
});

test('a workload is refused as shown', async () => {
  const app = new App({ outdir: '/nowhere' });
  new Platform(app, 'platform', { dialect: kubernetes() });
  const container = {
    name: 'main',
    image: 'agent:latest',
    env: [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name: 'vault', key: 'token' } } }],
    resources: { limits: { cpu: EXAMPLE_CONTAINER.resources.limits.cpu } },
    securityContext: { runAsUser: 0 },
  };
  const spec = { containers: [container], volumes: [{ name: 'logs', hostPath: { path: '/var/log' } }] };
  new ApiObject(new Chart(app, 'shop', { namespace: 'shop' }), 'agent', {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'agent', namespace: 'shop' },
    spec: { template: { spec } },
  });
  const shown = await written('stderr', () => printFindings(plan(app).findings));
  expect(shown).toContain(block('refusal'));
  expect(block('refusal')).not.toBe('');
});

test('the profile is as shown', async () => {
  const environments = join(ROOT, 'environments');
  const argv = ['node', 'portcullis', 'profile', '--environments', environments, '--env', 'dev'];
  expect(await written('stdout', () => main(argv))).toBe(block('profile'));
});

test('the profile as JSON has every row', async () => {
  const environments = join(ROOT, 'environments');
  const argv = ['node', 'portcullis', 'profile', '--environments', environments, '--format', 'json'];
  const { schemaVersion, environments: all } = JSON.parse(await written('stdout', () => main(argv)));
  expect(schemaVersion).toBe(1);
  expect(all.map(({ environment }: { environment: string }) => environment)).toEqual(['dev', 'prod']);
});
