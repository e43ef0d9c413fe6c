import type { Config } from '../config.ts';
import type { SealSettings } from '../seal/method.ts';
import { methodOf, sealMethods } from '../seal/methods.ts';
import { initializeSeal, type NewSeal, rewrapSeal, sealStatus } from '../seal/seal.ts';
import { SealError } from '../seal/seal-error.ts';
import { ConfigError } from '../setting-values.ts';
import { holdSeal } from '../store/open.ts';
import { liesIn } from './lies-in.ts';
import { say } from './say.ts';
import { askSecret } from './secret-input.ts';
import { unsealHere } from './unseal-here.ts';

/** `bulwark init`: makes the root key of a new data directory under the seal that `--seal` names, and says what to keep. */
export const initCommand = async (config: Config): Promise<void> => {
  if (config.data === ':memory:') throw new ConfigError('data: a server in memory needs no seal; name a directory');
  const { method } = sealStatus(config.data);
  if (method !== 'none')
    throw new SealError(`${config.data} has a root key already (${method}); "bulwark rewrap" changes how it is kept`);
  const keep = await initializeSeal(config.data, await newSeal(config));
  await say(lines([sealedSentence(config), ...keep]));
};

/** `bulwark rewrap`: keeps the root key in another way than before. A running server goes on: it holds the key already. */
export const rewrapCommand = async (config: Config): Promise<void> => {
  // Held before the root key is read: what is sealed anew is the one that there is.
  const letGo =
    config.data !== ':memory:' && sealStatus(config.data).method !== 'none' ? holdSeal(config.data) : undefined;
  try {
    const rootKey = await unsealHere(config);
    const further = await rewrapSeal(config.data, rootKey, await newSeal(config), (keep) => say(lines(keep)));
    await say(lines([sealedSentence(config), ...further]));
  } finally {
    letGo?.();
  }
};

/** The seal that the configuration names, with what a person has to give for it. @throws {ConfigError} it names none */
export const newSeal = async ({ data, seal: { method, settings } }: Config): Promise<NewSeal> => {
  if (method === undefined) throw new ConfigError(`--seal says how: ${Object.keys(sealMethods).join(', ')}`);
  if (method === 'key-file') warnOfKeyInside(data, settings);
  if (methodOf(method).asks !== 'passphrase') return { method, settings };
  const given = await askSecret('New passphrase');
  if (given !== (await askSecret('The same again')))
    throw new SealError('the two passphrases differ; nothing was changed');
  return { method, settings, given };
};

/** Says so where the seal key lies in what it seals: whoever copies the directory has both. */
export const warnOfKeyInside = (data: string, { keyFile }: SealSettings): void => {
  if (keyFile === undefined || !liesIn(data, keyFile)) return;
  process.stderr.write(
    `bulwark: WARNING: ${keyFile} lies in the data directory, so a copy of the directory opens itself; keep the seal key on another volume\n`,
  );
};

const sealedSentence = ({ data, seal }: Config): string => `# The root key of ${data} is sealed by ${seal.method}.`;

const lines = (texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
