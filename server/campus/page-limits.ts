import { FIRST_PULL_CONVERSATIONS, FIRST_PULL_USERS, PULL_PAGE_ROWS } from '../../shared/protocol/limits.ts'

/** How much one page of a pull holds; tests turn over many pages with less. */
export interface PageLimits {
  rows: number
  /** Of a first pull. */
  conversations: number
  users: number
}

export const PAGE_LIMITS: PageLimits = {
  rows: PULL_PAGE_ROWS,
  conversations: FIRST_PULL_CONVERSATIONS,
  users: FIRST_PULL_USERS,
}
