import { toFieldErrors } from '../../data/account/account-form.ts'
import type { Answer } from '../../sync/campus-http.ts'

/** What the server was asked for: its last answer, and why there is none. */
export class Asked<Value> {
  value = $state.raw<Value>()
  problem = $state('')
  /** Of the problem, where the server told it. */
  code = $state('')
  busy = $state(false)
  readonly #ask: () => Promise<Answer<Value>>

  constructor(ask: () => Promise<Answer<Value>>) {
    this.#ask = ask
    void this.load()
  }

  async load(): Promise<void> {
    this.busy = true
    const answer = await this.#ask()
    this.busy = false
    if (answer.kind === 'ok') this.value = answer.value
    this.code = answer.kind === 'refused' ? answer.error.code : ''
    this.problem = answer.kind === 'ok' ? '' : toProblem(answer)
  }
}

/** Why something was not done, in a sentence. */
export function toProblem(answer: Exclude<Answer<unknown>, { kind: 'ok' }>): string {
  if (answer.kind === 'unreachable') return 'ChatBox cannot be reached right now. What stands here needs a connection.'
  return Object.values(toFieldErrors(answer))[0] ?? 'That did not work.'
}
