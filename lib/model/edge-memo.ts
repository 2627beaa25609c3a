import type { Edge, EdgeEnd } from './edge';

/** The ends that a program names most come first: its services, before the workspaces that use them. */
const MOST_ENDS = 1024;
const MOST_VALUES = 16;

/** What is said about one end besides what it is. Lists of ports are told apart by identity: few serve all edges. */
type About = Pick<Edge, 'ports' | 'purpose'> & {
  readonly l7?: Edge['l7'] | undefined;
  readonly authentication?: Edge['authentication'] | undefined;
};

interface Known<Value> extends Pick<About, 'ports' | 'purpose' | 'authentication'> {
  readonly value: Value;
}

/**
 * Remembers what depends on one end of an edge and on what is said about it: ten thousand workspaces reach one vault
 * alike. Edges with L7 rules are told apart by too much, and are not remembered.
 */
export class EdgeMemo<Told extends About, Value> {
  private readonly known = new Map<EdgeEnd, Known<Value>[]>();

  /**
   * @param compute pure; told whether others will get the same value
   * @param options.ignoresPurpose whether the value is the same for every purpose; by default it is not
   */
  constructor(
    private readonly compute: (about: Told, end: EdgeEnd, isKept: boolean) => Value,
    private readonly options: { readonly ignoresPurpose?: boolean } = {},
  ) {}

  get(about: Told, end: EdgeEnd): Value {
    if (about.l7 !== undefined) return this.compute(about, end, false);
    const { ports, authentication } = about;
    const purpose = this.options.ignoresPurpose ? '' : about.purpose;
    let values = this.known.get(end);
    if (values === undefined) {
      if (this.known.size >= MOST_ENDS) return this.compute(about, end, false);
      values = [];
      this.known.set(end, values);
    }
    for (const known of values) {
      if (known.ports !== ports || known.purpose !== purpose || known.authentication !== authentication) continue;
      return known.value;
    }
    const isKept = values.length < MOST_VALUES;
    const value = this.compute(about, end, isKept);
    if (isKept) values.push({ ports, purpose, authentication, value });
    return value;
  }
}
