/**
 * What a recording holds besides flows that policies decide about, and why it is not judged. Nothing of a recording is
 * left out without being counted here.
 */
export const SKIPPED = {
  garbage: { text: 'no JSON', isLoss: true },
  truncated: { text: 'JSON that ends too early', isLoss: true },
  'too-long': { text: 'longer than a flow can be', isLoss: true },
  'no-flow': { text: 'JSON that is no flow of Hubble', isLoss: true },
  'lost-events': { text: 'events that Hubble lost', isLoss: true },
  'no-ends': { text: 'flows without source or destination', isLoss: true },
  'no-port': { text: 'flows without a protocol and port', isLoss: true },
  'no-direction': { text: 'flows that do not say whether they are replies', isLoss: true },
  'before-translation': {
    text: 'flows to the address of a Service, which show again to the pod behind it',
    isLoss: false,
  },
  reply: { text: 'replies, which pass with what they answer', isLoss: false },
  'other-protocol': { text: 'flows of protocols that no policy knows', isLoss: false },
  'other-drop': { text: 'packets that were dropped for other reasons than policy', isLoss: false },
  error: { text: 'requests that ended in an error of the proxy', isLoss: false },
  socket: { text: 'translations of sockets', isLoss: false },
  'other-event': { text: 'events of nodes and agents', isLoss: false },
} as const satisfies Readonly<Record<string, { readonly text: string; readonly isLoss: boolean }>>;

export type SkipKind = keyof typeof SKIPPED;

/** So many lines of a kind. */
export interface Skipped {
  readonly kind: SkipKind;
  /** Lines; for `lost-events` the events that they tell of. */
  readonly count: number;
  /** Where the first one stands; `-` is standard input. */
  readonly first: { readonly file: string; readonly line: number };
  /** Whether the recording is less complete for it. */
  readonly isLoss: boolean;
}

/** Counts what is not judged, by kind. */
export class SkipCounts {
  private readonly byKind = new Map<SkipKind, { count: number; first: { file: string; line: number } }>();

  add(kind: SkipKind, file: string, line: number, count = 1): void {
    const known = this.byKind.get(kind);
    if (known === undefined) this.byKind.set(kind, { count, first: { file, line } });
    else known.count += count;
  }

  /** What tells of a loss first, each in the order of SKIPPED. */
  list(): readonly Skipped[] {
    const kinds = Object.keys(SKIPPED) as readonly SkipKind[];
    return kinds.flatMap((kind) => {
      const found = this.byKind.get(kind);
      return found === undefined ? [] : [{ kind, ...found, isLoss: SKIPPED[kind].isLoss }];
    });
  }
}
