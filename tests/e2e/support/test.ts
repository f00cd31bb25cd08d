import { expect, test as base } from '@playwright/test'
import { openCampus, type Campus } from './campus.ts'

/** Each test gets a server process of its own; whatever the network did, no exception may have gone uncaught. */
export const test = base.extend<{ campus: Campus }>({
  campus: async ({ browser }, use) => {
    const campus = await openCampus(browser)
    await use(campus)
    await campus.close()
    expect(campus.complaints.pageErrors).toEqual([])
  },
})

export { expect }
