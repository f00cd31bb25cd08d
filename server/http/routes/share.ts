import { toProblemPath } from '../../../shared/share-path.ts'
import type { AppHandler } from '../context.ts'

/**
 * What other apps share is taken by the service worker (`client/sw.ts`), and none of it is for the server. Where there is no
 * service worker any more the page says that it did not come.
 */
export function share(): AppHandler {
  return (c) => c.redirect(toProblemPath('missed'), 303)
}
