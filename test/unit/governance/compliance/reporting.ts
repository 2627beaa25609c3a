import { loadManifests } from '../../../../lib/analysis/load/load';
import { type Compliance, compliance, type Judged } from '../../../../lib/governance/compliance/compliance';
import type { CallLog } from '../../../../lib/governance/rollout/call-log';
import { withRendering } from '../../../../lib/program/rendering';
import { environments, type Settings } from '../environment';

/** Reports on what is rendered for settings in folders of the calling test file. */
export function reporting() {
  const { subject, root } = environments();
  /** The report, after something has been done to the files. */
  const report = (settings: Settings, tamper?: (folder: string) => void, log?: CallLog): Compliance => {
    const { environment, program } = subject(settings);
    return withRendering(program, environment, ({ folder }) => {
      tamper?.(folder);
      return compliance(loadManifests([folder]), { folder, title: 'prod', ...(log === undefined ? {} : { log }) });
    });
  };
  return { subject, root, report };
}

/** What is judged of a workspace. */
export const itemsOf = ({ workspaces }: Compliance, id = 'ws-0') =>
  workspaces.find(({ workspace }) => workspace === id)?.items ?? [];

/** One item of a report, of the first workspace or of the platform. */
export function item(of: Compliance, id: string): Judged {
  const found = [...itemsOf(of), ...of.platform].find((one) => one.id === id);
  if (found === undefined) throw new Error(id);
  return found;
}
