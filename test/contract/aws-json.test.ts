import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as acm from '@aws-sdk/client-acm';
import * as cloudhsmv2 from '@aws-sdk/client-cloudhsm-v2';
import * as cloudtrail from '@aws-sdk/client-cloudtrail';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as codebuild from '@aws-sdk/client-codebuild';
import * as cognitoIdentity from '@aws-sdk/client-cognito-identity';
import * as cognitoIdp from '@aws-sdk/client-cognito-identity-provider';
import * as ce from '@aws-sdk/client-cost-explorer';
import * as ds from '@aws-sdk/client-directory-service';
import * as dynamodb from '@aws-sdk/client-dynamodb';
import * as events from '@aws-sdk/client-eventbridge';
import * as fms from '@aws-sdk/client-fms';
import * as inspector from '@aws-sdk/client-inspector';
import * as kms from '@aws-sdk/client-kms';
import * as organizations from '@aws-sdk/client-organizations';
import * as pricing from '@aws-sdk/client-pricing';
import * as route53domains from '@aws-sdk/client-route-53-domains';
import * as route53resolver from '@aws-sdk/client-route53resolver';
import * as secretsmanager from '@aws-sdk/client-secrets-manager';
import * as serviceQuotas from '@aws-sdk/client-service-quotas';
import * as shield from '@aws-sdk/client-shield';
import * as sqs from '@aws-sdk/client-sqs';
import * as ssm from '@aws-sdk/client-ssm';
import * as support from '@aws-sdk/client-support';
import * as wafv2 from '@aws-sdk/client-wafv2';
import { awsJson } from '../../src/wire/protocols/aws-json.ts';
import { json } from './carries.ts';
import { type Contract, roundTrips } from './round-trip.ts';

const clients: readonly [service: string, sdk: object, clientName: string][] = [
  ['acm', acm, 'ACM'],
  ['ce', ce, 'CostExplorer'],
  ['cloudhsmv2', cloudhsmv2, 'CloudHSMV2'],
  ['cloudtrail', cloudtrail, 'CloudTrail'],
  ['cloudwatch', cloudwatch, 'CloudWatch'],
  ['codebuild', codebuild, 'CodeBuild'],
  ['cognito-identity', cognitoIdentity, 'CognitoIdentity'],
  ['cognito-idp', cognitoIdp, 'CognitoIdentityProvider'],
  ['ds', ds, 'DirectoryService'],
  ['dynamodb', dynamodb, 'DynamoDB'],
  ['events', events, 'EventBridge'],
  ['fms', fms, 'FMS'],
  ['inspector', inspector, 'Inspector'],
  ['kms', kms, 'KMS'],
  ['logs', logs, 'CloudWatchLogs'],
  ['organizations', organizations, 'Organizations'],
  ['pricing', pricing, 'Pricing'],
  ['route53domains', route53domains, 'Route53Domains'],
  ['route53resolver', route53resolver, 'Route53Resolver'],
  ['secretsmanager', secretsmanager, 'SecretsManager'],
  ['service-quotas', serviceQuotas, 'ServiceQuotas'],
  ['shield', shield, 'Shield'],
  ['sqs', sqs, 'SQS'],
  ['ssm', ssm, 'SSM'],
  ['support', support, 'Support'],
  ['wafv2', wafv2, 'WAFV2'],
];

/** The newest clients of these services in the registry are older than their models: leaves out what they do not declare. */
const newerThan = (client: string): NonNullable<Contract['leaveOut']> => {
  const types = fileURLToPath(import.meta.resolve(`@aws-sdk/${client}/dist-types/models/models_0.d.ts`));
  const interfaces = readFileSync(types, 'utf8').split('export interface ').slice(1);
  const declared = new Map(
    interfaces.map((text) => [
      /^\w+/.exec(text)![0],
      new Set([...text.matchAll(/^ {4}(\w+)\??:/gm)].map(([, name]) => name)),
    ]),
  );
  return ({ name }, shape) => declared.get(shape.name)?.has(name) === false;
};

/** Where a client itself does not carry everything. */
const oddities: Readonly<Record<string, Partial<Contract>>> = {
  cloudhsmv2: { leaveOut: newerThan('client-cloudhsm-v2') },
  // Part of the host name.
  events: { leaveOut: ({ name }) => name === 'EndpointId' },
  // An old client, which sends whole seconds.
  inspector: { sends: { ...json, wholeSeconds: () => true } },
  route53resolver: { leaveOut: newerThan('client-route53resolver') },
  // It compares digests that it makes of bodies.
  sqs: { config: { md5: false } },
};

for (const [service, sdk, clientName] of clients) {
  roundTrips({ service, sdk, clientName, protocol: awsJson, sends: json, receives: json, ...oddities[service] });
}
