import { InvalidValueError } from '../finding';
import type { Allowlist } from '../model/allowlist';
import { Component } from './component';

/** The trusted workers that run workflows: the only pods that reach systems of record. */
export class ExecutionPlane extends Component {
  /**
   * Allows every entry of an allowlist, each with its own ports and purpose.
   * @throws InvalidValueError if the list is empty without saying `none`
   */
  allowEgress(allowlist: Allowlist): void {
    if (allowlist === 'none') return;
    if (allowlist.length === 0) {
      throw new InvalidValueError(
        { message: 'the egress allowlist is empty', fix: "list what is allowed, or say 'none'" },
        this.node.path,
      );
    }
    for (const { peer, ports, purpose } of allowlist) this.allowTo(peer, { ports, purpose });
  }
}
