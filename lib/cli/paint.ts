import type { WriteStream } from 'node:tty';
import pc from 'picocolors';
import type { Paint } from '../analysis/format/finding-text';

/** Colours are for a terminal at this very stream, and not for a log of CI; NO_COLOR is heeded. */
export function paint(stream: Pick<WriteStream, 'isTTY' | 'hasColors'> = process.stdout): Paint {
  const colours = pc.createColors(stream.isTTY === true && stream.hasColors());
  const bySeverity = { error: colours.red, warning: colours.yellow, info: colours.cyan };
  return { severity: (text, severity) => bySeverity[severity](text), strong: colours.bold, dim: colours.dim };
}
