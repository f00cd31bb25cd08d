import { expect, test as base } from '@playwright/test'
import { startServerHost, type ServerHost } from '../../support/server-host.ts'
import { openCampus, type Campus } from './campus.ts'

/** Each test gets a server of its own; whatever the network did, no exception may have gone uncaught. */
export const test = base.extend<{ campus: Campus }, { host: ServerHost }>({
  host: [
    async ({ browserName: _ }, use) => {
      const host = await startServerHost()
      await use(host)
      await host.close()
    },
    { scope: 'worker' },
  ],
  campus: async ({ browser, host }, use) => {
    const campus = await openCampus(browser, host)
    await use(campus)
    await campus.close()
    expect(campus.complaints.pageErrors).toEqual([])
  },
})

export { expect }
