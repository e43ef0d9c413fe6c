import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

/**
 * Words of SQL that PostgreSQL, CockroachDB and YugabyteDB document alike. Whoever needs another one looks it up in all
 * three, and says so in docs/clusters.md.
 */
const plainWords = new Set(
  `SELECT FROM WHERE AND IN IS NOT NULL AS ORDER BY LIMIT JOIN LEFT ON FOR UPDATE INSERT INTO VALUES CONFLICT DO NOTHING SET DELETE
   CREATE TABLE INDEX IF EXISTS PRIMARY KEY UNIQUE TEXT BYTEA BIGINT BEGIN COMMIT ROLLBACK ISOLATION LEVEL READ COMMITTED REPEATABLE
   ONLY SHOW`.split(/\s+/),
);

/** Functions, with what needs them. */
const plainFunctions = new Set([
  // Of the keyring, and of whoever asks how many there are.
  'coalesce',
  'max',
  'count',
  // Of changes, which are recognized by a part of their notice.
  'substring',
  // Of `rotate-keys --root`, which looks for servers that still run.
  'current_database',
  'pg_backend_pid',
]);

/** Casts and catalogs; settings of a session, of which the first two are PostgreSQL's and the third is left where it is unknown. */
const plainNames = new Set([
  'bytea',
  'pg_stat_activity',
  'statement_timeout',
  'idle_in_transaction_session_timeout',
  'synchronous_commit',
]);

const folder = join(import.meta.dirname, '..', '..', 'src', 'store', 'engines');

/** Texts of the string literals of a program; what is put into a template becomes `0`, and its own literals come by themselves. */
const literalsIn = (source: string): string[] => {
  const found: string[] = [];
  const read = (from: number, end: string): number => {
    let text = '';
    let at = from;
    for (; at < source.length && source[at] !== end; at++) {
      if (source[at] === '\\') text += source[++at];
      else if (end === '`' && source.startsWith('${', at)) {
        at = code(at + 2, '}');
        text += '0';
      } else text += source[at];
    }
    found.push(text);
    return at;
  };
  /** @returns where it ends */
  const code = (from: number, end: string): number => {
    let at = from;
    for (let depth = 0; at < source.length && !(depth === 0 && source[at] === end); at++) {
      const here = source[at]!;
      if (source.startsWith('//', at)) at = source.indexOf('\n', at);
      else if (source.startsWith('/*', at)) at = source.indexOf('*/', at) + 1;
      else if (here === '/' && /[(,=:!&|?]\s*$/.test(source.slice(at - 20, at))) at = endOfPattern(at + 1);
      else if ('\'"`'.includes(here)) at = read(at + 1, here);
      else if (here === '{') depth++;
      else if (here === '}') depth--;
    }
    return at;
  };
  const endOfPattern = (from: number): number => {
    let at = from;
    for (; source[at] !== '/'; at++) if (source[at] === '\\') at++;
    return at;
  };
  code(0, '');
  return found;
};

const isStatement = (text: string): boolean =>
  /^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|BEGIN|COMMIT|ROLLBACK|SET|SHOW|WITH|LOCK|LISTEN|NOTIFY|COPY)\b/.test(
    text,
  );

const statements = readdirSync(folder)
  .filter((file) => /^postgres.*\.ts$/.test(file) && !file.endsWith('.test.ts'))
  .flatMap((file) => literalsIn(readFileSync(join(folder, file), 'utf8')).filter(isStatement));

/** What a statement has beyond what every server that speaks PostgreSQL's protocol has. */
const strangersIn = (statement: string): string[] => {
  const bare = statement.replace(/'[^']*'/g, ' ');
  return [
    ...[...bare.matchAll(/\b[A-Z]{2,}\b/g)].map(([word]) => word).filter((word) => !plainWords.has(word)),
    ...[...bare.matchAll(/\b([a-z_]+)\(/g)].map(([, name]) => name!).filter((name) => !plainFunctions.has(name)),
    ...[...bare.matchAll(/::\s*(\w+)|\b(pg_\w+)(?!\w*\()|\bSET (\w+) =|\bSHOW (\w+)/g)]
      .map((match) => match.slice(1).find(Boolean)!)
      .filter((name) => !plainNames.has(name) && !/^(value|revision|parent|pg_backend_pid)$/.test(name)),
    ...(bare.match(/->|@>|<@|\?\||~|\$\$|\bARRAY\b|\[/g) ?? []),
  ];
};

describe('the SQL for databases', () => {
  it('is found in the source', () => {
    assert.ok(statements.length >= 30, String(statements.length));
    for (const verb of ['CREATE', 'SELECT', 'INSERT', 'UPDATE', 'DELETE', 'BEGIN', 'SET', 'SHOW'])
      assert.ok(
        statements.some((text) => text.startsWith(verb)),
        verb,
      );
  });

  for (const statement of new Set(statements)) {
    it(`is plain: ${statement.slice(0, 90)}`, () => assert.deepEqual(strangersIn(statement), []));
  }

  it('would be refused with what PostgreSQL alone has', () => {
    for (const strange of [
      'SELECT pg_advisory_lock(1)',
      'LISTEN bulwark',
      'CREATE EXTENSION pgcrypto',
      'SELECT 1 FROM t FOR UPDATE SKIP LOCKED',
      'CREATE TABLE t (id BIGSERIAL PRIMARY KEY)',
      'SELECT value::jsonb FROM t',
      "SELECT 1 FROM t WHERE value ~ 'x'",
      'INSERT INTO t VALUES (1) RETURNING id',
      'CREATE UNLOGGED TABLE t (id BIGINT)',
      'SELECT ctid, digest(value) FROM t',
      'SET deadlock_timeout = 1',
      'COPY t FROM STDIN',
      'SELECT 1 FROM pg_locks',
    ])
      assert.notDeepEqual(strangersIn(strange), [], strange);
  });
});
