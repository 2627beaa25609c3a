/** Security tools that an environment may have, besides what is always on. */
export const SECURITY_TOOLS = ['opa', 'kyverno', 'cilium', 'spire', 'envoy', 'falco'] as const;
export type SecurityTool = (typeof SECURITY_TOOLS)[number];

/** Which of them are on. */
export type ToolProfile = Readonly<Record<SecurityTool, boolean>>;
