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

/** What was chosen in this page: where the browser keeps nothing, that is all there is. */
let chosen: Look | null = null

export function readLook(): Look {
  const kept = readKeptJson('device', KEY) ?? chosen
  const { theme, size }: { theme?: unknown; size?: unknown } = typeof kept === 'object' && kept !== null ? kept : {}
  return {
    theme: THEMES.find(({ value }) => value === theme)?.value ?? 'system',
    size: SIZES.find(({ value }) => value === size)?.value ?? 'normal',
  }
}

/** Keeps it where the browser lets us, and shows it at once in any case. */
export function setLook(look: Look): void {
  chosen = look
  keep('device', KEY, JSON.stringify(look))
  document.dispatchEvent(new CustomEvent('look', { detail: look }))
}
