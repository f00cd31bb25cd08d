import { createLoadOnce } from './load-once.ts'

/**
 * Longer code keeps one colour. highlight.js takes four times as long for twice the code where that was built to be slow
 * (in C and TypeScript, an eighth of a second for 5,000 characters), so this is what bounds the work.
 */
export const HIGHLIGHT_MAX = 3_000

/** `highlight` of lowlight.ts. */
export const highlighting = createLoadOnce(async () => (await import('./lowlight.ts')).highlight)
