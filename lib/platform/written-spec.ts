/**
 * The spec of a policy as somebody wrote it, rendered to the letter instead of what the edges say: for comparing a
 * document with what a program makes of it.
 */
export type WrittenSpec = Readonly<Record<string, unknown>>;
