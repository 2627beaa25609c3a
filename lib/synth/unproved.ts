import type { Construct, IConstruct } from 'constructs';
import type { Finding } from '../finding';

const UNPROVED = Symbol.for('portcullis.unproved');

interface Claiming {
  readonly [UNPROVED]: () => readonly Finding[];
}

/** Lets a construct say what it claims of the manifests, for whoever writes them without a proof. */
export function addUnproved(construct: Construct, collect: () => readonly Finding[]): void {
  Object.defineProperty(construct, UNPROVED, { value: collect });
}

/** What a construct claims, as warnings that nobody has proved it. */
export function unprovedOf(construct: IConstruct): readonly Finding[] {
  return UNPROVED in construct ? (construct as IConstruct & Claiming)[UNPROVED]() : [];
}
