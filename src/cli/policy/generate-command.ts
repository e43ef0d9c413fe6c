import type { Config } from '../../config.ts';
import { parseRecord } from '../../journal/record.ts';
import { parseDuration } from '../../kernel/clock.ts';
import { ConfigError } from '../../setting-values.ts';
import { journalTexts } from '../journal-source.ts';
import { actionLines, grantedActions } from './granted.ts';
import { leastPolicy } from './least-policy.ts';
import { storedPolicies } from './stored-policies.ts';
import { type Use, usesIn } from './uses.ts';

/**
 * `bulwark policy generate`: the smallest policy that covers what the journal saw a principal do; with `--unused`, what
 * its policies grant and the journal did not see.
 */
export const policyGenerateCommand = async (
  config: Config,
  { principal, since, unused }: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  if (!principal?.startsWith('arn:')) throw new ConfigError('--principal names a user, role or session by its ARN');
  const from = since === undefined ? undefined : startOf(since, new Date());
  const uses = await usesSince(config, principal, from);
  if (unused === 'true') return printUnused(config, principal, uses);
  if (uses.length === 0) throw new ConfigError(`the journal saw nothing that ${principal} was allowed to do`);
  process.stdout.write(`${JSON.stringify(leastPolicy(uses), undefined, 2)}\n`);
};

const printUnused = async (config: Config, principal: string, uses: readonly Use[]): Promise<void> => {
  const granted = grantedActions(await storedPolicies(config, principal));
  const used = new Set(uses.map(({ action }) => action.toLowerCase()));
  const left = granted.filter((action) => !used.has(action.toLowerCase()));
  for (const line of actionLines(left)) process.stdout.write(`${line}\n`);
  process.stderr.write(`${left.length} of ${granted.length} granted actions were not used\n`);
};

const usesSince = async (config: Config, principal: string, from: Date | undefined): Promise<readonly Use[]> => {
  const uses = new Map<string, Use>();
  const quoted = JSON.stringify(principal);
  for await (const text of journalTexts(config)) {
    if (!text.includes(quoted)) continue;
    const record = parseRecord(text);
    if (from && new Date(record.eventTime) < from) continue;
    for (const use of usesIn(record, principal)) uses.set(`${use.action} ${use.resource}`, use);
  }
  return [...uses.values()];
};

/**
 * The moment that `--since` names.
 *
 * @param since a span back from now, `90d`, or a date of ISO 8601
 * @throws {ConfigError}
 */
const startOf = (since: string, now: Date): Date => {
  const span = parseDuration(since);
  const start = span === undefined ? new Date(since) : new Date(now.getTime() - span);
  if (Number.isNaN(start.getTime()))
    throw new ConfigError(`--since: "${since}" is neither a span such as 90d nor a date such as 2026-11-01`);
  return start;
};
