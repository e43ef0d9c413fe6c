import type { Config } from '../config.ts';
import type { ChangeRequest, Verdict } from '../services/service-quotas/index.ts';
import { operatorOf } from './ask-as-operator.ts';
import { unsealHere } from './unseal-here.ts';

const path = '/_bulwark/quotas';

/** `bulwark quotas list`: the requests for higher quotas that wait to be decided. */
export const listQuotaRequestsCommand = async (config: Config): Promise<void> => {
  const operator = await operatorOf(config, await unsealHere(config));
  const { requests } = await operator.ask<{ readonly requests: readonly ChangeRequest[] }>('GET', path);
  const lines = requests.map(describe);
  process.stdout.write(lines.length > 0 ? `${lines.join('\n')}\n` : 'No request for a higher quota waits.\n');
};

/** `bulwark quotas approve` and `bulwark quotas deny`. */
export const decideQuotaRequestCommand =
  (verdict: Verdict) =>
  async (config: Config, { 'request-id': id }: Readonly<Record<string, string | undefined>>): Promise<void> => {
    const operator = await operatorOf(config, await unsealHere(config));
    const decision = JSON.stringify({ id, verdict });
    const { request } = await operator.ask<{ readonly request: ChangeRequest }>('POST', path, decision);
    process.stdout.write(`${describe(request)}\n`);
  };

const describe = ({ id, status, account, region, service, code, desiredValue, requester }: ChangeRequest): string =>
  `${id}  ${status}  ${service}/${code} to ${desiredValue}  account ${account}, ${region}  by ${requester}`;
