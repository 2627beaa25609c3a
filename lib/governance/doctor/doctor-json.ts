import type { DoctorJson } from './doctor-schema';
import type { Examination, ExaminedTool } from './examine';

/** For machines; see doctor-schema.ts. */
export function doctorJson({ tools, findings }: Examination): string {
  const data: DoctorJson = { schemaVersion: 1, tools: tools.map(toolJson), findings };
  return `${JSON.stringify(data, undefined, 2)}\n`;
}

function toolJson({ tool, answer, pin, state, verified }: ExaminedTool): DoctorJson['tools'][number] {
  const { name, minimum, reason, source } = tool;
  return {
    name,
    state,
    ...(answer.state === 'found' ? { version: answer.version } : {}),
    ...(answer.state === 'missing' ? {} : { file: answer.file }),
    minimum,
    reason,
    source,
    ...(pin === undefined ? {} : { pinned: pin.version }),
    verified,
  };
}
