import type { Registry } from 'prom-client'
import { createTally } from './tally.ts'

/** What is counted of what goes out: structurally what `http` tells. */
export interface AnswerObserver {
  /** The codes of commands that were refused. */
  onRefused(code: string): void
  onPulled(kind: 'fresh' | 'since', rows: number): void
  onReset(): void
  onAnswered(area: 'api' | 'app' | 'classroom', status: number): void
}

export function createAnswerObserver(registry: Registry, onClassroomRequest: () => void): AnswerObserver {
  const refusals = createTally(registry, {
    name: 'chatbox_outbox_refusals_total',
    help: 'Commands of the campus that were refused, by the code that their outbox was given.',
    labels: ['code'],
  })
  const pages = createTally(registry, {
    name: 'chatbox_pull_pages_total',
    help: 'Pages that devices pulled of the campus log: fresh begins with nothing, since goes on after a cursor.',
    labels: ['kind'],
  })
  const rows = createTally(registry, {
    name: 'chatbox_pull_rows_total',
    help: 'Rows on the pages that devices pulled of the campus log.',
  })
  const resets = createTally(registry, {
    name: 'chatbox_pull_resets_total',
    help: 'Pulls of a history that the campus log does not have, whose devices begin afresh.',
  })
  const requests = createTally(registry, {
    name: 'chatbox_http_requests_total',
    help: 'HTTP requests but those about classrooms, by what they are about and the class of their status.',
    labels: ['area', 'status'],
  })
  return {
    onRefused: (code) => refusals.add([code]),
    onPulled(kind, count) {
      pages.add([kind])
      rows.add([], count)
    },
    onReset: () => resets.add([]),
    onAnswered(area, status) {
      if (area === 'classroom') onClassroomRequest()
      else requests.add([area, `${Math.floor(status / 100)}xx`])
    },
  }
}
