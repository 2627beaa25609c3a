/** What an API server said. */
export interface ApiAnswer {
  /** Status of HTTP. */
  readonly status: number;
  /** The body as JSON; undefined for what is none. */
  readonly body: unknown;
  /** Seconds after which to ask again, where the server said so. */
  readonly retryAfter?: number;
}

/** A cluster that can be read, and nothing else. */
export interface ApiClient {
  /** Name of the context. */
  readonly name: string;
  /**
   * Sends a GET.
   * @param path below the address of the server, with its query: `/api/v1/namespaces?limit=500`
   * @throws FindingsError if nobody answers
   */
  get(path: string): Promise<ApiAnswer>;
}

export interface ConnectOptions {
  /**
   * File that says where clusters are and who asks.
   * @default - as kubectl: KUBECONFIG, ~/.kube/config, then the service account of the pod
   */
  readonly kubeconfig?: string;
  /** @default - the current context of the file */
  readonly context?: string;
  /**
   * Seconds that the server has for each answer.
   * @default 30
   */
  readonly timeout?: number;
}
