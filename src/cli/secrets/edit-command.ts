import { tmpdir } from 'node:os';
import { ClientError } from '../../client/client-error.ts';
import { membersOf } from '../../client/secret-value.ts';
import type { Config } from '../../config.ts';
import type { Texts } from '../command-row.ts';
import { type Change, changesBetween, describeChanges } from './changes.ts';
import { openEditor } from './editor.ts';
import { type Format, formatOf } from './formats.ts';
import { type Place, placeOf } from './place.ts';
import { PrivateFile } from './private-file.ts';
import { SecretPlace } from './secret-place.ts';

/** `bulwark secrets edit`: what there is, in an editor; what was changed there is written when it ends. */
export const editCommand = async (_config: Config, flags: Texts, environment: Texts): Promise<void> => {
  const place = placeOf(flags, environment);
  const edited = (await plainText(place)) ?? (await entriesOf(place, formatOf(flags.format, undefined)));
  const file = new PrivateFile(`secrets${edited.extension}`, {
    inMemory: ['/dev/shm', ...(environment.XDG_RUNTIME_DIR ? [environment.XDG_RUNTIME_DIR] : [])],
    onDisk: tmpdir(),
  });
  const outcome = await edit(file, edited, environment).finally(() => file.wipe());
  process.stdout.write(outcome.describe(flags.show === 'true'));
  if (flags['dry-run'] !== 'true') await outcome.apply();
};

/** What is edited, as text, and what becomes of another one. */
interface Edited {
  readonly extension: string;
  readonly text: string;
  /** @throws {ClientError} the text is wrong */
  readonly finish: (text: string) => Outcome;
}

interface Outcome {
  readonly describe: (show: boolean) => string;
  readonly apply: () => Promise<void>;
}

const nothing: Outcome = { describe: () => 'no difference\n', apply: async () => {} };

/** Opens the editor until the text can be read, or whoever edits it gives up. */
const edit = async (file: PrivateFile, edited: Edited, environment: Texts): Promise<Outcome> => {
  if (file.isOnDisk) process.stderr.write(`bulwark: nothing here is in memory: ${file.path} is on a disk meanwhile\n`);
  file.write(edited.text);
  for (;;) {
    await openEditor(file.path, environment);
    const text = file.read();
    if (text === edited.text) return nothing;
    try {
      return edited.finish(text);
    } catch (error) {
      if (!(error instanceof ClientError) || !process.stdin.isTTY) throw error;
      process.stderr.write(`bulwark: ${error.message}\n`);
      await enter();
    }
  }
};

const ending = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Waits for the Enter key; Ctrl-C, and whatever else ends a program, ends the edit with nothing changed. */
const enter = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const { stdin } = process;
    process.stderr.write('Press Enter to edit it again, Ctrl-C to leave everything as it is.\n');
    const settle = (finish: () => void): void => {
      for (const signal of ending) process.off(signal, stop);
      stdin.off('data', go).off('end', stop).pause();
      finish();
    };
    const go = (): void => settle(resolve);
    const stop = (): void => settle(() => reject(new ClientError('nothing is changed')));
    for (const signal of ending) process.on(signal, stop);
    stdin.on('data', go).on('end', stop).resume();
  });

const entriesOf = async (place: Place, format: Format): Promise<Edited> => {
  const before = await place.read();
  if (before.entries.size === 0 && place instanceof SecretPlace)
    throw new ClientError(`there is nothing in ${place.name}: "secrets import" makes it`);
  const remark = format.remark ? `${format.remark}${place.name}: what you save is written when the editor ends.\n` : '';
  return {
    extension: format.extension,
    text: remark + format.format(before.entries),
    finish: (text) => {
      const after = place.accept(format.parse(text));
      if (after.size === 0) throw new ClientError('everything is gone: nothing is changed');
      const changes: readonly Change[] = changesBetween(before.entries, after);
      return {
        describe: (show) => describeChanges(changes, show),
        apply: async () => {
          if (changes.length > 0) await place.write(changes, before);
        },
      };
    },
  };
};

/** A secret that is no JSON object is edited as it stands; undefined: the place is something else. */
const plainText = async (place: Place): Promise<Edited | undefined> => {
  if (!(place instanceof SecretPlace)) return undefined;
  const secret = await place.find();
  if (secret?.SecretString === undefined || membersOf(secret.SecretString)) return undefined;
  const { SecretString: text, VersionId } = secret;
  return {
    extension: '.txt',
    text,
    finish: (now) => {
      // Editors end the last line where the secret did not.
      const after = text.endsWith('\n') ? now : now.replace(/\n$/, '');
      if (after === text) return nothing;
      if (after === '') throw new ClientError('everything is gone: nothing is changed');
      return {
        describe: () => `~ ${place.name}\n0 added, 1 changed, 0 removed\n`,
        apply: () => place.writeText(after, VersionId),
      };
    },
  };
};
