// Stands in for Pulumi's engine and answers every registration at once, so that what is measured is the program.

import pulumi from '@pulumi/pulumi';

/** Runs a program and waits until everything is registered. */
export async function registered(program) {
  const counts = { objects: 0, bytes: 0, dependencies: 0, isProtected: 0 };
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, type, inputs }) => {
        if (type.startsWith('kubernetes:')) {
          counts.objects++;
          counts.bytes += JSON.stringify([inputs.apiVersion, inputs.kind, inputs.metadata, inputs.spec]).length;
        }
        return { id: `${name}-id`, state: inputs };
      },
      call: ({ inputs }) => inputs,
    },
    'bench',
    'bench',
  );
  // Mocks are not told the options.
  const monitor = pulumi.runtime.getMonitor();
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    counts.dependencies += request.getDependenciesList().length;
    if (request.getProtect()) counts.isProtected++;
    return register(request, callback);
  };
  program();
  await pulumi.runtime.disconnect();
  return counts;
}
