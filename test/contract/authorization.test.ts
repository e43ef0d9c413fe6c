import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { findIamTable } from '../../src/model/iam-data.ts';
import { loadModel } from '../../src/model/model.ts';
import { servicesOn } from '../../src/service-set.ts';
import { openStore } from '../../src/store/open.ts';
import { type Answer, AskedServer, type Statement } from './asked-server.ts';
import { knownValues } from './known-values.ts';
import { minimalInput } from './minimal-input.ts';

/** Operations that AWS answers to whoever is authenticated, or to anybody. @see STS: API reference, "Permissions" */
const needNoPermission: ReadonlySet<string> = new Set([
  'sts.GetCallerIdentity',
  'sts.GetSessionToken',
  'sts.AssumeRoleWithSAML',
  'sts.AssumeRoleWithWebIdentity',
]);

/**
 * Resources that refusals of AWS name though IAM's reference data list none.
 *
 * @see IAM: the refusals of its troubleshooting guide, "… not authorized to perform: iam:ListUsers on resource: arn:aws:iam::…:user/"
 */
const unlisted: Readonly<Record<string, RegExp>> = {
  'iam:ListGroups': /:group\/$/,
  'iam:ListInstanceProfiles': /:instance-profile\/$/,
  'iam:ListPolicies': /:policy\/$/,
  'iam:ListRoles': /:role\/$/,
  'iam:ListServerCertificates': /:server-certificate\/$/,
  'iam:ListUsers': /:user\/$/,
  'kms:ListRetirableGrants': /:user\//,
  'ssm:DescribeParameters': /:111122223333:\*$/,
  // The caller sent them; for the one who may answer them they have an ARN.
  'organizations:AcceptHandshake': /^\*$/,
  'organizations:DeclineHandshake': /^\*$/,
  // What is to be made has no id yet.
  'organizations:CreatePolicy': /:policy\/o-\w+\/service_control_policy\/\*$/,
};

const isRefused = ({ decisions }: Answer): boolean => decisions.at(-1)?.by.effect !== 'Allow';

const store = await openStore({ data: ':memory:' });
after(() => store.close());

for (const { name: service, operations } of servicesOn(store).all) {
  describe(`authorization of ${service}`, () => {
    for (const { name: operation } of operations) {
      it(`${operation} is refused without a policy, and allowed by exactly its actions on exactly their resources`, async () => {
        const server = await AskedServer.start();
        const input = await inputOn(server, service, operation);
        const without = await server.ask(service, operation, input);
        if (needNoPermission.has(`${service}.${operation}`)) return assert.deepEqual(without.decisions, []);
        assert.equal(without.code, 'AccessDenied', without.message);

        const needed = await neededBy(server, service, operation, input);
        assert.ok(needed.length > 0);
        for (const statement of needed) {
          const { Action, Resource } = statement;
          requireDocumented(String(Action), String(Resource));
          const others = needed.filter((other) => other !== statement);
          const asked = (than: object) =>
            server.ask(service, operation, input, ...others, { Effect: 'Allow', ...than });
          assert.ok(isRefused(await asked({ NotAction: Action, Resource: '*' })), `every action but ${Action}`);
          if (Resource !== '*')
            assert.ok(isRefused(await asked({ Action, NotResource: Resource })), `all but ${Resource}`);
        }
        assert.ok(!isRefused(await server.run(service, operation, input, ...needed)));
        await server.close();
      });
    }
  });
}

const inputOn = async (server: AskedServer, service: string, operation: string): Promise<object> =>
  minimalInput(loadModel(service).findOperation(operation)!, { ...knownValues, ...(await server.setUp(service)) });

/** Asks again with what was refused allowed, until nothing is. */
const neededBy = async (
  server: AskedServer,
  service: string,
  operation: string,
  input: object,
): Promise<readonly Statement[]> => {
  const statements: Statement[] = [];
  for (;;) {
    const answer = await server.ask(service, operation, input, ...statements);
    if (!isRefused(answer)) return statements;
    const refused = answer.decisions.at(-1);
    assert.ok(refused, `no policy was asked: ${answer.code} ${answer.message}`);
    const { action: Action, resource: Resource } = refused;
    const isGiven = statements.some((given) => given.Action === Action && given.Resource === Resource);
    assert.ok(!isGiven, `${Action} on ${Resource} is refused though it is allowed: ${answer.message}`);
    statements.push({ Effect: 'Allow', Action, Resource });
  }
};

/** The action is in IAM's reference data, and the resource is of a type that they list for it. */
const requireDocumented = (action: string, resource: string): void => {
  const [prefix = '', name = ''] = action.split(':');
  const table = findIamTable(prefix);
  const known = table?.actions[name];
  // The reference data lacks it, though its API page speaks of the permission.
  if (action === 'iam:UpdateDelegationRequest') return;
  assert.ok(known, `IAM has no action ${action}`);
  if (unlisted[action]?.test(resource)) return;
  const [, types] = known;
  if (resource === '*') {
    assert.ok(!types.some((type) => type.endsWith('*')), `${action} needs a resource: ${types}`);
    return;
  }
  const templates = types.map((type) => table!.resources[type.replace(/\*$/, '')]?.[0] ?? '');
  assert.ok(
    templates.some((template) => isOfTemplate(resource, template)),
    `${action} is not on ${resource}, but on ${templates.join(', ')}`,
  );
};

const isOfTemplate = (arn: string, template: string): boolean =>
  new RegExp(
    `^${template
      .replace(/[.*+?()|[\]\\]/g, '\\$&')
      .replace(/\$\{(?:Partition|Region|Account)\}/g, '[a-z0-9-]*')
      .replace(/\$\{\w+\}/g, '.*')}$`,
  ).test(arn);
