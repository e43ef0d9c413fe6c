import type { Config } from '../config.ts';
import type { ChangeRequest, Verdict } from '../services/service-quotas/index.ts';
import { askAsOperator } from './ask-as-operator.ts';
import { unsealHere } from './unseal-here.ts';

const path = '/_bulwark/quotas';

/** `bulwark quotas list`: the requests for higher quotas that wait to be decided. */
export const listQuotaRequestsCommand = async (config: Config): Promise<void> => {
  const { requests } = await askAsOperator<{ readonly requests: readonly ChangeRequest[] }>(
    config,
    await unsealHere(config),
    'GET',
    path,
  );
  const lines = requests.map(describe);
  process.stdout.write(lines.length > 0 ? `${lines.join('\n')}\n` : 'No request for a higher quota waits.\n');
};

/** `bulwark quotas approve` and `bulwark quotas deny`. */
export const decideQuotaRequestCommand =
  (verdict: Verdict) =>
  async (config: Config, { 'request-id': id }: Readonly<Record<string, string | undefined>>): Promise<void> => {
    const { request } = await askAsOperator<{ readonly request: ChangeRequest }>(
      config,
      await unsealHere(config),
      'POST',
      path,
      JSON.stringify({ id, verdict }),
    );
    process.stdout.write(`${describe(request)}\n`);
  };

const describe = ({ id, status, account, region, service, code, desiredValue, requester }: ChangeRequest): string =>
  `${id}  ${status}  ${service}/${code} to ${desiredValue}  account ${account}, ${region}  by ${requester}`;
