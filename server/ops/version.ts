import manifest from '../../package.json' with { type: 'json' }

/** Which ChatBox this is. */
export const VERSION: string = manifest.version
