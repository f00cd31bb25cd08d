export interface ListView {
  /** Indices in the list of the first and the last item that are wholly on the screen; -1 where there are none. */
  first: number
  last: number
  /** Whether the end is on the screen. */
  atEnd: boolean
  /** What is drawn but not on the screen, in pixels, above and below. */
  above: number
  below: number
}
