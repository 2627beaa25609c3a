/** Security tools that an environment may have, besides what is always on. */
export const SECURITY_TOOLS = ['opa', 'kyverno', 'cilium', 'spire', 'envoy', 'falco'] as const;
export type SecurityTool = (typeof SECURITY_TOOLS)[number];

/** Which of them are on. */
export type ToolProfile = Readonly<Record<SecurityTool, boolean>>;

/** Tools that nothing is rendered for yet: they count as off. */
export const NOT_RENDERED: readonly SecurityTool[] = Object.freeze(['envoy', 'falco'] as const);
