import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { findIamTable } from '../../src/model/iam-data.ts';
import { loadModel } from '../../src/model/model.ts';
import { commonFaults } from '../../src/wire/protocols/common-faults.ts';

const services = resolve(import.meta.dirname, '../../src/services');

const tables = readdirSync(resolve(import.meta.dirname, '../../src/model'))
  .filter((file) => file.endsWith('.json') && file !== 'patches.json')
  .map((file) => loadModel(file.replace('.json', '')));

/** Service folders are named as their SDK client, which is the model's serviceId. */
const modelOf = (folder: string) =>
  tables.find(({ serviceId }) => serviceId.toLowerCase().replaceAll(' ', '-') === folder);

const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));

const found = (text: string, pattern: RegExp): string[] => [...text.matchAll(pattern)].map(([, name]) => name!);

/**
 * Codes that AWS answers though the service's model does not have them.
 *
 * @see spec of recorded errors: ValidationException, NotAuthorizedException; InvalidParameterValue of session tags; ThrottlingException
 */
const unmodelled: Readonly<Record<string, readonly string[]>> = {
  'cost-explorer': ['ValidationException'],
  kms: ['ValidationException', 'NotAuthorizedException', 'ThrottlingException'],
  lambda: ['ValidationException'],
  sts: ['InvalidParameterValue'],
};

/** Condition keys that are known to be refused. @see KMS: key policies take no `kms:ResourceTag` */
const refusedKeys: ReadonlySet<string> = new Set(['kms:ResourceTag']);

/** Operations whose action the reference data lacks. @see IAM: UpdateDelegationRequest, of which an owner has a default permission */
const unreferenced: ReadonlySet<string> = new Set(['UpdateDelegationRequest']);

for (const folder of readdirSync(services)) {
  const model = modelOf(folder);
  const texts = sources(join(services, folder));

  test(`${folder}: has a model, and every operation is in it with an action that IAM knows`, () => {
    assert.ok(model);
    const actions = findIamTable(model.actionPrefix)?.actions ?? {};
    for (const text of texts) {
      for (const name of found(text, /\bOperation<\s*'(\w+)'/g)) {
        assert.ok(model.findOperation(name), `${folder} has no operation ${name}`);
        if (!text.includes("action: '") && !unreferenced.has(name))
          assert.ok(actions[name], `IAM has no action ${model.actionPrefix}:${name}`);
      }
      for (const action of found(text, /action: '([a-z0-9-]+:\w+)'/g)) {
        const [prefix = '', name = ''] = action.split(':');
        assert.ok(findIamTable(prefix)?.actions[name], `IAM has no action ${action}`);
      }
    }
  });

  test(`${folder}: every condition key of its own is one that IAM knows`, () => {
    assert.ok(model);
    const { actions = {}, conditions = {} } = findIamTable(model.actionPrefix) ?? {};
    const keys = Object.keys(conditions).map((key) => key.replace(/[:/]\$\{.*/, '').toLowerCase());
    for (const text of texts) {
      for (const name of found(text, new RegExp(`['\`]${model.actionPrefix}:([A-Z][A-Za-z]*)(?=['\`:/])`, 'g'))) {
        const key = `${model.actionPrefix}:${name}`;
        const own = key.toLowerCase();
        const isKey = keys.some((other) => other === own || other.startsWith(`${own}:`) || other.startsWith(`${own}/`));
        const known = isKey || actions[name] || refusedKeys.has(key);
        assert.ok(known, `IAM has neither an action nor a condition key ${key}`);
      }
    }
  });

  test(`${folder}: every error thrown is common, or modelled by the service`, () => {
    for (const text of texts) {
      for (const code of found(text, /\bfault\(\s*'(\w+)'/g)) {
        const known = code in commonFaults.json || model?.findError(code) || unmodelled[folder]?.includes(code);
        assert.ok(known, `${folder} does not model ${code}`);
      }
    }
  });
}
