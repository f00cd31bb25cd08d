/** Moments at which something happens, run in their order; what happens at one moment keeps the order in which it was said. */
export interface Timeline {
  now(): number
  at(time: number, happen: () => void): void
  run(): void
}

interface Moment {
  time: number
  order: number
  happen: () => void
}

/** A binary heap, the earliest moment first. */
export function createTimeline(): Timeline {
  const heap: Moment[] = []
  let [now, orders] = [0, 0]

  const isBefore = (one: Moment, other: Moment) =>
    one.time < other.time || (one.time === other.time && one.order < other.order)

  function put(moment: Moment): void {
    let place = heap.push(moment) - 1
    while (place > 0) {
      const above = Math.floor((place - 1) / 2)
      const parent = heap[above]
      if (parent === undefined || !isBefore(moment, parent)) break
      heap[place] = parent
      place = above
    }
    heap[place] = moment
  }

  function takeFirst(): Moment | undefined {
    const first = heap[0]
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return first
    let place = 0
    for (;;) {
      let below = 2 * place + 1
      const [left, right] = [heap[below], heap[below + 1]]
      if (left === undefined) break
      if (right !== undefined && isBefore(right, left)) below += 1
      const earlier = heap[below]
      if (earlier === undefined || !isBefore(earlier, last)) break
      heap[place] = earlier
      place = below
    }
    heap[place] = last
    return first
  }

  return {
    now: () => now,
    at(time, happen) {
      orders += 1
      put({ time: Math.max(time, now), order: orders, happen })
    },
    run() {
      for (let moment = takeFirst(); moment !== undefined; moment = takeFirst()) {
        now = moment.time
        moment.happen()
      }
    },
  }
}
