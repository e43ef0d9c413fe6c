import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { commands } from '../src/cli/commands.ts';
import { configFileOption } from '../src/options.ts';

const root = join(import.meta.dirname, '..');

const pagesIn = (folder: string, recursive: boolean): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true, recursive })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.md'))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));

const pages = [...pagesIn('.', false), ...['docs', 'src', 'deploy', 'examples'].flatMap((each) => pagesIn(each, true))];

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** What a heading is called in a link, as GitHub has it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');

const reaches = (page: string, link: string): boolean => {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : relative(root, resolve(root, dirname(page), path));
  if (!existsSync(join(root, target))) return false;
  return anchor === undefined || [...textOf(target).matchAll(/^#+ (.*)$/gm)].some(([, it]) => anchorOf(it!) === anchor);
};

/** The command that words begin with; undefined: there is none. */
const commandIn = ([first = '', second = '']: readonly string[]) =>
  commands.find(({ name }) => name === `${first} ${second}`) ?? commands.find(({ name }) => name === first);

/** What of a call is not there; undefined: it is all there. @param call what stands after `bulwark` */
const faultOf = (call: string): string | undefined => {
  if (call === '--help') return undefined;
  const words = call.split(/\s+/);
  const command = commandIn(words);
  if (command === undefined) return `no such command: ${call}`;
  const known = [...command.settings, ...(command.flags ?? []), configFileOption].map(({ name }) => `--${name}`);
  const own = words.includes('--') ? words.slice(0, words.indexOf('--')) : words;
  const unknown = own.flatMap((word) => /^--[\w-]+/.exec(word) ?? []).find((flag) => !known.includes(flag));
  return unknown && `no such flag ${unknown}: ${call}`;
};

/** Calls of `bulwark` in lines of shell, each without what the shell does with it. */
const callsIn = (shell: string): string[] =>
  shell
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => / *(?:\$ )?(?:\w+=\S+ )*(?:npm run )?bulwark (?:-- )?(.*)/y.exec(line)?.[1])
    .flatMap((call) => call?.replace(/ +[#|>&(].*/, '') ?? []);

/** Blocks of shell, and what is called with flags in the middle of a sentence. */
const shellOf = (page: string): string => {
  const block = /^ *```(\w*)\n([\s\S]*?)^ *```/gm;
  const blocks = [...page.matchAll(block)].flatMap(([, language, text]) => (/^(?:sh)?$/.test(language!) ? text : []));
  const spans = [...page.replaceAll(block, '').matchAll(/`((?:npm run )?bulwark [^`\n]* --[^`\n]*)`/g)];
  return [...blocks, ...spans.map(([, text]) => text)].join('\n');
};

describe('the pages', () => {
  it('link to files and headings that are there', () => {
    const links = pages.flatMap((page) =>
      [...textOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => ({ page, link: link! })),
    );
    const ours = links.filter(({ link }) => !/^(?:https?|mailto):/.test(link));
    assert.ok(ours.length > 100);
    assert.deepEqual(
      ours.filter(({ page, link }) => !reaches(page, link)),
      [],
    );
  });

  it('show commands that there are, with flags that they have', () => {
    const calls = pages.flatMap((page) => callsIn(shellOf(textOf(page))).map((call) => ({ page, call })));
    assert.ok(calls.length > 30, `${calls.length} calls`);
    assert.deepEqual(
      calls.filter(({ call }) => faultOf(call) !== undefined),
      [],
    );
  });
});

describe('--help', () => {
  for (const { name, examples } of commands) {
    it(`of ${name} shows how it is used, with flags that it has`, () => {
      const calls = callsIn(examples);
      assert.ok(
        calls.some((call) => commandIn(call.split(' '))?.name === name),
        examples,
      );
      assert.deepEqual(
        calls.flatMap((call) => faultOf(call) ?? []),
        [],
      );
    });
  }
});
