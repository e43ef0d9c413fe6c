import type { AliasConfiguration, AliasRoutingConfiguration } from '@aws-sdk/client-lambda';
import type { Call } from '../../kernel/call.ts';
import { type Fault, fault } from '../../kernel/fault.ts';
import type { AbsentResource } from '../../kernel/operation.ts';
import { functionArn } from './function-names.ts';
import type { AliasRecord, FunctionRecord } from './function-record.ts';
import type { FunctionResource, LambdaFunctions } from './functions.ts';

/** An alias as operations answer it. */
export const describeAlias = (record: AliasRecord): AliasConfiguration => ({
  AliasArn: functionArn(record, record.alias),
  Name: record.alias,
  FunctionVersion: record.version,
  Description: record.description,
  ...(record.additional && {
    RoutingConfig: { AdditionalVersionWeights: { [record.additional.version]: record.additional.weight } },
  }),
  RevisionId: record.revisionId,
});

/** The function whose alias a request is about; absent, too, where it has no such alias. */
export const aliasResource = (
  functions: LambdaFunctions,
  given: string,
  alias: string,
  call: Call,
): FunctionResource | AbsentResource => {
  const resource = functions.select(given, call);
  if ('absent' in resource || functions.alias(call.tx, resource.record, alias)) return resource;
  const { arn, account, type = '' } = resource;
  return { arn, account, type, absent: aliasNotFound(`${arn}:${alias}`) };
};

const aliasNotFound = (arn: string): Fault =>
  fault('ResourceNotFoundException', `Cannot find alias arn: ${arn}`, { members: { Type: 'User' } });

/**
 * Checks what an alias is to stand for.
 *
 * @throws {Fault} ResourceNotFoundException, InvalidParameterValueException
 */
export const routing = (
  functions: LambdaFunctions,
  { tx }: Call,
  record: FunctionRecord,
  version: string,
  config: AliasRoutingConfiguration | undefined,
): Pick<AliasRecord, 'version' | 'additional'> => {
  const weights = Object.entries(config?.AdditionalVersionWeights ?? {});
  for (const each of [version, ...weights.map(([name]) => name)]) {
    if (!functions.version(tx, record, each)) {
      throw fault('ResourceNotFoundException', `Function not found: ${functionArn(record, each)}`, {
        members: { Type: 'User' },
      });
    }
  }
  const [second, more] = weights;
  if (!second) return { version };
  const [name, weight] = second;
  if (more || name === version || version === '$LATEST' || name === '$LATEST' || weight < 0 || weight > 1) {
    throw fault(
      'InvalidParameterValueException',
      'An alias takes one further published version, with a weight from 0 to 1.',
    );
  }
  return { version, additional: { version: name, weight } };
};
