import type { JournalRecord } from '../../journal/record.ts';
import type { Facts, Meter, Metered, Price } from '../../kernel/meter.ts';

/** @see AWS Systems Manager pricing, "Parameter Store" */
const prices: readonly Price[] = [
  {
    usageType: 'PS-Advanced-Param-Tier1',
    productFamily: 'AWS Systems Manager',
    unit: 'Parameter-Month',
    usd: '0.0500000000',
    description: '$0.05 per advanced parameter and month, by the hour',
  },
  {
    usageType: 'PS-Param-Processed-Tier2',
    productFamily: 'AWS Systems Manager',
    unit: 'API Interactions',
    usd: '0.0000050000',
    description: '$0.05 per 10,000 interactions with advanced parameters, or at higher throughput',
  },
];

const highThroughput = '/ssm/parameter-store/high-throughput-enabled';

/** Parameter Store's usage: standard parameters at the default throughput are free. */
export const ssmMeter: Meter = {
  serviceCode: 'AWSSystemsManager',
  serviceName: 'AWS Systems Manager',
  eventSource: 'ssm.amazonaws.com',
  prices,
  metered: (record, factsOf) => {
    const arns = record.resources?.map(({ ARN }) => ARN) ?? [];
    const begun = parametersOf(record, arns);
    return [...settingOf(record), ...begun, ...usesOf(record, arns, begun, factsOf)];
  },
};

/** The setting is one Region's. */
const highThroughputIn = (region: string): string => `${highThroughput} ${region}`;

/** Notes whether the higher throughput is on; that costs nothing by itself. */
const settingOf = ({ eventName, awsRegion, requestParameters }: JournalRecord): Metered[] => {
  const { settingId, settingValue } = (requestParameters ?? {}) as { settingId?: string; settingValue?: string };
  if (!settingId?.endsWith(highThroughput)) return [];
  if (eventName === 'UpdateServiceSetting' && settingValue === 'true') return [{ begin: highThroughputIn(awsRegion) }];
  return eventName.startsWith('Get') ? [] : [{ end: highThroughputIn(awsRegion) }];
};

const parametersOf = ({ eventName, responseElements }: JournalRecord, arns: readonly string[]): Metered[] => {
  if (eventName === 'PutParameter') {
    const { tier } = (responseElements ?? {}) as { tier?: string };
    return tier === 'Advanced'
      ? arns.map((begin) => ({ begin, usageType: 'PS-Advanced-Param-Tier1', facts: { tier } }))
      : [];
  }
  return /^DeleteParameters?$/.test(eventName) ? arns.map((end) => ({ end })) : [];
};

const usesOf = (
  { eventName, awsRegion }: JournalRecord,
  arns: readonly string[],
  begun: readonly Metered[],
  factsOf: (held: string) => Facts | undefined,
): Metered[] => {
  const interacts = eventName === 'PutParameter' || eventName.startsWith('GetParameter');
  const isPaid =
    factsOf(highThroughputIn(awsRegion)) !== undefined ||
    begun.length > 0 ||
    arns.some((arn) => factsOf(arn) !== undefined);
  return interacts && isPaid ? [{ use: 'PS-Param-Processed-Tier2' }] : [];
};
