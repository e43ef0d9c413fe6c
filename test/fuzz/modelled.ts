import { loadModel } from '../../src/model/model.ts';
import { servicesOn } from '../../src/service-set.ts';
import { openStore } from '../../src/store/open.ts';
import { fixture, knownValues, setUps } from '../contract/known-values.ts';
import { fullInput, minimalInput } from '../contract/minimal-input.ts';
import type { SpawnedServer } from '../spawned-server.ts';
import type { JsonSample } from './operations.ts';

const thirdKey = { accessKeyId: 'AKIATHIRDACCOUNTSKEY', secretAccessKey: 'secret-access-key-of-another-account-0001' };

/** The administrator of another account, as a seed makes it, who prepares what is done with two. */
export const thirdAdministrator = {
  account: fixture.thirdAccount,
  name: 'third',
  accessKeys: [{ id: thirdKey.accessKeyId, secret: thirdKey.secretAccessKey }],
  policies: { all: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } },
};

/**
 * Inputs of every JSON operation that the server has but KMS's, from the models: with required members alone, and with all.
 * DeleteOrganization is left out: after it most of the others would end alike.
 *
 * @param server on which is made what they are about
 */
export const modelledSamples = async (server: SpawnedServer): Promise<readonly JsonSample[]> => {
  const samples: JsonSample[] = [];
  for (const { name, operations } of await jsonServices()) {
    const model = loadModel(name);
    const made = await setUps[name]?.(async (operation, input, account) => {
      const credentials = account === undefined ? undefined : thirdKey;
      const { status, text } = await server.json(name, operation, onWire(input) as object, credentials);
      if (status !== 200) throw new Error(`${name}:${operation} was answered ${text}`);
      return JSON.parse(text);
    });
    for (const operation of operations.filter((operation) => operation !== 'DeleteOrganization')) {
      for (const inputFor of [minimalInput, fullInput]) {
        const input = inputFor(model.findOperation(operation)!, { ...knownValues, ...made });
        samples.push({ service: name, operation, input: onWire(input) as object, weight: 1 });
      }
    }
  }
  return samples;
};

const jsonServices = async (): Promise<readonly { name: string; operations: readonly string[] }[]> => {
  const store = await openStore({ data: ':memory:' });
  const services = servicesOn(store).all.map(({ name, operations }) => ({
    name,
    operations: operations.map((operation) => operation.name),
  }));
  await store.close();
  return services.filter(({ name }) => name !== 'kms' && loadModel(name).protocols.includes('json'));
};

/** A value as JSON has it: bytes in base64, instants as seconds. */
const onWire = (value: unknown): unknown => {
  if (Buffer.isBuffer(value)) return value.toString('base64');
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(onWire);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, onWire(member)]));
};
