import { refusal } from '../../../shared/protocol/errors.ts'
import { peopleBody, peopleQuery } from '../../../shared/protocol/http.ts'
import { findPeople, fromNext, searchPeople as search } from '../../campus/search-people.ts'
import { answerLimited, answerRefusal } from '../answers.ts'
import type { AppParts } from '../app-parts.ts'
import type { AppContext, AppHandler } from '../context.ts'
import { withBody, withQuery } from '../input.ts'

/** Looks for people by what they are called. */
export function searchPeople({ store, accounts }: AppParts): AppHandler {
  return withQuery(peopleQuery, (c, { words, after }) =>
    limited(c, accounts, async () => {
      const place = fromNext(after)
      if (place === undefined)
        return answerRefusal(c, refusal('bad_request', 'The value of "after" is not one that a page gave.'))
      return c.json(await search(store, words, place))
    }),
  )
}

/** Tells what people are called whom a device knows by their ids. */
export function people({ store, accounts }: AppParts): AppHandler {
  return withBody(peopleBody, (c, { ids }) => limited(c, accounts, async () => c.json(await findPeople(store, ids))))
}

async function limited(
  c: AppContext,
  { takePeople }: Pick<AppParts['accounts'], 'takePeople'>,
  work: () => Promise<Response>,
): Promise<Response> {
  const over = await takePeople(c.var.session.userId)
  return over === undefined ? work() : answerLimited(c, over.retryAfterMs)
}
