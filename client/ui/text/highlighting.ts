import { createLoadOnce } from './load-once.ts'

/** Longer code keeps one colour. It bounds the work, and the number of elements. */
export const HIGHLIGHT_MAX = 5_000

/** `highlight` of lowlight.ts. */
export const highlighting = createLoadOnce(async () => (await import('./lowlight.ts')).highlight)
