export interface CodeSpan {
  text: string
  /** Behind its last backtick. */
  end: number
}

/** Finds what stands between equal runs of backticks in a line, in time that grows no faster than the line. */
export function createCodeSpans(line: string): (from: number, length: number) => CodeSpan | null {
  let runs: Map<number, number[]> | null = null

  function listRuns(): Map<number, number[]> {
    const found = new Map<number, number[]>()
    for (const { 0: run, index } of line.matchAll(/`+/g)) {
      const starts = found.get(run.length)
      if (starts === undefined) found.set(run.length, [index])
      else starts.push(index)
    }
    return found
  }

  /** `from` is where the run of `length` backticks ends; it is never before that of an earlier call. */
  return (from, length) => {
    runs ??= listRuns()
    const starts = runs.get(length) ?? []
    while ((starts[0] ?? from) < from) starts.shift()
    const start = starts[0]
    if (start === undefined) return null
    const written = line.slice(from, start)
    if (written.trim() === '') return null
    const text = /^ .* $/.test(written) ? written.slice(1, -1) : written
    return { text, end: start + length }
  }
}
