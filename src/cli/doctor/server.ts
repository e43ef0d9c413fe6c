import { existsSync, realpathSync } from 'node:fs';
import { type Config, placeOfState } from '../../config.ts';
import { type Answer, probe } from '../probe.ts';
import { addressOf, type Obstacle, obstacleOf, stranger } from '../reaching.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/** Signatures are refused beyond AWS's 15 minutes (STS: 5); a clock that far from the client's is set wrong. */
const refusedSkewMs = 300_000;
const noticedSkewMs = 30_000;

/** The server at the configured address: reachable, Bulwark, unsealed, able to store, in time, of this data directory. */
export const checkServer: Check = async ({ config }) => {
  const address = addressOf(config);
  let health: Answer;
  try {
    health = await probe(config, '/_bulwark/health');
  } catch (error) {
    return [inTheWay(obstacleOf(config, error as NodeJS.ErrnoException))];
  }
  const { said } = health;
  if (said.status === 'sealed')
    return [
      problem('server', `the server on ${address} is sealed`, 'give it what opens it: "bulwark unseal"'),
      ...skew(health.date),
    ];
  // What it tells its own machine only.
  const { said: told } = await probe(config, '/_bulwark/status').catch(() => ({ said: {} as Answer['said'] }));
  if (said.status === 'unavailable') return [outage(config, told), ...otherPlace(config, told), ...skew(health.date)];
  if (health.status !== 200 || said.status !== 'ready') return [inTheWay(stranger(config))];
  return [
    ok('server', `ready on ${address}, ${said.mode} mode`),
    ...otherPlace(config, told),
    ...skew(health.date),
    ...movedClock(said.time, health.date),
  ];
};

const inTheWay = ({ kind, finding, fix }: Obstacle): Finding =>
  kind === 'nothing' ? warning('server', finding, fix) : problem('server', finding, fix);

const outage = (config: Config, { reason }: Answer['said']): Finding =>
  problem(
    'server',
    `the server on ${addressOf(config)} refuses requests, which cannot be stored${reason === undefined ? '' : `: ${reason}`}`,
    config.database === undefined
      ? `make room where ${config.data} lies, and see that the disk takes writes; the server goes on by itself then`
      : `see that ${placeOfState(config)} runs, is reached from here and takes writes; the server goes on by itself then`,
  );

/** Whether the server keeps its state elsewhere than where was looked; to other machines it does not tell where. */
const otherPlace = (config: Config, { data }: Answer['said']): Finding[] => {
  const here = placeOfState(config);
  if (typeof data !== 'string' || isSamePlace(data, here)) return [];
  return [
    warning(
      'data',
      `the server on ${addressOf(config)} keeps its state in ${data}, and what was looked at here is ${here}`,
      'say --data here as that server was started with it, or name the server that is meant with --port or BULWARK_PORT',
    ),
  ];
};

const isSamePlace = (one: string, other: string): boolean =>
  one === other || (existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other));

const skew = (date: number): Finding[] => {
  // The header counts whole seconds.
  const ms = date + 500 - Date.now();
  if (Number.isNaN(ms)) return [];
  const text = `the server's clock is ${Math.abs(Math.round(ms / 1000))} s ${ms < 0 ? 'behind' : 'ahead of'} this machine's`;
  const fix = 'synchronize both with NTP: AWS clients sign with their own clock';
  if (Math.abs(ms) > refusedSkewMs) return [problem('clock', `${text}: signatures are refused`, fix)];
  return [Math.abs(ms) > noticedSkewMs ? warning('clock', text, fix) : ok('clock', 'server and client agree')];
};

/** Test clocks only move forward, and nobody should meet one unawares. */
const movedClock = (time: unknown, date: number): Finding[] => {
  const aheadMs = Date.parse(String(time)) - date;
  return aheadMs > noticedSkewMs
    ? [
        warning(
          'clock',
          `the server's test clock is ${(aheadMs / 86_400_000).toFixed(1)} days ahead: keys and sessions end early`,
          'only POST /_bulwark/reset, or a new data directory, takes it back',
        ),
      ]
    : [];
};
