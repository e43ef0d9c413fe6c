import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import { AwsSmithyRpcV2CborProtocol } from '@aws-sdk/core/protocols';
import { findRpcOperation, rpcV2Cbor } from '../../src/wire/protocols/rpc-v2-cbor.ts';
import { json } from './carries.ts';
import { roundTrips } from './round-trip.ts';

roundTrips({
  service: 'cloudwatch',
  sdk: cloudwatch,
  clientName: 'CloudWatch',
  protocol: rpcV2Cbor,
  config: { protocol: AwsSmithyRpcV2CborProtocol },
  sends: json,
  receives: json,
  finds: (service, { path }) => findRpcOperation(service, path),
});
