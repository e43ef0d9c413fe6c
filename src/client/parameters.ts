import type { AwsClient } from './aws-client.ts';

/** A parameter with its value, SecureStrings decrypted. */
export interface ParameterValue {
  /** `/my-app/prod/db/password` */
  readonly name: string;
  readonly type: 'String' | 'StringList' | 'SecureString';
  readonly value: string;
  readonly version: number;
}

interface Page {
  readonly NextToken?: string;
  readonly Parameters?: readonly {
    readonly Name: string;
    readonly Type: ParameterValue['type'];
    readonly Value: string;
    readonly Version: number;
  }[];
}

/**
 * Every parameter below a path, by name.
 *
 * @param recursive false: only those right below it
 * @throws {ServiceError} @throws {Unreachable}
 */
export const parametersBelow = async (
  client: AwsClient,
  path: string,
  recursive: boolean,
): Promise<readonly ParameterValue[]> => {
  const found: ParameterValue[] = [];
  const input = { Path: path, Recursive: recursive, WithDecryption: true };
  for await (const { Parameters = [] } of client.pages<Page>('ssm', 'GetParametersByPath', input)) {
    for (const { Name, Type, Value, Version } of Parameters)
      found.push({ name: Name, type: Type, value: Value, version: Version });
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
};

/** A parameter's name without the path that it lies below: `db/password`. */
export const nameBelow = (path: string, name: string): string => name.slice(path === '/' ? 1 : path.length + 1);
