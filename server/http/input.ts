import * as v from 'valibot'
import { refusal } from '../../shared/protocol/errors.ts'
import { answerRefusal } from './answers.ts'
import type { AppContext, AppHandler } from './context.ts'
import { toIssueSentence } from '../log/issue-sentence.ts'

type Work<Input> = (c: AppContext, input: Input) => Promise<Response>
type Schema<Input> = v.GenericSchema<unknown, Input>

/** A handler of what a JSON body holds. */
export function withBody<Input>(schema: Schema<Input>, work: Work<Input>): AppHandler {
  return async (c) => {
    const content = fromJson(await c.req.text())
    if (content === undefined) return answerRefusal(c, refusal('bad_request', 'The body is not JSON.'))
    return check(c, schema, content.value, work)
  }
}

/** A handler of what the query of an address holds. */
export function withQuery<Input>(schema: Schema<Input>, work: Work<Input>): AppHandler {
  return (c) => check(c, schema, c.req.query(), work)
}

async function check<Input>(c: AppContext, schema: Schema<Input>, content: unknown, work: Work<Input>) {
  const parsed = v.safeParse(schema, content)
  if (parsed.success) return work(c, parsed.output)
  return answerRefusal(c, refusal('bad_request', toIssueSentence(parsed.issues)))
}

function fromJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}
