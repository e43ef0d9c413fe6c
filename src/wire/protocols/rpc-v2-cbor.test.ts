import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cbor } from '@smithy/core/cbor';
import { Fault, fault } from '../../kernel/fault.ts';
import { loadModel } from '../../model/model.ts';
import { findRpcOperation, rpcV2Cbor } from './rpc-v2-cbor.ts';

const cloudwatch = loadModel('cloudwatch');

const decode = (operation: string, body: Uint8Array): object =>
  rpcV2Cbor.decode(cloudwatch.findOperation(operation)!, {
    method: 'POST',
    path: `/service/GraniteServiceVersion20100801/operation/${operation}`,
    query: '',
    headers: {},
    body: Buffer.from(body),
    remoteAddress: '127.0.0.1',
    secure: false,
  });

test('finds the operation by the path', () => {
  const service = 'GraniteServiceVersion20100801';
  const found = (path: string) => findRpcOperation(cloudwatch, path)?.name;
  assert.equal(found(`/service/${service}/operation/PutMetricData`), 'PutMetricData');
  assert.equal(found(`/prefix/service/com.amazonaws.${service}/operation/PutMetricData`), 'PutMetricData');
  for (const path of [
    '/',
    `/service/${service}/operation/Nothing`,
    `/service/${service}/operation/constructor`,
    '/service/Other/operation/PutMetricData',
    `/service/${service}/operation/PutMetricData/x`,
  ]) {
    assert.equal(found(path), undefined);
  }
});

test('takes an empty body, null members and members that the model does not have', () => {
  assert.deepEqual(decode('ListMetrics', Buffer.alloc(0)), {});
  const input = { MetricName: null, Namespace: 'n', Other: [{ x: 1 }] };
  assert.deepEqual(decode('ListMetrics', cbor.serialize(input)), { Namespace: 'n' });
});

const refusals: readonly [what: string, operation: string, body: Uint8Array][] = [
  ['another type', 'ListMetrics', cbor.serialize({ Namespace: 1 })],
  ['a fraction for an integer', 'ListDashboards', cbor.serialize({ DashboardNamePrefix: 1.5 })],
  ['an integer of more than 32 bits', 'DescribeAlarms', cbor.serialize({ MaxRecords: 2 ** 31 })],
  ['a fraction of an integer', 'DescribeAlarms', cbor.serialize({ MaxRecords: 1.5 })],
  ['a timestamp without its tag', 'GetMetricStatistics', cbor.serialize({ StartTime: 1 })],
  ['a timestamp beyond what a date can hold', 'GetMetricStatistics', Buffer.from('a1695374617274', 'hex')],
  ['a member twice', 'ListMetrics', Buffer.from('a2694e616d6573706163656161694e616d6573706163656162', 'hex')],
  ['something after the value', 'ListMetrics', Buffer.from('a000', 'hex')],
  ['a list for a structure', 'ListMetrics', cbor.serialize([])],
  ['JSON', 'ListMetrics', Buffer.from('{"Namespace":"n"}')],
];

for (const [what, operation, body] of refusals) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => decode(operation, body),
      (error) => error instanceof Fault && error.code === 'Serialization',
    );
  });
}

test('says errors in CBOR, and their Query code in a header', () => {
  const answer = (code: string) => {
    const { status, headers, body } = rpcV2Cbor.encodeFault(cloudwatch, undefined, fault(code, 'm'), 'id');
    return [status, headers['x-amzn-query-error'], cbor.deserialize(Buffer.from(body))];
  };
  assert.deepEqual(answer('InvalidParameterValueException'), [
    400,
    'InvalidParameterValue;Sender',
    { __type: 'com.amazonaws.cloudwatch#InvalidParameterValueException', message: 'm' },
  ]);
  assert.deepEqual(answer('AccessDenied'), [
    400,
    'AccessDenied;Sender',
    { __type: 'AccessDeniedException', message: 'm' },
  ]);
  assert.deepEqual(answer('InternalFailure'), [
    500,
    'InternalFailure;Receiver',
    { __type: 'InternalFailure', message: 'm' },
  ]);
});

test('answers nothing for operations without an output', () => {
  const { body, headers } = rpcV2Cbor.encode(cloudwatch.findOperation('PutMetricData')!, undefined, 'id');
  assert.deepEqual([body, headers['Content-Type'], headers['smithy-protocol']], ['', undefined, 'rpc-v2-cbor']);
});
