import { Construct } from 'constructs';
import { InvalidValueError } from '../finding';
import { kubernetesMinor } from '../model/cluster';
import type { Identity } from '../model/identity/identity';
import type { Labels } from '../model/label';
import { type EntriesDocument, entriesDocument } from '../render/identity/entries';
import { registrationJobs } from '../render/identity/registration-job';
import { renderedObject } from '../synth/rendered-object';
import { Component } from './component';
import { selectorLabels } from './label-scheme';
import { Platform } from './platform';

export interface IdentityRegistrationProps {
  /** Image of the SPIRE server, of the server's own version and with its digest. */
  readonly image: string;
  /**
   * Directory on the node in which the server makes its socket `api.sock`; the server's pod has to mount it from there.
   * @default /run/spire/server
   */
  readonly socketDirectory?: string;
  /** Pods of the server. */
  readonly server: { readonly namespace: string; readonly labels: Labels };
  /**
   * Ids of entries that are no longer declared, see retiredEntryIds.
   * @default - none
   */
  readonly retired?: readonly string[];
  /**
   * File below the output directory.
   * @default identities/registration.yaml
   */
  readonly file?: string;
}

const NAME = 'spire-registration';

/**
 * Registers every identity that the platform has declared so far, by Jobs that talk to the server's socket. Create it
 * last: identities that are declared later are a finding, since nobody would register them.
 *
 * @throws InvalidValueError with the construct path if the platform has no identities or no node alias
 */
export class IdentityRegistration extends Construct {
  readonly document: EntriesDocument;
  /** Names of the Jobs, in the server's namespace. */
  readonly jobNames: readonly string[];
  /** The identities that it registers. */
  readonly registered: ReadonlySet<Identity>;

  constructor(scope: Construct, id: string, props: IdentityRegistrationProps) {
    super(scope, id);
    const platform = Platform.of(this);
    const { identities } = platform;
    const path = this.node.path;
    if (identities === undefined) {
      const fix = 'give the platform identity: { trustDomain, nodeAlias, registrar: "job" }';
      throw new InvalidValueError({ message: 'the platform issues no identities', fix }, path);
    }
    const { server, image, socketDirectory = '/run/spire/server', retired = [] } = props;
    this.registered = new Set(identities.all);
    this.document = entriesDocument(identities.all, identities.alias);
    const { trustDomain } = identities.settings;
    const minor = kubernetesMinor(platform.cluster);
    const file = platform.file(props.file ?? 'identities/registration.yaml');
    // The namespace is that of the server's owner. The pods need no network: the socket is all that they talk to.
    const pods = new Component(this, 'pods', {
      title: NAME,
      namespace: server.namespace,
      selector: selectorLabels(platform.labelScheme, NAME, undefined),
      manageNamespace: false,
      policyName: NAME,
      file,
    });
    const objects = registrationJobs(this.document, {
      labels: pods.podLabels,
      name: NAME,
      namespace: server.namespace,
      trustDomain,
      image,
      socketDirectory,
      server,
      retired,
      ...(minor === undefined ? {} : { kubernetesMinor: minor }),
    });
    this.jobNames = objects.filter(({ kind }) => kind === 'Job').map(({ metadata }) => metadata.name);
    for (const object of objects)
      renderedObject(this, `${object.kind}-${object.metadata.name}`, object, file, 'annotation');
    platform.addFindings(() => [
      ...identities.all
        .filter((identity) => !this.registered.has(identity))
        .map((identity) => ({
          rule: 'unregistered-identity',
          severity: 'error' as const,
          where: { construct: identity.declaredAt },
          message: `${identity.title} was given its identity after ${path} had been made, which therefore does not register it`,
          fix: 'create the IdentityRegistration after all that has an identity',
        })),
      ...(identities.settings.registrar === 'job' ? [] : [bothRegistrars(path)]),
    ]);
  }
}

function bothRegistrars(construct: string) {
  return {
    rule: 'two-registrars',
    severity: 'error',
    where: { construct },
    message:
      "a Job and the controller manager would both register the platform's identities, and the controller manager deletes entries that no resource declares",
    fix: "say registrar: 'job' in the platform's identity, or leave the registration to the controller manager",
  } as const;
}
