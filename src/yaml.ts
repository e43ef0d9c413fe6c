import { createRequire } from 'node:module';
import type { DocumentOptions, ParseOptions, SchemaOptions, ToJSOptions } from 'yaml';

type Parse = (text: string, options?: ParseOptions & DocumentOptions & SchemaOptions & ToJSOptions) => unknown;

/** Parses YAML or JSON. The parser costs 9 MiB of memory, so it is loaded by the first file that needs it. */
export const parseYaml: Parse = (text, options) => loadYaml().parse(text, options) as unknown;

/** The parser itself, for readers that need the places of values. */
export const loadYaml = (): Yaml => createRequire(import.meta.url)('yaml') as Yaml;

type Yaml = typeof import('yaml');
