import type { Settings } from './settings.ts'

/** How much may be kept, in bytes, as an operator has it at each moment. */
export interface Storage {
  readonly fileBytesMax: number
  readonly accountBytesMax: number
  /** Undefined is as much as the disk has. */
  readonly bytesMax: number | undefined
}

export function followStorage(settings: Pick<Settings, 'get'>): Storage {
  return {
    get fileBytesMax() {
      return settings.get('storage.file')
    },
    get accountBytesMax() {
      return settings.get('storage.account')
    },
    get bytesMax() {
      const all = settings.get('storage.all')
      return all === 'off' ? undefined : all
    },
  }
}
