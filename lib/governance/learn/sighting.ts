/** A call or a connection of a workspace to something outside, from a log or a recording. */
export interface Sighting {
  readonly workspace: string;
  /** Host as it was written; never a URL, which may hold a password. */
  readonly host: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly count: number;
  /** When, in UTC: `2026-03-01T12:00:00Z`. */
  readonly time?: string;
}

/** Something that will not be proposed, and why. */
export interface Refusal extends Omit<Sighting, 'workspace' | 'host' | 'port' | 'protocol'> {
  /** Undefined where the log does not say. */
  readonly workspace?: string;
  /** `api.example.com:443`, `203.0.113.7`, or what stands for it. */
  readonly target: string;
  readonly reason: string;
  readonly fix: string;
}

/** A system that a workspace was seen to use, ready for its allowlist. */
export interface ProposedEntry {
  readonly host: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** Number of calls or flows. */
  readonly count: number;
  readonly first?: string;
  readonly last?: string;
}

export interface WorkspaceProposal {
  readonly workspace: string;
  /** By host, port and protocol. */
  readonly entries: readonly ProposedEntry[];
}

/** What was seen and is not proposed. */
export interface NotProposed {
  readonly workspace?: string;
  readonly target: string;
  readonly reason: string;
  /** What to do instead. */
  readonly fix: string;
  readonly count: number;
  readonly first?: string;
  readonly last?: string;
}
