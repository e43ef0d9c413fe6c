import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Service } from '../../src/kernel/operation.ts';
import { loadModel } from '../../src/model/model.ts';

/** The coverage page: for each service that is composed, which of its model's operations this server has. */
export const coveragePage = (services: readonly Service[]): string => {
  const modelled = readdirSync(join(import.meta.dirname, '../../src/model'))
    .filter((file) => file.endsWith('.json') && file !== 'patches.json')
    .map((file) => file.slice(0, -'.json'.length));
  const others = modelled.filter((name) => !services.some((service) => service.name === name));
  return `# Coverage

Made by \`npm run coverage\` from the list of operations that each service registers; a test keeps it current. An operation that is not here answers AWS's error for unknown operations.

${services.map(sectionOf).join('\n\n')}

## Not yet

Services whose model is in the tree, but which this version does not serve: ${others.join(', ')}.
`;
};

const sectionOf = ({ name, operations }: Service): string => {
  const { operationNames } = loadModel(name);
  const here = new Set(operations.map((operation) => operation.name));
  const absent = operationNames.filter((operation) => !here.has(operation));
  return [
    `## ${name}: ${here.size} of ${operationNames.length}`,
    '',
    operationNames.filter((operation) => here.has(operation)).join(', '),
    ...(absent.length > 0 ? ['', `Not yet: ${absent.join(', ')}`] : []),
  ].join('\n');
};
