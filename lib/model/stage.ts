/**
 * How far a layer has been rolled out: `observe` matches and reports but never drops, `enforce` drops what no edge
 * allows.
 */
export type Stage = 'observe' | 'enforce';

export const STAGES: readonly Stage[] = Object.freeze(['observe', 'enforce']);
