import { keep, readKeptJson } from './kept.ts'

/*
 * How the app looks on this device, whoever is signed in: `public/look.js` reads it before anything is drawn.
 */
export const THEMES = [
  { value: 'system', label: 'As the device' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
] as const
export const SIZES = [
  { value: 'small', label: 'Small' },
  { value: 'normal', label: 'Normal' },
  { value: 'large', label: 'Large' },
  { value: 'largest', label: 'Very large' },
] as const

export interface Look {
  theme: (typeof THEMES)[number]['value']
  size: (typeof SIZES)[number]['value']
}

const KEY = 'look'

export function readLook(): Look {
  const kept = readKeptJson('device', KEY)
  const { theme, size }: { theme?: unknown; size?: unknown } = typeof kept === 'object' && kept !== null ? kept : {}
  return {
    theme: THEMES.find(({ value }) => value === theme)?.value ?? 'system',
    size: SIZES.find(({ value }) => value === size)?.value ?? 'normal',
  }
}

/** Keeps it, and shows it at once. */
export function setLook(look: Look): void {
  keep('device', KEY, JSON.stringify(look))
  document.dispatchEvent(new Event('look'))
}
