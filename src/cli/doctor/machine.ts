import { readFileSync } from 'node:fs';
import { isLoopback } from '../../config.ts';
import { type Check, type Finding, ok, problem, warning } from './finding.ts';

/** Descriptors that the server needs beside one for each connection. */
const otherFiles = 100;
/** The first Node that has what the server uses: node:sqlite, type stripping. */
const oldestNode = 24;

/** Runtime, limits of the process, and what the configuration exposes. */
export const checkMachine: Check = ({ config }) => [
  runtime(),
  ...openFiles(config.maxConnections),
  ...user(),
  ...exposure(config),
];

const runtime = (): Finding =>
  Number(process.versions.node.split('.', 1)[0]) >= oldestNode
    ? ok('runtime', `Node ${process.versions.node}`)
    : problem(
        'runtime',
        `Node ${process.versions.node} is too old`,
        `use Node ${oldestNode} or later; "npm ci" brings one`,
      );

const openFiles = (maxConnections: number): Finding[] => {
  if (process.platform !== 'linux') return [];
  const limit = Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? Number.NaN);
  if (!(limit < maxConnections + otherFiles)) return [ok('open files', `limit ${limit}`)];
  return [
    warning(
      'open files',
      `a process of this shell may open ${limit} files, fewer than --max-connections ${maxConnections} needs`,
      `raise it (ulimit -n ${maxConnections + otherFiles}; LimitNOFILE= in systemd), or lower --max-connections`,
    ),
  ];
};

const user = (): Finding[] =>
  process.getuid?.() === 0
    ? [
        warning(
          'user',
          'you are root; a server that runs as root can do more harm than it must',
          'run it as a user of its own (deploy/)',
        ),
      ]
    : [];

const exposure = ({ host, tls, mode, metricsPort }: Parameters<Check>[0]['config']): Finding[] => {
  if (isLoopback(host)) return [];
  return [
    ...(tls === 'off'
      ? [
          problem(
            'exposure',
            `${host} is reached over the network without TLS: plaintexts and secret keys cross it readable`,
            'add --tls, or --tls-cert and --tls-key',
          ),
        ]
      : []),
    ...(mode === 'open'
      ? [
          problem(
            'exposure',
            `open mode on ${host}: whoever reaches it is administrator`,
            'use --mode enforced, or listen on loopback',
          ),
        ]
      : []),
    ...(metricsPort !== undefined
      ? [
          warning(
            'exposure',
            `metrics are readable by whoever reaches port ${metricsPort}`,
            'let a firewall or NetworkPolicy pass the scraper only',
          ),
        ]
      : []),
  ];
};
