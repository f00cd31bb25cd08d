export interface ListView {
  /** Indices in the list of the first and the last item that are wholly on the screen; -1 where there are none. */
  first: number
  last: number
  /** Whether the end is on the screen. */
  atEnd: boolean
  /** Whether somebody wants to be at the end, and is put there whatever comes; also while it is not drawn yet. */
  holdsEnd: boolean
  /** What is drawn but not on the screen, in pixels, above and below. */
  above: number
  below: number
}
