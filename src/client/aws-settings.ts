import { readFileSync } from 'node:fs';
import { ClientError } from './client-error.ts';
import { readSharedFiles, type Section, type SharedFiles } from './shared-files.ts';

type Texts = Readonly<Record<string, string | undefined>>;

/** Where a client finds services and whom it speaks for. */
export interface AwsSettings {
  readonly region: string;
  /** PEM certificates to trust instead of the system's. */
  readonly ca?: string;
  /** Where a service lies. @throws {ClientError} it would be reached in the clear, across a network */
  endpointOf(service: ServiceName): URL;
  readonly files: SharedFiles;
  /** Name of the profile in force. */
  readonly profile: string;
  /** The profile was asked for by a flag, so that keys of the environment do not count. */
  readonly profileWins: boolean;
  readonly environment: Texts;
}

/** Services that commands ask, by the names that they have in endpoints and signatures. */
export type ServiceName = 'ssm' | 'secretsmanager' | 'sts';

/** Names of services in `AWS_ENDPOINT_URL_…` and in `[services …]` sections. */
const settingNames: Readonly<Record<ServiceName, string>> = {
  ssm: 'ssm',
  secretsmanager: 'secrets_manager',
  sts: 'sts',
};

/**
 * Region, endpoints, certificates and profile, from flags, the environment and the shared files in the order in which the
 * AWS CLI takes them.
 *
 * @param flags `profile`, `region`, `endpoint`, `ca`; what only repeats a variable of the environment counts as that
 * @throws {ClientError} no Region is configured, or the profile does not exist
 * @see AWS SDKs and Tools: "Settings reference", "Service-specific endpoints"
 */
export const readAwsSettings = (flags: Texts, environment: Texts): AwsSettings => {
  const files = readSharedFiles(environment);
  const named = flags.profile ?? environment.AWS_PROFILE ?? environment.AWS_DEFAULT_PROFILE;
  const profile = named ?? 'default';
  const section = files.profile(profile);
  if (named !== undefined && !section) throw new ClientError(`the profile "${named}" does not exist`);
  const region =
    flags.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? textOf(section, 'region') ?? '';
  if (region === '') throw new ClientError('no Region is configured: set AWS_REGION, or give --region');
  const caFile = flags.ca ?? environment.AWS_CA_BUNDLE ?? textOf(section, 'ca_bundle');
  return {
    region,
    ...(caFile !== undefined && { ca: readFileSync(caFile, 'utf8') }),
    endpointOf: (service) => {
      const byFlag = flags.endpoint === environment.AWS_ENDPOINT_URL ? undefined : flags.endpoint;
      const configured = byFlag ?? configuredEndpoint(service, environment, files, section);
      return checked(
        configured ?? `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`,
      );
    },
    files,
    profile,
    profileWins: flags.profile !== undefined && flags.profile !== environment.AWS_PROFILE,
    environment,
  };
};

/** A text of a section; undefined also where it is a block. */
export const textOf = (section: Section | undefined, name: string): string | undefined => {
  const value = section?.[name];
  return typeof value === 'string' ? value : undefined;
};

const configuredEndpoint = (
  service: ServiceName,
  environment: Texts,
  files: SharedFiles,
  section: Section | undefined,
): string | undefined => {
  const name = settingNames[service];
  const ignored = environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS ?? textOf(section, 'ignore_configured_endpoint_urls');
  if (ignored === 'true') return undefined;
  const services = files.services(textOf(section, 'services') ?? '')?.[name];
  return (
    environment[`AWS_ENDPOINT_URL_${name.toUpperCase()}`] ??
    environment.AWS_ENDPOINT_URL ??
    (typeof services === 'object' ? services.endpoint_url : undefined) ??
    textOf(section, 'endpoint_url')
  );
};

const checked = (text: string): URL => {
  const url = URL.parse(text);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && local)))
    throw new ClientError(`${text}: secrets are asked for over https:// only, or on this machine over http://`);
  return url;
};
