import { InvalidValueError, quoted } from '../finding';
import type { Allowlist } from '../model/allowlist';
import { Component } from './component';

/** The trusted workers that run workflows: the only pods that reach systems of record. */
export class ExecutionPlane extends Component {
  /**
   * Allows every entry of an allowlist, each with its own ports and purpose.
   * @throws InvalidValueError if the list is empty without saying `none`, or is no list
   */
  allowEgress(allowlist: Allowlist): void {
    if (allowlist === 'none') return;
    if (!Array.isArray(allowlist) || allowlist.length === 0) {
      const word = typeof allowlist === 'string' ? `${quoted(allowlist)}, which is no list` : 'empty';
      const problem = { message: `the egress allowlist is ${word}`, fix: "list what is allowed, or say 'none'" };
      throw new InvalidValueError(problem, this.node.path);
    }
    for (const { peer, ports, purpose } of allowlist) this.allowTo(peer, { ports, purpose });
  }
}
