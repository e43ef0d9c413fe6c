import * as apigateway from '@aws-sdk/client-api-gateway';
import * as backup from '@aws-sdk/client-backup';
import * as ebs from '@aws-sdk/client-ebs';
import * as efs from '@aws-sdk/client-efs';
import * as guardduty from '@aws-sdk/client-guardduty';
import * as inspector2 from '@aws-sdk/client-inspector2';
import * as lambda from '@aws-sdk/client-lambda';
import * as macie2 from '@aws-sdk/client-macie2';
import * as ram from '@aws-sdk/client-ram';
import { findRoute } from '../../src/wire/protocols/http-route.ts';
import { restJson } from '../../src/wire/protocols/rest-json.ts';
import { json } from './carries.ts';
import { outsideBody } from './outside-body.ts';
import { labels, roundTrips } from './round-trip.ts';

const clients: readonly [service: string, sdk: object, clientName: string][] = [
  ['apigateway', apigateway, 'APIGateway'],
  ['backup', backup, 'Backup'],
  ['ebs', ebs, 'EBS'],
  ['efs', efs, 'EFS'],
  ['guardduty', guardduty, 'GuardDuty'],
  ['inspector2', inspector2, 'Inspector2'],
  ['lambda', lambda, 'Lambda'],
  ['macie2', macie2, 'Macie2'],
  ['ram', ram, 'RAM'],
];

const carries = { ...json, outsideBody };

for (const [service, sdk, clientName] of clients) {
  roundTrips({
    service,
    sdk,
    clientName,
    protocol: restJson,
    sends: carries,
    receives: carries,
    finds: findRoute,
    minimal: labels,
    // The client of API Gateway does not know it.
    leaveOut: ({ name }, shape) => shape.name === 'SdkTypes' && name === 'position',
    // The client sends `{}` for a payload that is absent, and media types by itself.
    ignored: (name, { input }) => input.payload === name || /^(accepts|.*contentType)$/i.test(name),
  });
}
