import { writeFileSync } from 'node:fs';
import type { Config } from '../../config.ts';
import { readCaseFile } from './case-file.ts';
import { type FileResult, junitOf } from './junit.ts';
import { runCase } from './run-case.ts';

/**
 * `bulwark policy test`: decides cases with policy files, without a server. Exits with 1 when a case is decided otherwise
 * than it expects, with 2 when a file cannot be used. @see docs/policy-tests.md
 */
export const policyTestCommand = async (
  _config: Config,
  { files = '', junit }: Readonly<Record<string, string | undefined>>,
): Promise<void> => {
  const tested: FileResult[] = files
    .split('\n')
    .map((path) => ({ path, results: readCaseFile(path).map((policyCase) => runCase(policyCase)) }));
  for (const file of tested) process.stdout.write(reportOf(file));
  const results = tested.flatMap((file) => file.results);
  const failed = results.filter(({ passed }) => !passed).length;
  process.stdout.write(`${results.length - failed} passed, ${failed} failed\n`);
  if (junit !== undefined) writeFileSync(junit, junitOf(tested));
  if (failed > 0) process.exitCode = 1;
};

const reportOf = ({ path, results }: FileResult): string =>
  [
    path,
    ...results.flatMap(({ policyCase: { name, line }, passed, lines }) =>
      passed ? [`  ok    ${name}`] : [`  FAIL  ${name} (${path}:${line})`, ...lines.map((text) => `        ${text}`)],
    ),
    '',
  ].join('\n');
