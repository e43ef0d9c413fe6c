import * as cloudformation from '@aws-sdk/client-cloudformation';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as docdb from '@aws-sdk/client-docdb';
import * as elbv2 from '@aws-sdk/client-elastic-load-balancing-v2';
import * as elasticache from '@aws-sdk/client-elasticache';
import * as iam from '@aws-sdk/client-iam';
import * as rds from '@aws-sdk/client-rds';
import * as redshift from '@aws-sdk/client-redshift';
import * as sns from '@aws-sdk/client-sns';
import * as sqs from '@aws-sdk/client-sqs';
import * as sts from '@aws-sdk/client-sts';
import { AwsQueryProtocol } from '@aws-sdk/core/protocols';
import { awsQuery } from '../../src/wire/protocols/aws-query.ts';
import { queryRequest, xml } from './carries.ts';
import { type Contract, roundTrips } from './round-trip.ts';

const clients: readonly [service: string, sdk: object, clientName: string, oddities?: Partial<Contract>][] = [
  ['cloudformation', cloudformation, 'CloudFormation'],
  ['cloudwatch', cloudwatch, 'CloudWatch', { config: { protocol: AwsQueryProtocol } }],
  ['docdb', docdb, 'DocDB'],
  ['elasticache', elasticache, 'ElastiCache'],
  ['elbv2', elbv2, 'ElasticLoadBalancingV2'],
  ['iam', iam, 'IAM'],
  ['rds', rds, 'RDS'],
  ['redshift', redshift, 'Redshift'],
  ['sns', sns, 'SNS'],
  [
    'sqs',
    sqs,
    'SQS',
    {
      // It compares digests that it makes of bodies.
      config: { protocol: AwsQueryProtocol, md5: false },
      // Its lists are flattened: nothing tells an empty one from an absent one in an answer.
      receives: { ...xml, emptyLists: false },
      // The client has but one name for it and the older AttributeNames.
      leaveOut: ({ name }) => name === 'MessageSystemAttributeNames',
    },
  ],
  ['sts', sts, 'STS'],
];

for (const [service, sdk, clientName, oddities] of clients) {
  roundTrips({ service, sdk, clientName, protocol: awsQuery, sends: queryRequest, receives: xml, ...oddities });
}
