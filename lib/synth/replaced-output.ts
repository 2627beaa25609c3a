import type { Finding } from '../finding';

/** An output that was replaced already when the next one failed, which only somebody else's files there can cause. */
export function replacedOutput(outdir: string): Finding {
  return {
    rule: 'output-directory',
    severity: 'info',
    where: { file: outdir },
    message: 'this output was already replaced when another one failed',
    fix: 'run again once that is repaired',
  };
}
