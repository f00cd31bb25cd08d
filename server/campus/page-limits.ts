import {
  FIRST_PULL_CONVERSATIONS,
  FIRST_PULL_USERS,
  NEWEST_PAGE_MESSAGES,
  PULL_PAGE_ROWS,
} from '../../shared/protocol/limits.ts'

/** With more people registered, a device holds those whom it meets, and asks for others. */
export const PEOPLE_ON_DEVICES_MAX = 5_000

/** How much one page of a pull holds; tests turn over many pages with less. */
export interface PageLimits {
  rows: number
  /** Of a first pull. */
  conversations: number
  users: number
  /** Messages that come with a conversation that is new to a device, or of which it is far behind. */
  newest: number
}

export const PAGE_LIMITS: PageLimits = {
  rows: PULL_PAGE_ROWS,
  conversations: FIRST_PULL_CONVERSATIONS,
  users: FIRST_PULL_USERS,
  newest: NEWEST_PAGE_MESSAGES,
}
