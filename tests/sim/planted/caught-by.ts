/** The seed that caught a mistake is tried first; should it not catch it any more, all others are. Not named: 1. */
export const CAUGHT_BY: Readonly<Record<string, number>> = {}
