import type { Page } from '@playwright/test'
import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { buildAnother, type AnotherBuild } from './support/another-build.ts'
import { expectAllSent, expectConnected, expectOffline, waitUntilInstalled } from './support/connection.ts'
import { composer, expectMessages, expectSent, expectWaiting, open, send } from './support/conversing.ts'
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
  /** And one with a newer one still. */
  newest: AnotherBuild
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
  newest: async ({}, use) => {
    const build = buildAnother('newest', { database: 4 })
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

test('an update waits until it is asked for, and when it is taken back the old one opens the newer database', async ({
  campus,
  next,
  newer,
}) => {
  test.slow()
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.enrol('Ben')]
  const restart = async (build?: AnotherBuild) => {
    await campus.server.stop()
    await campus.startServerAgain(build?.root)
  }

  await test.step('it waits while one writes, never reloads by itself, and leaves the draft as it is', async () => {
    await open(ada, 'Everyone')
    await waitUntilInstalled(ada)
    await composer(ada).pressSequentially('I was just about to')
    await mark(ada.page)
    await restart(next)
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
    await expectAllSent(ada)
    expect(await ben.read(EVERYONE_ID)).toEqual(['I was just about to say that'])
  })

  await test.step('an app that has been open for hours finds one, and a second one after it', async () => {
    await ada.page.clock.install()
    await ada.page.reload()
    await restart()
    await ada.page.clock.fastForward('02:00:00')
    await expect(bar(ada)).toBeVisible()
    await bar(ada).getByRole('button', { name: 'Later' }).click()
    await expect(bar(ada)).toBeHidden()
    await restart(newer)
    await ada.page.clock.fastForward('02:00:00')
    await expect(bar(ada)).toBeVisible()
    await update(ada)
    await expectBuild(ada, 'newer')
    await expectConnected(ada)
  })

  await test.step('when a newer version is taken back, the old one opens the newer database', async () => {
    await open(ada, 'Everyone')
    await send(ada, 'With the newer one')
    await composer(ada).fill('A draft')
    await ada.page.getByRole('link', { name: 'People', exact: true }).click()
    await restart()
    await lookForUpdate(ada)
    await update(ada)
    await expectBuild(ada, null)
    await open(ada, 'Everyone')
    await expectMessages(ada, ['I was just about to say that', 'With the newer one'])
    await expect(composer(ada)).toHaveValue('A draft')
    await composer(ada).press('Enter')
    const all = ['I was just about to say that', 'With the newer one', 'A draft']
    await expect.poll(() => ben.read(EVERYONE_ID)).toEqual(all)
  })
})

test('with a newer database the new version sends what the old one wrote, and an old tab next to it goes on', async ({
  campus,
  newer,
  newest,
}) => {
  test.slow()
  const [ada, ben] = [await campus.join('Ada', INSTALLED), await campus.enrol('Ben')]
  const old = { page: ada.page }
  await waitUntilInstalled(ada)
  await ada.page.reload()

  await test.step('updated with no network and messages waiting, the new version sends them', async () => {
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
    await expect.poll(() => ben.read(EVERYONE_ID)).toEqual(['Written with the old one'])
    await composer(ada).fill('')
  })

  const other = { page: await ada.device.openTab() }
  await test.step('one tab takes the next update, and the old one next to it goes on', async () => {
    await old.page.waitForFunction(() =>
      performance.getEntriesByType('resource').some(({ name }) => name.includes('/assets/ahead-')),
    )
    await campus.server.stop()
    await campus.startServerAgain(newest.root)
    await composer(old).pressSequentially('Half a sentence')
    await mark(old.page)
    await lookForUpdate(other)
    await update(other)
    await expectBuild(other, 'newest')

    await expectBuild(old, 'newer')
    await expectNotReloaded(old.page)
    await expect(composer(old)).toHaveValue('Half a sentence')
    await composer(old).press('Enter')
    await open(other, 'Everyone')
    await expectMessages(other, ['Written with the old one', 'Half a sentence'])
    await send(other, 'From the new one')
    const all = ['Written with the old one', 'Half a sentence', 'From the new one']
    for (const screen of [old, other]) await expectMessages(screen, all)
    await expect.poll(() => ben.read(EVERYONE_ID)).toEqual(all)
  })

  await test.step('screens that it had not shown yet are there, although their files are gone from everywhere', async () => {
    const devtools = await ada.device.context.newCDPSession(old.page)
    await devtools.send('Network.clearBrowserCache')
    for (const screen of ['Settings', 'People', 'New group']) {
      await old.page.getByRole('link', { name: screen, exact: true }).click()
      await expect(old.page.getByRole('heading', { level: 1, name: screen })).toBeVisible()
    }
    await expect(bar(old)).toBeVisible()
    await update(old)
    await expectBuild(old, 'newest')
    await open(old, 'Everyone')
    await expectMessages(old, ['Written with the old one', 'Half a sentence', 'From the new one'])
  })
})
