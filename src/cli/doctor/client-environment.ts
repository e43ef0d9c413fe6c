import type { Config } from '../../config.ts';
import { probe } from '../probe.ts';
import { hostOf } from '../reaching.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/** The variables by which AWS clients started from this shell find, trust and sign for this server. */
export const checkClientEnvironment: Check = async ({ config, environment }) => [
  ...(await endpoint(config, environment)),
  ...region(config, environment),
  ...credentials(config, environment),
  ...proxy(environment),
];

type Environment = Readonly<Record<string, string | undefined>>;

const endpoint = async (config: Config, environment: Environment): Promise<Finding[]> => {
  const scheme = config.tls === 'off' ? 'http' : 'https';
  const right = `${scheme}://${hostOf(config)}:${config.port}`;
  const findings: Finding[] = [];
  const given = environment.AWS_ENDPOINT_URL;
  if (environment.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS?.toLowerCase() === 'true')
    findings.push(
      problem(
        'endpoint',
        'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS is true: clients ignore AWS_ENDPOINT_URL and call AWS',
        'unset AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
      ),
    );
  if (given === undefined)
    findings.push(
      warning(
        'endpoint',
        'AWS_ENDPOINT_URL is not set: clients from this shell call AWS itself',
        `export AWS_ENDPOINT_URL=${right}`,
      ),
    );
  else findings.push(await leadsHere('AWS_ENDPOINT_URL', given, right, config));
  for (const name of Object.keys(environment)) {
    if (!name.startsWith('AWS_ENDPOINT_URL_')) continue;
    const specific = await leadsHere(name, environment[name]!, right, config);
    if (specific.level !== 'ok') findings.push(specific);
  }
  return findings;
};

/** Another name may lead to this server, too: where it runs, it is asked by that one. */
const leadsHere = async (name: string, given: string, right: string, config: Config): Promise<Finding> => {
  const compared = compare(name, given, right);
  const host = URL.parse(given)?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
  if (compared.level !== 'ok' || host === hostOf(config)) return compared;
  if (!(await answers(config)) || (await answers({ ...config, host }))) return compared;
  return problem('endpoint', `${name} is ${given}, where no Bulwark answers`, `export ${name}=${right}`);
};

const answers = (config: Config): Promise<boolean> =>
  probe(config, '/_bulwark/health').then(
    ({ said }) => said.status !== undefined,
    () => false,
  );

const compare = (name: string, given: string, right: string): Finding => {
  const url = URL.parse(given);
  if (!url) return problem('endpoint', `${name} is "${given}", which is no URL`, `export ${name}=${right}`);
  const wanted = new URL(right);
  if (url.protocol !== wanted.protocol)
    return problem(
      'endpoint',
      `${name} says ${url.protocol}//, this server is configured for ${wanted.protocol}//`,
      `export ${name}=${right}`,
    );
  if (portOf(url) !== portOf(wanted))
    return problem(
      'endpoint',
      `${name} names port ${portOf(url)}, this server is configured for ${portOf(wanted)}`,
      `export ${name}=${right}`,
    );
  if (url.pathname !== '/')
    return problem('endpoint', `${name} has a path, ${url.pathname}`, `export ${name}=${right}`);
  return ok('endpoint', `${name} is ${given}`);
};

const portOf = ({ port, protocol }: URL): string => port || (protocol === 'https:' ? '443' : '80');

const region = (config: Config, environment: Environment): Finding[] => {
  const given = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (given === undefined)
    return [
      warning(
        'region',
        'neither AWS_REGION nor AWS_DEFAULT_REGION is set: clients ask a profile, or refuse to start',
        `export AWS_REGION=${config.region} AWS_DEFAULT_REGION=${config.region}`,
      ),
    ];
  if (environment.AWS_DEFAULT_REGION !== undefined && environment.AWS_DEFAULT_REGION !== given)
    return [
      warning(
        'region',
        `AWS_REGION is ${given} and AWS_DEFAULT_REGION ${environment.AWS_DEFAULT_REGION}: some clients read the one, some the other, and a key lives in one Region`,
        `export AWS_DEFAULT_REGION=${given}`,
      ),
    ];
  if (given !== config.region)
    return [
      warning(
        'region',
        `clients use ${given}, this server is configured for ${config.region}: keys made in one are not found in the other`,
        `export AWS_REGION=${config.region} AWS_DEFAULT_REGION=${config.region}, unless that is meant`,
      ),
    ];
  return [ok('region', given)];
};

const credentials = ({ mode }: Config, environment: Environment): Finding[] => {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_PROFILE: profile } = environment;
  if ((id === undefined) !== (secret === undefined))
    return [
      problem(
        'credentials',
        `${id === undefined ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID'} is set without the other`,
        'export both, or neither',
      ),
    ];
  if (id === undefined)
    return profile === undefined
      ? [
          warning(
            'credentials',
            'no access key in this shell',
            mode === 'open'
              ? 'export AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test'
              : 'export the lines that the first start printed, or make a key: "bulwark credentials reset-root"',
          ),
        ]
      : [ok('credentials', `of profile ${profile}`)];
  if (id.startsWith('ASIA') && environment.AWS_SESSION_TOKEN === undefined)
    return [
      problem(
        'credentials',
        'AWS_ACCESS_KEY_ID is temporary, and AWS_SESSION_TOKEN is not set',
        'export AWS_SESSION_TOKEN too',
      ),
    ];
  if (!id.startsWith('ASIA') && environment.AWS_SESSION_TOKEN !== undefined)
    return [
      problem(
        'credentials',
        'AWS_SESSION_TOKEN is left over from another key: every request is refused',
        'unset AWS_SESSION_TOKEN',
      ),
    ];
  return [ok('credentials', 'an access key is set')];
};

const proxy = (environment: Environment): Finding[] => {
  const used = ['HTTPS_PROXY', 'HTTP_PROXY', 'https_proxy', 'http_proxy'].find((name) => environment[name]);
  const exempt = `${environment.NO_PROXY ?? ''},${environment.no_proxy ?? ''}`;
  if (!used || /\*|127\.0\.0\.1|localhost/.test(exempt)) return [];
  return [
    warning(
      'proxy',
      `${used} sends clients' requests to a proxy, also those to this server`,
      'export NO_PROXY=127.0.0.1,localhost',
    ),
  ];
};
