import type { Page } from '@playwright/test'
import { buildAnother, type AnotherBuild } from './support/another-build.ts'
import { expectConnected, expectOffline, waitUntilInstalled } from './support/connection.ts'
import { composer, expectMessages, expectOpen, expectSent, expectWaiting, open, send } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import type { Screen } from './support/person.ts'
import { expect, test as base } from './support/test.ts'

// A new version of the app appears while somebody writes. It waits until it is asked for, and whichever
// version opens the device's data, old or new, finds all of it.

interface Fixtures {
  /** Another version over the same database. */
  next: AnotherBuild
  /** Another version with a newer database. */
  newer: AnotherBuild
}

const test = base.extend<Fixtures>({
  next: async ({}, use) => {
    const build = buildAnother('next')
    await use(build)
    build.remove()
  },
  newer: async ({}, use) => {
    const build = buildAnother('newer', { database: 3 })
    await use(build)
    build.remove()
  },
})

const bar = ({ page }: Screen) => page.getByRole('status').filter({ hasText: 'A new version is ready' })

async function update(screen: Screen): Promise<void> {
  await bar(screen).getByRole('button', { name: 'Update' }).click()
}

async function expectBuild({ page }: Screen, name: string | null): Promise<void> {
  const root = page.locator('html')
  if (name === null) await expect(root).not.toHaveAttribute('data-build')
  else await expect(root).toHaveAttribute('data-build', name)
}

/** As the browser does by itself on every start, and the app every hour. */
async function lookForUpdate({ page }: Screen): Promise<void> {
  await page.evaluate(async () => {
    const registration = await navigator.serviceWorker.getRegistration()
    await registration?.update()
  })
}

/** Something that a reload would wipe away. */
async function mark(page: Page): Promise<void> {
  await page.evaluate(() => (document.body.dataset.mark = 'here'))
}

async function expectNotReloaded(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.body.dataset.mark)).toBe('here')
}

test('an update waits while one writes, never reloads by itself, and leaves the draft as it is', async ({
  campus,
  next,
}) => {
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.join('Ben')]
  await open(ada, 'Everyone')
  await waitUntilInstalled(ada)
  await composer(ada).pressSequentially('I was just about to')
  await mark(ada.page)
  await campus.server.stop()
  await campus.startServerAgain(next.root)
  await lookForUpdate(ada)
  await ada.page.waitForFunction(async () => {
    const registration = await navigator.serviceWorker.getRegistration()
    return registration !== undefined && registration.waiting !== null
  })
  await composer(ada).pressSequentially(' say that')
  await expect(bar(ada)).toBeHidden()
  await expectNotReloaded(ada.page)

  await ada.page.getByRole('link', { name: 'People', exact: true }).click()
  await expect(bar(ada)).toBeVisible()
  await expectNotReloaded(ada.page)
  await expectBuild(ada, null)
  await update(ada)
  await expectBuild(ada, 'next')
  await expect(bar(ada)).toBeHidden()
  await open(ada, 'Everyone')
  await expect(composer(ada)).toHaveValue('I was just about to say that')
  await composer(ada).press('Enter')
  await expectSent(ada, 'I was just about to say that')
  await open(ben, 'Everyone')
  await expectMessages(ben, ['I was just about to say that'])
})

test('an app that has been open for hours finds an update, and a second one after it', async ({
  campus,
  next,
  newer,
}) => {
  const ada = await campus.join('Ada', INSTALLED)
  await ada.page.clock.install()
  await ada.page.reload()
  await waitUntilInstalled(ada)
  await ada.page.reload()
  for (const [name, build] of Object.entries({ next, newer })) {
    await campus.server.stop()
    await campus.startServerAgain(build.root)
    await ada.page.clock.fastForward('02:00:00')
    await expect(bar(ada)).toBeVisible({ timeout: 20_000 })
    if (name === 'next') {
      await bar(ada).getByRole('button', { name: 'Later' }).click()
      await expect(bar(ada)).toBeHidden()
    }
  }
  await update(ada)
  await expectBuild(ada, 'newer')
  await expectConnected(ada)
})

test('one tab takes the update, with a newer database, and the old one next to it goes on', async ({
  campus,
  newer,
}) => {
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.join('Ben')]
  const old = { page: ada.page }
  await waitUntilInstalled(old)
  await old.page.reload()
  await open(old, 'Everyone')
  await send(old, 'Before')
  await old.page.waitForFunction(() =>
    performance.getEntriesByType('resource').some(({ name }) => name.includes('/settings-')),
  )
  const other = { page: await ada.device.openTab() }
  await campus.server.stop()
  await campus.startServerAgain(newer.root)
  await composer(old).pressSequentially('Half a sentence')
  await mark(old.page)
  await lookForUpdate(other)
  await update(other)
  await expectBuild(other, 'newer')

  await expectBuild(old, null)
  await expectNotReloaded(old.page)
  await expect(composer(old)).toHaveValue('Half a sentence')
  await composer(old).press('Enter')
  await open(other, 'Everyone')
  await expectMessages(other, ['Before', 'Half a sentence'])
  await send(other, 'From the new one')
  await open(ben, 'Everyone')
  for (const screen of [old, other, ben]) {
    await expectMessages(screen, ['Before', 'Half a sentence', 'From the new one'])
  }
  // Screens that it had not shown yet are there, although their files are gone from everywhere.
  const devtools = await ada.device.context.newCDPSession(old.page)
  await devtools.send('Network.clearBrowserCache')
  for (const screen of ['Settings', 'People', 'New group']) {
    await old.page.getByRole('link', { name: screen, exact: true }).click()
    await expect(old.page.getByRole('heading', { level: 1, name: screen })).toBeVisible()
  }
  await expect(bar(old)).toBeVisible()
  await update(old)
  await expectBuild(old, 'newer')
  await open(old, 'Everyone')
  await expectMessages(old, ['Before', 'Half a sentence', 'From the new one'])
})

test('updated with no network and messages waiting, the new version sends what the old one wrote', async ({
  campus,
  newer,
}) => {
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.join('Ben')]
  await waitUntilInstalled(ada)
  await ada.page.reload()
  await open(ada, 'Everyone')
  await campus.server.stop()
  await campus.startServerAgain(newer.root)
  await lookForUpdate(ada)
  await expect(bar(ada)).toBeVisible()
  await ada.device.goOffline()
  await send(ada, 'Written with the old one')
  await composer(ada).fill('Not sent yet')
  await ada.page.getByRole('link', { name: 'People', exact: true }).click()
  await update(ada)
  await expectBuild(ada, 'newer')
  await expectOffline(ada, '1 message')
  await open(ada, 'Everyone')
  await expectWaiting(ada, 'Written with the old one')
  await expect(composer(ada)).toHaveValue('Not sent yet')
  await ada.device.goOnline()
  await expectConnected(ada)
  await open(ben, 'Everyone')
  await expectMessages(ben, ['Written with the old one'])
})

test('when a newer version is taken back, the old one opens the newer database', async ({ campus, newer }) => {
  await campus.server.stop()
  await campus.startServerAgain(newer.root)
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.join('Ben')]
  await waitUntilInstalled(ada)
  await ada.page.reload()
  await expectBuild(ada, 'newer')
  await open(ada, 'Everyone')
  await send(ada, 'With the newer one')
  await composer(ada).fill('A draft')
  await ada.page.getByRole('link', { name: 'People', exact: true }).click()
  await campus.server.stop()
  await campus.startServerAgain()
  await lookForUpdate(ada)
  await update(ada)
  await expectBuild(ada, null)
  await open(ada, 'Everyone')
  await expectOpen(ada, 'Everyone')
  await expectMessages(ada, ['With the newer one'])
  await expect(composer(ada)).toHaveValue('A draft')
  await composer(ada).press('Enter')
  await open(ben, 'Everyone')
  await expectMessages(ben, ['With the newer one', 'A draft'])
})
