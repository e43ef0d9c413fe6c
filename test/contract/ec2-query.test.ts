import * as ec2 from '@aws-sdk/client-ec2';
import { ec2Query } from '../../src/wire/protocols/ec2-query.ts';
import { ec2Request, xml } from './carries.ts';
import { roundTrips } from './round-trip.ts';

roundTrips({
  service: 'ec2',
  sdk: ec2,
  clientName: 'EC2',
  protocol: ec2Query,
  sends: ec2Request,
  receives: xml,
  // A presigned URL that the client makes by itself.
  leaveOut: ({ name }) => name === 'PresignedUrl',
  ignored: (name) => name === 'PresignedUrl' || name === 'DestinationRegion',
});
