/** What KaTeX is given of one message. Formulas beyond it are shown as they were written. */
const FORMULA_MAX = 1_000
const FORMULAS_MAX = 3_000

/** What is left of what one message may ask of a screen. */
export interface Budget {
  /** Whether this formula may be drawn. */
  takeFormula: (source: string) => boolean
}

export function createBudget(): Budget {
  let formulas = 0
  return {
    takeFormula(source) {
      if (source.length > FORMULA_MAX || formulas + source.length > FORMULAS_MAX) return false
      formulas += source.length
      return true
    },
  }
}
