import { createLoadOnce } from './load-once.ts'

/** `drawFormula` of katex.ts. */
export const formulaDrawing = createLoadOnce(async () => (await import('./katex.ts')).drawFormula)
