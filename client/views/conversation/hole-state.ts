/** What became of an attempt to fill a hole. */
export type HoleState = 'loading' | 'offline' | 'refused'
