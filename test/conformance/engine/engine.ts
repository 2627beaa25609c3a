import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { inject } from 'vitest';
import type { Protocol } from '../../../lib/analysis/connection/connection';
import type { KubeObject } from '../../../lib/kube/object';

/** What tools/cilium-engine reads; see its request.go. */
export interface EngineRequest {
  readonly namespaces: readonly object[];
  readonly workloads: readonly object[];
  readonly services: readonly object[];
  readonly policies: readonly KubeObject[];
  readonly cidrGroups: readonly KubeObject[];
  readonly ends: readonly EngineEnd[];
  readonly pairs: readonly (readonly [number, number])[];
  readonly packets: readonly Packet[];
  readonly requests: readonly L7Request[];
}

export interface EngineEnd {
  /** Counted from 1. */
  readonly workload?: number;
  readonly address?: string;
  readonly host?: string;
  readonly entity?: string;
  readonly family?: 4 | 6;
}

export interface Packet {
  readonly protocol: Protocol;
  readonly port: number;
}

/** What somebody says to a proxy. */
export type L7Request =
  | { readonly kind: 'http'; readonly method: string; readonly path: string }
  | { readonly kind: 'dns' | 'sni'; readonly name: string }
  | { readonly kind: 'kafka'; readonly topic: string; readonly apiKey: number };

export interface EngineAnswer {
  /** Policies that the agent does not take in, `Kind namespace/name`, with its error. */
  readonly refused: Readonly<Record<string, string>>;
  readonly fates: readonly Fate[];
  /** Ends whose policies the agent cannot merge, by index, with its error. */
  readonly uncomputable: Readonly<Record<string, string>>;
  /** For each pair an index in `fates` for each packet; null where an end is uncomputable. */
  readonly flows: readonly (readonly number[] | null)[];
}

export interface Fate {
  readonly allowed: boolean;
  readonly authenticated: boolean;
  /** Kinds of the proxies at the source and at the destination: `http`, `dns`, `kafka`, `tls`, or nothing. */
  readonly proxies: readonly [string, string];
  /** For each request `y` (passes), `n` (is refused) or `?` (the proxy speaks another language). */
  readonly requests: string;
}

export interface PatternQuestion {
  readonly matchName?: string;
  readonly matchPattern?: string;
  readonly names: readonly string[];
}

export interface PatternAnswer {
  /** For each name `y` or `n`. */
  readonly matches: string;
  readonly refused?: string;
}

/** Cilium's policy engine as a program that answers one question after the other. */
export class Engine {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private stderr = '';

  constructor() {
    const file = inject('tools')['cilium-engine'];
    if (file === undefined) throw new Error('the tool cilium-engine was left out');
    this.process = spawn(file, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = `${this.stderr}${text}`.slice(-10_000);
    });
    this.lines = createInterface(this.process.stdout)[Symbol.asyncIterator]();
  }

  async judge(request: EngineRequest): Promise<EngineAnswer> {
    return (await this.ask(request)) as EngineAnswer;
  }

  async match(patterns: readonly PatternQuestion[]): Promise<readonly PatternAnswer[]> {
    return (await this.ask({ patterns })) as readonly PatternAnswer[];
  }

  stop(): void {
    this.process.stdin.end();
  }

  private async ask(question: object): Promise<object> {
    this.process.stdin.write(`${JSON.stringify(question)}\n`);
    const { value, done } = await this.lines.next();
    if (done === true) throw new Error(`the engine stopped: ${this.stderr}`);
    const answer = JSON.parse(value) as object;
    if ('error' in answer) throw new Error(`the engine cannot tell: ${String(answer.error)}`);
    return answer;
  }
}
