import type { HttpRule } from '../../model/l7';

/** Requests that spine-proofs-api documents. */
export const PROOFS_REQUESTS: readonly HttpRule[] = [
  { method: 'GET', path: '/v1/checkpoints/.*' },
  { method: 'GET', path: '/v1/proofs/.*' },
  { method: 'GET', path: '/healthz' },
];

/** Requests that hushd documents. */
export const HUSHD_REQUESTS: readonly HttpRule[] = [
  { method: 'POST', path: '/api/v1/check' },
  { method: 'GET', path: '/api/v1/events' },
  { method: 'GET', path: '/api/v1/audit/.*' },
  { method: 'GET', path: '/health' },
];
