/**
 * Settings as the text of a YAML file inside a ConfigMap: no folded lines, nothing by reference.
 */
export function yamlText(value: unknown): string {
  // Loading the library takes longer than loading this whole room, and most programs have no use for it.
  const { stringify } = require('yaml') as typeof import('yaml');
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false, singleQuote: true });
}
