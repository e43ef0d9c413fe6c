import { existsSync, readFileSync } from 'node:fs';
import { applyPatches, patchMeta } from './patches.ts';
import type { StructureShape, XmlNamespace } from './shape.ts';
import { shapesOf } from './shapes.ts';
import type { OperationRow, ServiceMetaRow, ServiceTable } from './table.ts';

/** What AWS says about one service: its operations, shapes and protocols. Immutable and shared. */
export interface ServiceModel {
  /** Name of the table: botocore's name of the service, `kms`, `cognito-idp`. */
  readonly name: string;
  /** `KMS`, `Cognito Identity Provider` */
  readonly serviceId: string;
  readonly apiVersion: string;
  /** Service part of the credential scope. */
  readonly signingName: string;
  readonly endpointPrefix: string;
  /** Prefix of IAM actions: `kms`, `elasticloadbalancing`. */
  readonly actionPrefix: string;
  /** The service's protocols, preferred one first. */
  readonly protocols: readonly ProtocolName[];
  /** First part of `X-Amz-Target` (JSON): `TrentService`. */
  readonly targetPrefix?: string;
  readonly jsonVersion?: '1.0' | '1.1';
  readonly xmlNamespace?: string;
  /** Host of services without regional endpoints: `iam.amazonaws.com`. */
  readonly globalEndpoint?: string;
  /** Member that a Query request gives by the URL it goes to, where no parameter does: `QueueUrl`. */
  readonly pathMember?: string;
  /** Errors carry their Query code in the header `x-amzn-query-error`. */
  readonly queryCompatible: boolean;
  /** Errors about a value that breaks a constraint repeat it. */
  readonly echoesValues: boolean;
  readonly operationNames: readonly string[];
  /** The operation of that name, or undefined; built on first use. */
  findOperation(name: string): OperationModel | undefined;
  /** The error with that shape name or wire code, or undefined. Names of shapes go first. */
  findError(code: string): StructureShape | undefined;
}

/** Protocol names as the models spell them. */
export type ProtocolName = 'json' | 'query' | 'rest-json' | 'rest-xml' | 'ec2' | 'smithy-rpc-v2-cbor';

/** What AWS says about one operation. */
export interface OperationModel {
  readonly name: string;
  readonly service: ServiceModel;
  /** A structure without members where the model has no input. */
  readonly input: StructureShape;
  /** Undefined for operations that answer nothing. */
  readonly output: StructureShape | undefined;
  /** Element around the output (Query). */
  readonly resultWrapper?: string;
  readonly errors: readonly StructureShape[];
  readonly http: HttpTraits;
  /** AWS takes it without a signature (`authtype: none`). */
  readonly unsigned: boolean;
  /** Changes nothing, as CloudTrail's `readOnly` says. */
  readonly readOnly: boolean;
  /** Its output belongs into the journal: `responseElements`. */
  readonly journalsOutput: boolean;
}

/** HTTP bindings of an operation. */
export interface HttpTraits {
  readonly method: string;
  /** Path template with `{Label}` and `{Greedy+}`, and fixed query parameters. */
  readonly requestUri: string;
  readonly responseCode: number;
  /** Name of the request's root element and its namespace (REST-XML). */
  readonly inputLocationName?: string;
  readonly inputXmlNamespace?: XmlNamespace;
  /** Member that names the request's checksum algorithm. */
  readonly checksumAlgorithmMember?: string;
  readonly checksumRequired: boolean;
  readonly unsignedPayload: boolean;
}

const models = new Map<string, ServiceModel>();

/**
 * Loads a service's model: its facts at once; its table, operations and shapes on first use, so that a server needs no
 * memory for services that nobody asks.
 *
 * @param name of the table: `kms`
 * @throws {Error} there is no such table
 */
export const loadModel = (name: string): ServiceModel => {
  const model = findModel(name);
  if (model === undefined) throw new Error(`There is no model of a service "${name}".`);
  return model;
};

/** As {@link loadModel}; undefined where there is no such table. */
export const findModel = (name: string): ServiceModel | undefined => {
  const known = models.get(name);
  if (known !== undefined) return known;
  const url = new URL(`./${name}.json`, import.meta.url);
  if (!/^[a-z0-9-]+$/.test(name) || name === 'patches' || !existsSync(url)) return undefined;
  const read = (): string => readFileSync(url, 'utf8');
  const model = buildModel(name, patchMeta(name, metaOf(read())), () => applyPatches(name, JSON.parse(read())));
  models.set(name, model);
  return model;
};

/** The facts alone: the first section of a table, which ends with the first line that is a closing brace. */
const metaOf = (text: string): ServiceMetaRow => JSON.parse(text.slice(text.indexOf('{', 1), text.indexOf('\n},') + 2));

const buildModel = (name: string, meta: ServiceMetaRow, readTable: () => ServiceTable): ServiceModel => {
  let contents: Contents | undefined;
  const { queryCompatible, quiet, protocols, jsonVersion, ...facts } = meta;
  const service: ServiceModel = {
    name,
    ...facts,
    ...(jsonVersion && { jsonVersion: jsonVersion as '1.0' | '1.1' }),
    protocols: protocols as readonly ProtocolName[],
    queryCompatible: queryCompatible === 1,
    echoesValues: quiet !== 1,
    get operationNames() {
      contents ??= new Contents(service, readTable());
      return contents.operationNames;
    },
    findOperation: (operation) => {
      contents ??= new Contents(service, readTable());
      return contents.findOperation(operation);
    },
    findError: (code) => {
      contents ??= new Contents(service, readTable());
      return contents.findError(code);
    },
  };
  return service;
};

/** What the table has beside facts about the service as a whole. */
class Contents {
  readonly #service: ServiceModel;
  readonly #table: ServiceTable;
  readonly #structure: (name: string) => StructureShape;
  readonly #operations = new Map<string, OperationModel>();
  readonly #errors = new Map<string, StructureShape | undefined>();

  constructor(service: ServiceModel, table: ServiceTable) {
    this.#service = service;
    this.#table = table;
    this.#structure = shapesOf(table.shapes).structure;
  }

  get operationNames(): readonly string[] {
    return Object.keys(this.#table.ops);
  }

  findOperation(name: string): OperationModel | undefined {
    const known = this.#operations.get(name);
    if (known !== undefined) return known;
    const { ops } = this.#table;
    const row = Object.hasOwn(ops, name) ? ops[name] : undefined;
    if (row === undefined) return undefined;
    const built = buildOperation(name, row, this.#service, this.#structure);
    this.#operations.set(name, built);
    return built;
  }

  findError(code: string): StructureShape | undefined {
    if (this.#errors.size === 0) {
      const rows = Object.entries(this.#table.shapes).filter(([, row]) => row.ex);
      for (const [shape, row] of rows) if (row.ec !== undefined) this.#errors.set(row.ec, this.#structure(shape));
      for (const [shape] of rows) this.#errors.set(shape, this.#structure(shape));
    }
    return this.#errors.get(code);
  }
}

const buildOperation = (
  name: string,
  row: OperationRow,
  service: ServiceModel,
  structure: (name: string) => StructureShape,
): OperationModel => ({
  name,
  service,
  input: row.i === undefined ? NOTHING : structure(row.i),
  output: row.o === undefined ? undefined : structure(row.o),
  ...(row.w !== undefined && { resultWrapper: row.w }),
  errors: (row.e ?? []).map(structure),
  http: {
    method: row.m ?? 'POST',
    requestUri: row.u ?? '/',
    responseCode: row.c ?? 200,
    ...(row.iln !== undefined && { inputLocationName: row.iln }),
    ...(row.ins !== undefined && { inputXmlNamespace: { uri: row.ins } }),
    ...(row.ck !== undefined && { checksumAlgorithmMember: row.ck }),
    checksumRequired: row.ckr === 1,
    unsignedPayload: row.up === 1,
  },
  unsigned: row.n === 1,
  readOnly: row.r === 1,
  journalsOutput: row.r !== 1 || row.jo === 1,
});

const NOTHING: StructureShape = {
  type: 'structure',
  name: 'Unit',
  members: [],
  sensitive: false,
  union: false,
  document: false,
  eventstream: false,
  event: false,
};
