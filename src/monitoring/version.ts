import manifest from '../../package.json' with { type: 'json' };

/** This software's version. */
export const version: string = manifest.version;
