import type { Parameter } from '@aws-sdk/client-ssm';
import type { Call } from '../../kernel/call.ts';
import { type Eventually, eventually } from '../../kernel/eventually.ts';
import { fault } from '../../kernel/fault.ts';
import type { Resource } from '../../kernel/operation.ts';
import { pageOf } from '../../kernel/paging.ts';
import type { Page, PageRequest } from '../../store/collection.ts';
import { toParameter } from './descriptions.ts';
import { isBelow, type Keeps } from './filters.ts';
import { inRanges, oneLevel, rangesBelow } from './name-ranges.ts';
import { isPublic, parameterArn, parseReference } from './parameter-names.ts';
import type { ParameterRecord, ParameterVersion } from './parameter-record.ts';
import type { Parameters } from './parameters.ts';
import { findPublicParameter, publicNames } from './public-parameters.ts';
import { isSecretReference, readSecret } from './secret-references.ts';
import { decryptValue } from './values.ts';

/** Something that can be read by name: a parameter of the account, one that is shared with it, or a public one. */
export interface Readable {
  readonly resource: Resource;
  /**
   * @param decrypt whether a SecureString is to be decrypted
   * @throws {Fault} ParameterNotFound, ParameterVersionNotFound; what decryption throws
   */
  read(decrypt: boolean): Eventually<Parameter>;
}

/** What a request asks to read. @throws {Fault} ValidationException: the name is malformed */
export const readable = (parameters: Parameters, given: string, call: Call): Readable => {
  const { name, selector } = parseReference(given, call);
  if (isPublic(name)) return publicParameter(name, selector, call);
  if (isSecretReference(name)) {
    const { account, region } = call;
    return {
      resource: { arn: parameterArn({ account, region, name }), account, type },
      read: (decrypt) => readSecret(name, selector, decrypt, call),
    };
  }
  const { resource, reference } = parameters.select(given, call);
  return {
    resource,
    read: (decrypt) => {
      if ('absent' in resource) throw resource.absent;
      const version = parameters.version(call.tx, resource.record, reference.selector);
      const value = shownValue(version, decrypt, call);
      return eventually(value, (text) => toParameter(version, text, reference.selector));
    },
  };
};

const type = 'AWS::SSM::Parameter';

const publicParameter = (name: string, selector: string | undefined, { account, region }: Call): Readable => {
  const found = selector === undefined || selector === '1' ? findPublicParameter(name, region) : undefined;
  const absent = fault('ParameterNotFound', `Parameter ${name} not found.`);
  // It is AWS's: whoever may call the operation may read it.
  const resource = { arn: parameterArn({ account: '', region, name }), account, type };
  return {
    resource: found ? resource : { ...resource, absent },
    read: () => {
      if (!found) throw absent;
      return toParameter(found, found.value, selector);
    },
  };
};

/** The value as it is answered: of a SecureString the ciphertext, unless it is to be decrypted. */
export const shownValue = (version: ParameterVersion, decrypt: boolean, call: Call): Eventually<string> =>
  version.type === 'SecureString' && decrypt ? decryptValue(version, call) : version.value;

/** A parameter that lies below a path. */
export interface Listed {
  /** Absent for public parameters. */
  readonly record?: ParameterRecord;
  latest(): ParameterVersion;
}

/** Pages through the parameters below a path, by name. */
export const versionsBelow = (
  parameters: Parameters,
  path: string,
  recursive: boolean,
  keeps: Keeps,
  call: Call,
): ((page: PageRequest) => Page<Listed>) => {
  if (path.startsWith('/aws/service/')) {
    const names = publicNames.filter((name) => isBelow(name, path, recursive));
    const page = pageOf(names, (name) => name);
    return (request) => {
      const { items, next } = page(request);
      return { items: items.map((name) => ({ latest: () => findPublicParameter(name, call.region)! })), next };
    };
  }
  const all = inRanges(rangesBelow(path), (page) => parameters.list(call, page));
  const read = recursive ? all : oneLevel(path, all);
  return (request) => {
    const { items, next } = read(request);
    return {
      items: items.filter(keeps).map((record) => ({
        record,
        latest: () => parameters.version(call.tx, record, undefined),
      })),
      next,
    };
  };
};
