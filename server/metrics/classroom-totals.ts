import { Counter, Gauge, type Registry } from 'prom-client'

/*
 * Classrooms are counted in all, never one by one, and what is counted is told every five minutes only: a total that moved at
 * once would say to the second when somebody asked. So what a scrape reads is how things stood at the last full five minutes,
 * as a question's own time is rounded.
 *
 *   12:00          12:03 a question       12:04 a scrape        12:05          12:06 a scrape
 *   ──┼──────────────────●──────────────────── 7 ──────────────────┼──────────────── 8 ─────
 */

export interface ClassroomTotals {
  onCommand(outcome: 'accepted' | 'refused' | 'failed'): void
  onRequest(): void
  onError(): void
  /** One more socket, or one less. */
  onSocket(change: 1 | -1): void
}

interface Counts {
  accepted: number
  refused: number
  failed: number
  requests: number
  errors: number
  sockets: number
}

/** `toStep` rounds a time down as those of questions are. */
export function createClassroomTotals(
  registry: Registry,
  now: () => number,
  toStep: (ms: number) => number,
): ClassroomTotals {
  const counts: Counts = { accepted: 0, refused: 0, failed: 0, requests: 0, errors: 0, sockets: 0 }
  let told = { ...counts }
  let step = toStep(now())

  /** Called before anything is counted or told: what is counted by now happened in a step that is over, or in this one. */
  function settle(): Counts {
    const current = toStep(now())
    if (current !== step) told = { ...counts }
    step = current
    return told
  }

  function count(what: keyof Counts, change = 1): void {
    settle()
    counts[what] += change
  }

  const registers = [registry]
  new Counter({
    name: 'chatbox_classroom_commands_total',
    help: 'Commands of all classrooms together, of students and staff, by what became of them; told every five minutes.',
    labelNames: ['outcome'],
    registers,
    collect() {
      const { accepted, refused, failed } = settle()
      this.reset()
      for (const [outcome, amount] of Object.entries({ accepted, refused, failed })) this.inc({ outcome }, amount)
    },
  })
  const tell = (name: string, help: string, pick: (counts: Counts) => number) =>
    new Counter({
      ...{ name, help: `${help}; told every five minutes.`, registers },
      collect() {
        const amount = pick(settle())
        this.reset()
        this.inc(amount)
      },
    })
  tell('chatbox_classroom_requests_total', 'HTTP requests about any classroom', ({ requests }) => requests)
  tell('chatbox_classroom_errors_total', 'Unexpected errors around any classroom', ({ errors }) => errors)
  new Gauge({
    name: 'chatbox_classroom_sockets',
    help: 'Open sockets of all classrooms together; told every five minutes.',
    registers,
    collect() {
      this.set(settle().sockets)
    },
  })

  return {
    onCommand: (outcome) => count(outcome),
    onRequest: () => count('requests'),
    onError: () => count('errors'),
    onSocket: (change) => count('sockets', change),
  }
}
