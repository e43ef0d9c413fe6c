import type { Config } from '../config.ts';
import {
  isOwnersCopy,
  type JournalDecision,
  type JournalMiss,
  type JournalRecord,
  parseRecord,
} from '../journal/record.ts';
import { ConfigError } from '../setting-values.ts';
import { journalTexts } from './journal-source.ts';
import { placeOf, policyOf, remedyOf } from './remedy.ts';

/** `bulwark explain <request-id>`: which policy and statement decided a request, and what would allow it. */
export const explainCommand = async (
  config: Config,
  { 'request-id': requestId = '', json }: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  const records = await findRecords(config, requestId);
  if (records.length === 0)
    throw new ConfigError(
      `the journal has no request ${requestId}; requests that were not authenticated are not in it`,
    );
  const explained = records.map(explainRecord);
  process.stdout.write(
    json === 'true' ? `${JSON.stringify(explained, undefined, 2)}\n` : explained.map(formatExplained).join('\n'),
  );
};

/** A request as the journal has it, with what would allow what was refused. */
export interface ExplainedRequest {
  readonly requestId: string | undefined;
  readonly time: string;
  readonly operation: string;
  readonly principal: string;
  readonly sourceIp: string;
  /** Id of the request in which a service made this one for the principal; absent: the principal sent it. */
  readonly within?: string;
  /** How it failed; absent: it succeeded. */
  readonly error?: string;
  readonly decisions: readonly (JournalDecision & { readonly remedy?: ReturnType<typeof remedyOf> })[];
}

/** Reads what a journal record says about authorization. */
const explainRecord = (record: JournalRecord): ExplainedRequest => {
  const { arn, principalId, invokedBy } = record.userIdentity;
  const principal = arn ?? principalId ?? invokedBy ?? 'unknown';
  return {
    requestId: record.requestID,
    time: record.eventTime,
    operation: `${record.eventSource.split('.')[0]}:${record.eventName}`,
    principal,
    sourceIp: record.sourceIPAddress,
    ...(record.sentRequestID !== undefined && { within: record.sentRequestID }),
    ...(record.errorCode !== undefined && { error: record.errorCode }),
    decisions: (record.decisions ?? []).map((decision) => {
      const remedy = remedyOf(decision, record.userIdentity);
      return { ...decision, ...(remedy && { remedy }) };
    }),
  };
};

const findRecords = async (config: Config, requestId: string): Promise<readonly JournalRecord[]> => {
  const found: JournalRecord[] = [];
  for await (const text of journalTexts(config)) {
    if (!text.includes(requestId)) continue;
    const record = parseRecord(text);
    if (isOwnersCopy(record)) continue;
    if (record.requestID === requestId || record.sentRequestID === requestId) found.push(record);
  }
  return found;
};

/** For a terminal: a paragraph for each decision. */
const formatExplained = ({
  requestId,
  time,
  operation,
  principal,
  sourceIp,
  within,
  error,
  decisions,
}: ExplainedRequest) =>
  [
    `${operation}, request ${requestId} at ${time}`,
    `  by ${principal} ${within === undefined ? 'from' : 'through'} ${sourceIp}`,
    ...(within === undefined ? [] : [`  within request ${within}`]),
    `  ${error === undefined ? 'succeeded' : `failed with ${error}`}`,
    ...(decisions.length === 0 ? ['  no policy was asked: it ended before that, or needs no permission'] : []),
    ...decisions.flatMap(formatDecision),
    '',
  ].join('\n');

const formatDecision = (decision: ExplainedRequest['decisions'][number]): readonly string[] => {
  const { action, resource, by, why, remedy } = decision;
  return [
    '',
    `${by.effect === 'Allow' ? 'ALLOWED' : 'DENIED '} ${action} on ${resource}`,
    `  because ${becauseOf(decision)}`,
    ...(why?.missed ?? []).map((miss) => `  close: ${formatMiss(miss, decision)}`),
    ...(why?.absentKeys ? [`  condition keys that the request did not have: ${why.absentKeys.join(', ')}`] : []),
    ...(remedy ? [`  to allow it, ${remedy.change}${remedy.statement ? `:\n${indented(remedy.statement)}` : ''}`] : []),
  ];
};

const becauseOf = (decision: JournalDecision): string => {
  const { effect, type } = decision.by;
  if (effect === 'None') return `no ${titles[type] ?? type} allows it`;
  if (type === 'root') return 'the root user needs no policy';
  if (type === 'grant') return 'a grant allows it';
  return `${placeOf(decision.by)} of ${policyOf(decision)} ${effect === 'Allow' ? 'allows' : 'denies'} it (${titles[type] ?? type})`;
};

const titles: Readonly<Record<string, string>> = {
  scp: 'service control policy',
  rcp: 'resource control policy',
  'vpc-endpoint': 'VPC endpoint policy',
  resource: 'resource-based policy',
  trust: 'role trust policy',
  boundary: 'permissions boundary',
  session: 'session policy',
  identity: 'identity-based policy',
};

const formatMiss = (miss: JournalMiss, decision: JournalDecision): string => {
  const policy = policyOf({ ...decision, by: { ...decision.by, ...(miss.policy && { policy: miss.policy }) } });
  return `${placeOf(miss)} of ${policy} does not match in ${miss.mismatches.join(', ')}`;
};

const indented = (statement: object): string =>
  JSON.stringify(statement, undefined, 2)
    .split('\n')
    .map((line) => `    ${line}`)
    .join('\n');
