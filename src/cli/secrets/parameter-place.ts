import type { AwsClient } from '../../client/aws-client.ts';
import { ClientError } from '../../client/client-error.ts';
import { nameBelow, parametersBelow } from '../../client/parameters.ts';
import { textOfMember } from '../../client/secret-value.ts';
import type { Change, Entries } from './changes.ts';
import type { Contents, Place } from './place.ts';

/** How parameters are made that are not there yet. */
export interface NewParameters {
  readonly type: 'SecureString' | 'String';
  /** KMS key of SecureStrings; absent: alias/aws/ssm. */
  readonly key: string | undefined;
}

/** What `DescribeParameters` knows and the next version would otherwise lose. */
interface Description {
  readonly Name: string;
  readonly Type: string;
  readonly KeyId?: string;
  readonly Description?: string;
  readonly AllowedPattern?: string;
  readonly DataType?: string;
  readonly Tier?: string;
  readonly Version: number;
}

/** AWS's limits of names in one request. */
const maxDescribed = 50;
const maxDeleted = 10;

/** All parameters below a path; names are what follows it: `db/password`. */
export class ParameterPlace implements Place {
  readonly name: string;
  readonly #client: AwsClient;
  readonly #new: NewParameters;

  constructor(client: AwsClient, path: string, newParameters: NewParameters) {
    this.#client = client;
    this.name = path;
    this.#new = newParameters;
  }

  async read(): Promise<Contents> {
    const found = await parametersBelow(this.#client, this.name, true);
    return {
      entries: new Map(found.map(({ name, value }) => [nameBelow(this.name, name), value])),
      revisions: new Map(found.map(({ name, version }) => [nameBelow(this.name, name), version])),
    };
  }

  accept(entries: Entries): Entries {
    const accepted = new Map<string, string>();
    for (const [name, value] of [...entries].flatMap(([key, member]) => flattened(key, member))) {
      if (!/^[\w.-]+(\/[\w.-]+)*$/.test(name)) throw new ClientError(`"${name}" is not a name of a parameter`);
      if (value === '') throw new ClientError(`"${name}" is empty: a parameter has at least one character`);
      if (accepted.has(name)) throw new ClientError(`"${name}" is there twice`);
      accepted.set(name, value);
    }
    return accepted;
  }

  async write(changes: readonly Change[], before: Contents): Promise<void> {
    const there = changes.filter(({ kind }) => kind !== 'added').map(({ name }) => name);
    const described = await this.#describe(there);
    const stale = there.find((name) => described.get(name)?.Version !== before.revisions.get(name));
    if (stale !== undefined)
      throw new ClientError(`somebody else has changed "${stale}" meanwhile: nothing is written`);
    for (const { name, kind, after } of changes) {
      if (kind !== 'removed') await this.#put(name, textOfMember(after), described.get(name));
    }
    const removed = changes.filter(({ kind }) => kind === 'removed').map(({ name }) => this.#full(name));
    for (let at = 0; at < removed.length; at += maxDeleted)
      await this.#client.call('ssm', 'DeleteParameters', { Names: removed.slice(at, at + maxDeleted) });
  }

  async #put(name: string, value: string, old: Description | undefined): Promise<void> {
    const { type, key } = this.#new;
    const kept = old && {
      Type: old.Type,
      Overwrite: true,
      KeyId: old.KeyId,
      Description: old.Description,
      AllowedPattern: old.AllowedPattern,
      DataType: old.DataType,
      Tier: old.Tier,
    };
    const made = kept ?? { Type: type, ...(type === 'SecureString' && { KeyId: key }) };
    await this.#client.call('ssm', 'PutParameter', { Name: this.#full(name), Value: value, ...made });
  }

  async #describe(names: readonly string[]): Promise<ReadonlyMap<string, Description>> {
    const found = new Map<string, Description>();
    for (let at = 0; at < names.length; at += maxDescribed) {
      const Values = names.slice(at, at + maxDescribed).map((name) => this.#full(name));
      const input = { ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values }], MaxResults: maxDescribed };
      const pages = this.#client.pages<{ NextToken?: string; Parameters?: readonly Description[] }>(
        'ssm',
        'DescribeParameters',
        input,
      );
      for await (const { Parameters = [] } of pages)
        for (const parameter of Parameters) found.set(nameBelow(this.name, parameter.Name), parameter);
    }
    return found;
  }

  #full(name: string): string {
    return this.name === '/' ? `/${name}` : `${this.name}/${name}`;
  }
}

/** Objects within objects are paths: `{ "db": { "user": … } }` is `db/user`. */
const flattened = (name: string, value: unknown): readonly (readonly [string, string])[] => {
  if (Array.isArray(value)) throw new ClientError(`"${name}" is a list: write the text of a StringList, with commas`);
  if (typeof value !== 'object' || value === null) return [[name, textOfMember(value)]];
  return Object.entries(value).flatMap(([key, member]) => flattened(`${name}/${key}`, member));
};
