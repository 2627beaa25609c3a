import { LAYERS } from '../../../model/stage';
import { layerStates } from '../stages';
import { egress } from './egress';
import { identities } from './identities';
import { mtls } from './mtls';
import { prerequisites } from './prerequisites';
import { rollBack } from './roll-back';
import { block, expected, type RunbookSubject } from './section';
import { tools } from './tools';

/**
 * RUNBOOK.md: how network policies, mutual TLS and tool allowlists come into force, are checked, and are taken back,
 * one layer at a time.
 * @see seed 000; SPIRE 1.15.3, doc/spire_server.md and doc/spire_agent.md; https://docs.cilium.io/en/stable/security/policy/intro/
 */
export function* runbook(subject: RunbookSubject): Generator<string> {
  yield `# Roll-out of Portarium: ${subject.environment}\n\n`;
  yield 'Layers come into force in this order, and are taken back in the other one: egress, mutual TLS, tools. Run `kubectl` and `portarium` from the folder of this file, and `portcullis` where the environment files are. What stands in `<…>` is for you to fill in.\n';
  yield* stages(subject);
  yield* prerequisites(subject);
  yield* identities(subject);
  yield* egress(subject);
  yield* mtls(subject);
  yield* tools(subject);
  yield* validation(subject);
  yield* rollBack(subject);
}

function* stages({ portarium, identity }: RunbookSubject): Generator<string> {
  yield '\n## Where it is\n\n| workspace | egress | mTLS | tools |\n|---|---|---|---|\n';
  const settings = identity === undefined ? {} : { identity };
  for (const { workspaceId } of portarium.workspaces) {
    const states = layerStates(portarium, portarium.stagesOf(workspaceId), settings);
    yield `| ${workspaceId} | ${LAYERS.map((layer) => states[layer]).join(' | ')} |\n`;
  }
  if (portarium.dialect.canObserve) return;
  yield `\nThe dialect \`${portarium.dialect.name}\` cannot observe: policies of a layer that is \`held-back\` are not rendered, and nothing is enforced there.\n`;
}

function* validation({ environment, portarium }: RunbookSubject): Generator<string> {
  yield '\n## 6. Validate\n\nThe checklist of the enforcement guide, and what proves each item:\n';
  yield* block(
    `portcullis compliance --env ${environment} --logs calls.jsonl > enforcement.md`,
    `kubectl -n ${portarium.controlPlane.namespace} get configmaps -l portcullis.dev/workspace -L portcullis.dev/stage-egress,portcullis.dev/stage-mtls,portcullis.dev/stage-tools`,
  );
  yield expected(
    'exit code 0, and no item that is not met. The report names what is left to be checked live, with its commands. The second command lists the same stages as the table above.',
  );
  yield '\n### Once it is stable\n\n';
  yield '- Take the audit logging of phase 1 out.\n- Archive the backups of the credentials of agents. After that there is no way back to phase 3.\n- Let the report be written every day, from the manifests that are applied, and keep it for auditors:\n';
  yield* block(`portcullis compliance <folder of this file> --format json > enforcement.json`);
  yield expected('exit code 0. It is 1 once something that is said to be enforced does not hold any more.');
}
