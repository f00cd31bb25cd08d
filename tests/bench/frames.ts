const FRAME_MS = 1_000 / 60

/** Of the frames that a display of 60 Hz showed meanwhile, the percentage of those that the page had ready, by when it began each. */
export function shareInTime(begun: readonly number[]): number {
  if (begun.length < 2) throw new Error('there were no frames')
  const missed = begun.slice(1).reduce((sum, at, place) => {
    const turns = Math.round((at - (begun[place] ?? at)) / FRAME_MS)
    return sum + Math.max(0, turns - 1)
  }, 0)
  return (100 * begun.length) / (begun.length + missed)
}
