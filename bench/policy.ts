/**
 * Decisions per second with 1 to 10,000 statements attached: `node bench/policy.ts`.
 *
 * Each request is a KMS Encrypt by a user: the default key policy delegates to the account, one of n identity statements
 * allows. The floor is a request whose identity policy is a single `*`.
 */
import { compilePolicy, evaluate, parsePolicy } from '../src/policy/policy.ts';

const account = '111122223333';
const principal = {
  kind: 'user',
  account,
  arn: `arn:aws:iam::${account}:user/bob`,
  userId: 'AIDAEXAMPLEBOB000001',
} as const;
const keyArn = (n: number) => `arn:aws:kms:eu-west-2:${account}:key/${String(n).padStart(8, '0')}-12ab-34cd-56ef`;

const compile = (kind: 'identity' | 'key', statements: readonly object[]) =>
  compilePolicy(parsePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), kind));

const keyPolicy = compile('key', [
  { Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${account}:root` }, Action: 'kms:*', Resource: '*' },
]);

/** What the n statements differ in. */
const shapes: Readonly<Record<string, (n: number) => object>> = {
  'key ARNs': (n) => ({ Effect: 'Allow', Action: 'kms:Encrypt', Resource: keyArn(n) }),
  'key ARNs ending in *': (n) => ({ Effect: 'Allow', Action: 'kms:*', Resource: `${keyArn(n)}*` }),
  actions: (n) => ({ Effect: 'Allow', Action: n === 0 ? 'kms:Encrypt' : `kms:Action${n}`, Resource: '*' }),
  'key ARNs, with a condition': (n) => ({
    Effect: 'Allow',
    Action: 'kms:Encrypt',
    Resource: keyArn(n),
    Condition: { StringEquals: { 'kms:EncryptionContext:Dept': 'IT' }, Bool: { 'aws:SecureTransport': 'true' } },
  }),
  'denied key ARNs, one allow': (n) =>
    n === 0
      ? { Effect: 'Allow', Action: 'kms:*', Resource: '*' }
      : { Effect: 'Deny', Action: 'kms:*', Resource: `${keyArn(n)}*` },
};

const context = (key: string) =>
  key === 'aws:securetransport' ? 'true' : key === 'kms:encryptioncontext:dept' ? 'IT' : undefined;

function decisionsPerSecond(statements: readonly object[]): number {
  const identity = [compile('identity', statements)];
  const request = {
    principal,
    action: 'kms:Encrypt',
    resource: { arn: keyArn(0), account, policy: keyPolicy, policyRequired: true },
    context,
    identity,
  };
  const run = (times: number) => {
    let allowed = 0;
    const start = performance.now();
    for (let i = 0; i < times; i++) if (evaluate(request).allowed) allowed++;
    if (allowed !== times) throw new Error('the benchmark measures allowed requests');
    return (times * 1000) / (performance.now() - start);
  };
  run(20_000);
  return Math.max(run(100_000), run(100_000), run(100_000));
}

const sizes = [1, 100, 1_000, 10_000];
const floor = decisionsPerSecond([{ Effect: 'Allow', Action: '*', Resource: '*' }]);
const thousand = (perSecond: number) => `${Math.round(perSecond / 1000)}k/s ${(1e6 / perSecond).toFixed(2)} µs`;

console.log(`floor, one statement "*": ${thousand(floor)}`);
for (const [name, shape] of Object.entries(shapes)) {
  const cells = sizes.map((size) => {
    const perSecond = decisionsPerSecond(Array.from({ length: size }, (_, n) => shape(n)));
    return `${size}: ${thousand(perSecond)} (${(floor / perSecond).toFixed(1)} × floor)`;
  });
  console.log(`statements that differ in ${name}\n  ${cells.join('\n  ')}`);
}
