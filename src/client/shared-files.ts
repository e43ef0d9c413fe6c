import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The settings of one section: texts, or for an indented block texts by name. */
export type Section = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** AWS's shared files, as the AWS CLI reads them. */
export interface SharedFiles {
  /** The settings of a profile: of the credentials file, over those of the configuration file; undefined: it is in neither. */
  profile(name: string): Section | undefined;
  /** The endpoints of a `[services …]` section. */
  services(name: string): Section | undefined;
}

/**
 * Reads `~/.aws/config` and `~/.aws/credentials`, or what `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name. A file
 * that is not there is an empty one.
 *
 * @see AWS SDKs and Tools: "Shared config and credentials files"
 */
export const readSharedFiles = (environment: Readonly<Record<string, string | undefined>>): SharedFiles => {
  const { HOME = '', AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE } = environment;
  const config = sectionsOf(AWS_CONFIG_FILE ?? join(HOME, '.aws', 'config'), HOME);
  const credentials = sectionsOf(AWS_SHARED_CREDENTIALS_FILE ?? join(HOME, '.aws', 'credentials'), HOME);
  return {
    profile: (name) => {
      const parts = [config.get(name === 'default' ? name : `profile ${name}`), credentials.get(name)];
      return parts.some(Boolean) ? { ...parts[0], ...parts[1] } : undefined;
    },
    services: (name) => config.get(`services ${name}`),
  };
};

const sectionsOf = (path: string, home: string): ReadonlyMap<string, Section> => {
  try {
    return parseSharedFile(readFileSync(path.replace(/^~(?=\/)/, home), 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
};

/** Parses a shared file: sections, `name = value`, and blocks that are indented below a name without a value. */
export const parseSharedFile = (text: string): ReadonlyMap<string, Section> => {
  const sections = new Map<string, Record<string, string | Record<string, string>>>();
  let section: Record<string, string | Record<string, string>> = {};
  let block: Record<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;].*)?$/.test(line)) continue;
    const heading = /^\[\s*(.*?)\s*\]/.exec(line)?.[1]?.replace(/\s+/g, ' ');
    if (heading !== undefined) {
      section = sections.get(heading) ?? {};
      sections.set(heading, section);
      block = undefined;
      continue;
    }
    const [, indent, name, value] = /^(\s*)([^=\s]+)\s*=\s*(.*?)(?:\s+[#;].*)?\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    if (indent && block) block[name] = value;
    else {
      block = value === '' ? {} : undefined;
      section[name] = block ?? value;
    }
  }
  return sections;
};
