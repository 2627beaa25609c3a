// jq alone, counting what is no reply: it judges nothing, and shows what reading costs.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

export async function judge({ folder }) {
  const started = performance.now();
  const program = 'reduce inputs.flow as $flow (0; if $flow.is_reply then . else . + 1 end)';
  const child = spawn('jq', ['-n', program, path.join(folder, 'flows.jsonl')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let requests = 0;
  for await (const line of createInterface({ input: child.stdout })) requests = Number(line);
  return { requests, seconds: (performance.now() - started) / 1000 };
}
