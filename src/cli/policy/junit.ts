import type { CaseResult } from './run-case.ts';

/** Results of one file of cases. */
export interface FileResult {
  readonly path: string;
  readonly results: readonly CaseResult[];
}

/** The results as JUnit XML, which CI systems read: a suite for each file, with the explanation in each failure. */
export const junitOf = (files: readonly FileResult[]): string => {
  const suites = files.map(({ path, results }) => {
    const cases = results.map((result) => caseOf(path, result)).join('');
    return `  <testsuite ${countsOf(results)} name="${escaped(path)}">\n${cases}  </testsuite>\n`;
  });
  const all = files.flatMap(({ results }) => results);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${countsOf(all)} name="bulwark policy test">\n${suites.join('')}</testsuites>\n`;
};

const countsOf = (results: readonly CaseResult[]): string => {
  const failures = results.filter(({ passed }) => !passed).length;
  return `tests="${results.length}" failures="${failures}" errors="0" time="${secondsOf(results)}"`;
};

const secondsOf = (results: readonly CaseResult[]): string =>
  (results.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000).toFixed(6);

const caseOf = (path: string, result: CaseResult): string => {
  const { policyCase, passed, lines } = result;
  const head = `    <testcase classname="${escaped(path)}" name="${escaped(policyCase.name)}" file="${escaped(path)}" line="${policyCase.line}" time="${secondsOf([result])}"`;
  if (passed) return `${head}/>\n`;
  const message = lines.slice(0, 2).join(' ');
  return `${head}>\n      <failure message="${escaped(message)}">${escaped(lines.join('\n'))}</failure>\n    </testcase>\n`;
};

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text for elements and attributes of XML 1.0, which cannot carry every character. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what XML cannot carry
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => entities[character]!);
