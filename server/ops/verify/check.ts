import type { FileHome } from '../../files/home.ts'
import type { Store } from '../../store/store.ts'

/*
 * What has to hold in a database and of the files beside it, computed anew from the rows themselves. Each check reads page by
 * page, every page with what it is compared with in one snapshot, so that it neither holds a running server up nor mistakes
 * what that is just writing for damage. To add one: a file in `checks/`, and its line in `verify.ts`.
 */

export interface Finding {
  /** Where it lies: a conversation, a message, a file. */
  id: string
  /** What is wrong, in a sentence without what anybody wrote. */
  message: string
}

export interface VerifyParts {
  store: Store
  home: FileHome
  now: () => number
}

export interface Check {
  /** What is looked at, as it stands in a report. */
  name: string
  find(parts: VerifyParts): AsyncIterable<Finding>
}
