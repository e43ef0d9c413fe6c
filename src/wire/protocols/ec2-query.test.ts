import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, fault } from '../../kernel/fault.ts';
import { loadModel } from '../../model/model.ts';
import type { HttpRequest } from '../http-message.ts';
import { ec2Query } from './ec2-query.ts';

const ec2 = loadModel('ec2');

const post = (body: string): HttpRequest => ({
  method: 'POST',
  path: '/',
  query: '',
  headers: {},
  body: Buffer.from(body),
  remoteAddress: '127.0.0.1',
  secure: false,
});

const decode = (action: string, parameters: string): unknown =>
  ec2Query.decode(ec2.findOperation(action)!, post(`Action=${action}&Version=2016-11-15${parameters}`));

const decodings: readonly [what: string, action: string, parameters: string, input: object][] = [
  [
    'flattened lists by the capitalized location name',
    'RunInstances',
    '&InstanceType=t3.nano&SecurityGroupId.2=b&SecurityGroupId.1=a',
    { InstanceType: 't3.nano', SecurityGroupIds: ['a', 'b'] },
  ],
  [
    'lists of structures with lists',
    'DescribeInstances',
    '&Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-1&DryRun=false',
    { Filters: [{ Name: 'vpc-id', Values: ['vpc-1'] }], DryRun: false },
  ],
  [
    'members with a query name',
    'RunInstances',
    '&NetworkInterface.1.Ipv6Addresses.1.Ipv6Address=::1',
    { NetworkInterfaces: [{ Ipv6Addresses: [{ Ipv6Address: '::1' }] }] },
  ],
];

for (const [what, action, parameters, input] of decodings) {
  test(`decodes ${what}`, () => assert.deepEqual(decode(action, parameters), input));
}

const refusals: readonly [what: string, parameters: string, code: string][] = [
  ['a duplicate parameter', '&DryRun=true&DryRun=true', 'MalformedQueryString'],
  ['a list index that is no number', '&Filter.x.Name=a', 'Serialization'],
  ['other than true and false', '&DryRun=yes', 'Serialization'],
];

for (const [what, parameters, code] of refusals) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => decode('DescribeInstances', parameters),
      (error) => error instanceof Fault && error.code === code,
    );
  });
}

test('refuses another version', () => {
  const operation = ec2.findOperation('DescribeInstances')!;
  assert.throws(
    () => ec2Query.decode(operation, post('Action=DescribeInstances&Version=2000-01-01')),
    fault('NoSuchVersion', 'The requested version (2000-01-01) of service AmazonEC2 does not exist'),
  );
});

test('writes answers with the request id first', () => {
  const { body } = ec2Query.encode(ec2.findOperation('CreateVpc')!, { Vpc: { VpcId: 'vpc-1' } }, 'id');
  assert.equal(
    body,
    `<?xml version="1.0" encoding="UTF-8"?>
<CreateVpcResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/">
    <requestId>id</requestId>
    <vpc>
        <vpcId>vpc-1</vpcId>
    </vpc>
</CreateVpcResponse>
`,
  );
});

test('writes errors in the envelope of EC2, with its codes, statuses and sentences', () => {
  const rows: readonly [code: string, message: string, status: number, wireCode: string, sentence: string][] = [
    ['InvalidVolume.NotFound', 'gone', 400, 'InvalidVolume.NotFound', 'gone'],
    ['DryRunOperation', 'dry', 412, 'DryRunOperation', 'dry'],
    ['AccessDenied', 'x', 403, 'UnauthorizedOperation', 'You are not authorized to perform this operation. x'],
    ['SignatureDoesNotMatch', 'x', 401, 'AuthFailure', 'AWS was not able to validate the provided access credentials'],
    ['Throttling', 'Rate exceeded', 503, 'RequestLimitExceeded', 'Request limit exceeded.'],
  ];
  for (const [code, message, status, wireCode, sentence] of rows) {
    const answer = ec2Query.encodeFault(ec2, undefined, fault(code, message), 'id');
    assert.equal(answer.status, status);
    assert.equal(
      answer.body,
      `<?xml version="1.0" encoding="UTF-8"?>\n<Response><Errors><Error><Code>${wireCode}</Code><Message>${sentence}</Message></Error></Errors><RequestID>id</RequestID></Response>`,
    );
  }
});
