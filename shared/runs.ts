/*
 * A set of whole numbers in short, where many of them follow on each other: where the first run begins and how long it
 * is, then for each further one how far it is from the end of the one before, and how long. [3, 4, 5, 9] is [3, 3, 4, 1].
 */

/** The numbers may come in any order. */
export function toRuns(numbers: Iterable<number>): number[] {
  const runs: number[] = []
  let last = 0
  for (const number of [...new Set(numbers)].sort((one, other) => one - other)) {
    if (runs.length > 0 && number === last + 1) runs.push((runs.pop() ?? 0) + 1)
    else runs.push(number - last, 1)
    last = number
  }
  return runs
}

/** The numbers, ascending. Throws for more of them than `max`. */
export function fromRuns(runs: readonly number[], max: number): number[] {
  const numbers: number[] = []
  let last = 0
  for (let index = 0; index < runs.length; index += 2) {
    const length = runs[index + 1] ?? 0
    if (numbers.length + length > max) throw new Error(`runs hold more than ${max} numbers`)
    last += runs[index] ?? 0
    for (let count = 0; count < length; count += 1) numbers.push(last + count)
    last += Math.max(0, length - 1)
  }
  return numbers
}
