import { errorBody, refusal, type ErrorBody } from '../../shared/protocol/errors.ts'
import { ACCOUNT_HEADER } from '../../shared/protocol/http.ts'
import { PROTOCOL_HEADER, PROTOCOL_VERSION, PROTOCOL_VERSION_MIN } from '../../shared/protocol/version.ts'
import type { Answer as LogAnswer } from './log/kind.ts'
import { request, type Fetch, type HttpContract, type Request } from './request.ts'

export type Answer<Value> = LogAnswer<Value, ErrorBody['error']>

const CONTRACT: HttpContract<ErrorBody['error']> = {
  ...{ header: PROTOCOL_HEADER, version: PROTOCOL_VERSION, versionMin: PROTOCOL_VERSION_MIN },
  ...{ errorBody, outdated: refusal('protocol_version') },
}

export type Ask = <Value>(
  asked: Request,
  read: (response: Response) => Promise<Answer<Value>>,
) => Promise<Answer<Value>>

/** Asks the campus's server. With `account`, a user id, it refuses to take a request for somebody else's. */
export function createAsk(fetch: Fetch, account?: string): Ask {
  const own = account === undefined ? {} : { [ACCOUNT_HEADER]: account }
  return (asked, read) => request(fetch, CONTRACT, { ...asked, headers: { ...asked.headers, ...own } }, read)
}
