import { hash } from 'node:crypto';
import type { ParameterVersion } from './parameter-record.ts';

/**
 * The well-known public parameters: same names and kinds of values as AWS's. Ids of images are made from Region and name,
 * since there are no images here.
 *
 * @see Systems Manager user guide: "Discovering public parameters in Parameter Store"
 */
const amazonLinux = [
  ...['al2023-ami-kernel-6.1-arm64', 'al2023-ami-kernel-6.1-x86_64', 'al2023-ami-kernel-default-arm64'],
  ...[
    'al2023-ami-kernel-default-x86_64',
    'al2023-ami-minimal-kernel-6.1-arm64',
    'al2023-ami-minimal-kernel-6.1-x86_64',
  ],
  ...['al2023-ami-minimal-kernel-default-arm64', 'al2023-ami-minimal-kernel-default-x86_64'],
  ...['amzn-ami-hvm-x86_64-ebs', 'amzn-ami-hvm-x86_64-gp2', 'amzn-ami-minimal-hvm-x86_64-ebs'],
  ...['amzn2-ami-hvm-arm64-gp2', 'amzn2-ami-hvm-x86_64-ebs', 'amzn2-ami-hvm-x86_64-gp2'],
  ...[
    'amzn2-ami-kernel-5.10-hvm-arm64-gp2',
    'amzn2-ami-kernel-5.10-hvm-x86_64-gp2',
    'amzn2-ami-minimal-hvm-x86_64-ebs',
  ],
].map((name) => `/aws/service/ami-amazon-linux-latest/${name}`);

const eks = ['1.31', '1.32', '1.33', '1.34'].flatMap((version) =>
  ['amazon-linux-2023/x86_64/standard', 'amazon-linux-2023/arm64/standard'].map(
    (flavour) => `/aws/service/eks/optimized-ami/${version}/${flavour}/recommended/image_id`,
  ),
);

const ecs = [
  'amazon-linux-2',
  'amazon-linux-2/arm64',
  'amazon-linux-2/gpu',
  'amazon-linux-2023',
  'amazon-linux-2023/arm64',
].map((flavour) => `/aws/service/ecs/optimized-ami/${flavour}/recommended/image_id`);

const images = new Set([...amazonLinux, ...eks, ...ecs]);

/** Where each Region is, by its long name. */
const regionNames: Readonly<Record<string, string>> = {
  'af-south-1': 'Africa (Cape Town)',
  'ap-east-1': 'Asia Pacific (Hong Kong)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-northeast-3': 'Asia Pacific (Osaka)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'ca-central-1': 'Canada (Central)',
  'eu-central-1': 'Europe (Frankfurt)',
  'eu-north-1': 'Europe (Stockholm)',
  'eu-south-1': 'Europe (Milan)',
  'eu-west-1': 'Europe (Ireland)',
  'eu-west-2': 'Europe (London)',
  'eu-west-3': 'Europe (Paris)',
  'il-central-1': 'Israel (Tel Aviv)',
  'me-central-1': 'Middle East (UAE)',
  'me-south-1': 'Middle East (Bahrain)',
  'sa-east-1': 'South America (Sao Paulo)',
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
};

const services = ['cloudtrail', 'events', 'iam', 'kms', 'logs', 'organizations', 's3', 'secretsmanager', 'ssm', 'sts'];

const infrastructure: Readonly<Record<string, string>> = Object.fromEntries([
  ...Object.entries(regionNames).flatMap(([region, longName]) => [
    [`/aws/service/global-infrastructure/regions/${region}`, region],
    [`/aws/service/global-infrastructure/regions/${region}/domain`, 'amazonaws.com'],
    [`/aws/service/global-infrastructure/regions/${region}/longName`, longName],
    [`/aws/service/global-infrastructure/regions/${region}/partition`, 'aws'],
  ]),
  ...services.map((service) => [`/aws/service/global-infrastructure/services/${service}`, service]),
]);

const names: readonly string[] = [...images, ...Object.keys(infrastructure)].sort();

/** When the values were published. */
const publishedAt = Date.UTC(2026, 10, 1);

/** @returns undefined where there is no public parameter of that name */
export const findPublicParameter = (name: string, region: string): ParameterVersion | undefined => {
  const isImage = images.has(name);
  const value = isImage ? `ami-0${hash('sha256', `${region} ${name}`).slice(0, 16)}` : infrastructure[name];
  if (value === undefined || !(isImage || Object.hasOwn(infrastructure, name))) return undefined;
  return {
    ...{ account: '', region, name, version: 1, type: 'String', value, tier: 'Standard', policies: [] },
    dataType: isImage ? 'aws:ec2:image' : 'text',
    modifiedAt: publishedAt,
    modifiedBy: 'AWS',
  };
};

/** Names of public parameters below a path, sorted. */
export const publicNames = names;
