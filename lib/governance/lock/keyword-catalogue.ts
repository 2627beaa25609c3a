/**
 * Hosts that keywords of the plain form stand for, each read in the vendor's documentation. A keyword stands for these
 * hosts and no others: looking for the word in a name would let `evil-openai.com` through.
 * @see https://platform.openai.com/docs/api-reference/introduction
 * @see https://docs.anthropic.com/en/api/overview
 * @see https://docs.github.com/en/rest/using-the-rest-api/getting-started-with-the-rest-api
 * @see https://huggingface.co/docs/huggingface_hub/package_reference/environment_variables#hfendpoint
 * @see https://docs.mistral.ai/api/
 * @see https://docs.cohere.com/reference/about
 * @see https://ai.google.dev/api
 * @see https://docs.stripe.com/api
 */
export const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  anthropic: ['api.anthropic.com'],
  cohere: ['api.cohere.com'],
  gemini: ['generativelanguage.googleapis.com'],
  github: ['api.github.com'],
  huggingface: ['huggingface.co'],
  mistral: ['api.mistral.ai'],
  openai: ['api.openai.com'],
  stripe: ['api.stripe.com'],
};

/** The hosts of a token: those of a keyword, or the host that it is; undefined for a word that nobody reviewed. */
export function hostsOf(token: string): readonly string[] | undefined {
  if (token.includes('.')) return [token];
  return Object.hasOwn(KEYWORDS, token) ? KEYWORDS[token] : undefined;
}
