import * as pulumi from '@pulumi/pulumi';
import type { RegisterResourceRequest } from '@pulumi/pulumi/proto/resource_pb';

/** A registration as the engine receives it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly parent: string;
  /** URN and id of the provider; empty for components. */
  readonly provider: string;
  readonly isCustom: boolean;
  /** Resources that were asked to come before, without those that only stand in a property. */
  readonly dependencies: readonly string[];
  readonly isProtected: boolean;
  readonly secretOutputs: readonly string[];
  /** Inputs as they cross the wire: secrets are maps with a signature. */
  readonly wire: unknown;
  /** Inputs without secretness. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What Pulumi puts around a secret. */
export const SECRET = { '4dabf18193072939515e22adb298388d': '1b47061264138c4ac30d75fd1eb44270' };

type Callback = (error: unknown, response: { getUrn(): string }) => void;

/** What mocks put in the place of the engine. */
interface Monitor {
  registerResource(request: RegisterResourceRequest, callback: Callback): Promise<void>;
}

/** Mocks the engine, and notes every registration with its options, which mocks do not see. */
export class Recorder {
  readonly registrations: Registration[] = [];

  /** Takes over from whatever stood in before. */
  static start(stack: string, { preview = false, project = 'portcullis' } = {}): Recorder {
    const recorder = new Recorder();
    const mocks: pulumi.runtime.Mocks = {
      newResource: ({ name, inputs }) => ({ id: `${name}-id`, state: inputs }),
      call: ({ inputs }) => inputs,
    };
    void pulumi.runtime.setMocks(mocks, project, stack, preview);
    recorder.listen(pulumi.runtime.getMonitor() as unknown as Monitor);
    return recorder;
  }

  /** Everything that was registered, once nothing is under way any more. */
  async settled(): Promise<readonly Registration[]> {
    await pulumi.runtime.disconnect();
    return this.registrations;
  }

  private listen(monitor: Monitor): void {
    const register = monitor.registerResource.bind(monitor);
    monitor.registerResource = (request, callback) =>
      register(request, (error, response) => {
        if (error === null) this.note(request, response.getUrn());
        callback(error, response);
      });
  }

  private note(request: RegisterResourceRequest, urn: string): void {
    const wire = request.getObject()?.toJavaScript() ?? {};
    this.registrations.push({
      type: request.getType(),
      name: request.getName(),
      urn,
      parent: request.getParent(),
      provider: request.getProvider(),
      isCustom: request.getCustom(),
      dependencies: request.getDependenciesList(),
      isProtected: request.getProtect() ?? false,
      secretOutputs: request.getAdditionalsecretoutputsList(),
      wire,
      inputs: plain(wire) as Readonly<Record<string, unknown>>,
    });
  }
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const [signature] = Object.keys(SECRET) as [string];
  if (signature in value && 'value' in value) return plain(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, plain(field)]));
}
