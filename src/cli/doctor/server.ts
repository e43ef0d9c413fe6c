import { type Config, placeOfState } from '../../config.ts';
import { type Answer, probe } from '../probe.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/** Signatures are refused beyond AWS's 15 minutes (STS: 5); a clock that far from the client's is set wrong. */
const refusedSkewMs = 300_000;
const noticedSkewMs = 30_000;

/** The server at the configured address: reachable, Bulwark, unsealed, able to store, in time. */
export const checkServer: Check = async ({ config }) => {
  const address = `${config.host}:${config.port}`;
  let health: Answer;
  try {
    health = await probe(config, '/_bulwark/health');
  } catch (error) {
    return [unreachable(address, error as NodeJS.ErrnoException, config.tls !== 'off')];
  }
  const body = parse(health.text);
  if (body?.status === 'sealed')
    return [
      problem('server', `the server on ${address} is sealed`, 'give it what opens it: "bulwark unseal"'),
      ...skew(health.date),
    ];
  if (body?.status === 'unavailable') return [await outage(config, address), ...skew(health.date)];
  if (health.status !== 200 || body?.status !== 'ready')
    return [
      problem(
        'server',
        `something that is not Bulwark answers on ${address}`,
        'stop it, or choose another port with --port or BULWARK_PORT',
      ),
    ];
  return [
    ok('server', `ready on ${address}, ${body.mode} mode`),
    ...skew(health.date),
    ...movedClock(body.time, health.date),
  ];
};

/** What the server tells of it to its own machine. */
const outage = async (config: Config, address: string): Promise<Finding> => {
  const told = await probe(config, '/_bulwark/status').catch(() => undefined);
  const { reason } = parse(told?.text ?? '') ?? {};
  return problem(
    'server',
    `the server on ${address} refuses requests, which cannot be stored${reason === undefined ? '' : `: ${reason}`}`,
    config.database === undefined
      ? `make room where ${config.data} lies, and see that the disk takes writes; the server goes on by itself then`
      : `see that ${placeOfState(config)} runs, is reached from here and takes writes; the server goes on by itself then`,
  );
};

const unreachable = (address: string, { code, message }: NodeJS.ErrnoException, secure: boolean): Finding => {
  if (code === 'ECONNREFUSED')
    return warning(
      'server',
      `nothing listens on ${address}`,
      'start it with "bulwark start"; if it runs, --port, --host, BULWARK_PORT or BULWARK_HOST differ from what it was started with',
    );
  if (code === 'EPROTO' || code === 'ERR_SSL_WRONG_VERSION_NUMBER')
    return problem(
      'server',
      `what listens on ${address} does not speak TLS`,
      'it was started without --tls: say so here too, or restart it with --tls',
    );
  if (code === 'ECONNRESET' || code?.startsWith('HPE_'))
    return problem(
      'server',
      `what listens on ${address} does not speak ${secure ? 'HTTPS' : 'plain HTTP'}`,
      secure
        ? 'is it Bulwark?'
        : 'if it was started with --tls, say --tls here too; if it is not Bulwark, choose another --port',
    );
  return problem('server', `${address} cannot be asked: ${message}`, 'check address, firewall and certificate');
};

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
const movedClock = (time: string | undefined, date: number): Finding[] => {
  const aheadMs = Date.parse(time ?? '') - date;
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

const parse = (text: string): Partial<Record<'status' | 'mode' | 'time' | 'reason', string>> | undefined => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
