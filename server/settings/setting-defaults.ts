import type { SettingValues } from '../../shared/operate/settings.ts'

/** What holds where an operator chose nothing and the environment says something else than `SETTINGS`. */
export function toSettingDefaults(config: {
  publicUrl: URL | undefined
  fileBytesMax: number
  accountFilesBytesMax: number
  filesBytesMax: number | undefined
}): Partial<SettingValues> {
  return {
    // What strangers can reach is not open to them by mistake.
    registration: config.publicUrl === undefined ? 'open' : 'invitation',
    'storage.file': config.fileBytesMax,
    'storage.account': config.accountFilesBytesMax,
    'storage.all': config.filesBytesMax ?? 'off',
  }
}
