import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { expectConnected } from './support/connection.ts'
import { expectLatest, expectOpen, expectSent, openDirect, people, send } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { trySignIn } from './support/entering.ts'
import { expectAsQuick, findLongestTask } from './support/main-thread.ts'
import type { Screen } from './support/person.ts'
import { enrolMany } from './support/seed.ts'
import { readStore } from './support/storage.ts'
import { expect, test } from './support/test.ts'

// A campus of 100 people that becomes one of 4,900, of whom every device holds all, and then one of 10,000, who are a crowd.

const BEFORE = 100
const COUNT = 4_900
const CROWD = 10_000

test('4,900 people hold nobody up, are searched on the device without a stutter, and newcomers appear', async ({
  campus,
  browser,
}) => {
  test.setTimeout(240_000)
  const [ada, ben] = [await campus.enrol('Ada'), await campus.enrol('Ben')]
  await ben.send(EVERYONE_ID, 'Hello')
  await campus.server.stop()
  await enrolMany(campus.server.dataDir, BEFORE)
  await campus.startServerAgain()
  const early = await campus.join('Cleo')
  await openPeople(early, '102')
  await campus.server.stop()
  await enrolMany(campus.server.dataDir, COUNT, BEFORE + 1)
  await early.device.goOffline()
  await campus.startServerAgain()

  const device = await campus.openDevice(INSTALLED)
  const { page } = device
  await trySignIn(device, ada)
  // The list is there with its first page, whatever comes in the background.
  await expectLatest(device, 'Everyone', 'Hello')
  await openPeople(device, '4,902')
  await expectConnected(device)

  await device.goOffline()
  const search = (screen: Screen, words: string) => async () => {
    const field = searchbox(screen)
    await screen.page.bringToFront()
    await field.fill('')
    await expect(people(screen).nth(1)).toBeVisible()
    return findLongestTask(browser, async () => {
      await field.pressSequentially(words)
      await expect(people(screen)).toHaveCount(1)
    })
  }
  await expectAsQuick('searching', { small: search(early, 'person n98'), large: search(device, 'person n4876') })
  await searchbox(device).press('ArrowDown')
  await page.keyboard.press('Enter')
  await expectOpen(device, 'Person n4876')

  await device.goOnline()
  await page.goBack()
  await campus.enrol('Zoe')
  await expectCount(device, '4,903')
  await searchbox(device).fill('zo')
  await expect(people(device).first()).toContainText('Zoe')
})

test('of a crowd a device holds whom it has met: others are found by asking, newcomers appear, and those found stay', async ({
  campus,
}) => {
  test.setTimeout(240_000)
  const [ada, ben] = [await campus.enrol('Ada'), await campus.enrol('Ben')]
  await ben.send(EVERYONE_ID, 'Hello')
  await campus.server.stop()
  await enrolMany(campus.server.dataDir, CROWD)
  await campus.startServerAgain()
  const device = await campus.openDevice(INSTALLED)
  await trySignIn(device, ada)
  await expectLatest(device, 'Everyone', 'Hello')
  await expectConnected(device)
  expect(await readStore(device, 'users'), 'oneself, and who spoke').toHaveLength(2)

  await test.step('who was never met is found by name, and by the page', async () => {
    await device.page.getByRole('link', { name: 'People', exact: true }).click()
    await expect(device.page.getByText(/^[\d,]+ of 10,001 on this campus$/)).toBeVisible()
    await searchbox(device).fill('person n9876')
    await expect(people(device)).toHaveText([/Person n9876/])
    await searchbox(device).fill('person n77')
    for (const count of ['50', '100']) {
      await expect(device.page.getByText(`${count} found, and there are more`)).toBeVisible()
      await device.page.getByRole('button', { name: 'Show more people' }).click()
    }
    await expect(device.page.getByText('111 found', { exact: true })).toBeVisible()
  })

  await searchbox(device).fill('zo')
  await expect(device.page.getByText('Nobody by that name', { exact: true })).toBeVisible()
  const zoe = await campus.enrol('Zoe')
  // Who registers meanwhile appears by itself.
  await expect(people(device)).toHaveText([/Zoe/])

  await test.step('with no network those who were found are found again, and others are not said to be nobody', async () => {
    await device.goOffline()
    await searchbox(device).fill('person n9876')
    await expect(people(device)).toHaveText([/Person n9876/])
    await searchbox(device).fill('person n5555')
    await expect(device.page.getByText('Nobody by that name on this device')).toBeVisible()
    await expect(device.page.getByText('found once there is a connection')).toBeVisible()
    await device.goOnline()
    await expect(people(device)).toHaveText([/Person n5555/])
  })

  await test.step('what is written to somebody found in a crowd arrives, and bears the name at both ends', async () => {
    await openDirect(device, 'Zoe')
    await expectOpen(device, 'Zoe')
    await send(device, 'Hello Zoe')
    await expectSent(device, 'Hello Zoe')
    const other = await campus.openDevice()
    await trySignIn(other, zoe)
    await expectLatest(other, 'Ada', 'Hello Zoe')
    expect((await readStore(other, 'users')).length).toBeLessThan(5)
  })
})

const searchbox = ({ page }: Screen) => page.getByRole('searchbox', { name: 'Search people' })

async function expectCount({ page }: Screen, count: string): Promise<void> {
  await expect(page.getByText(`${count} on this campus`)).toBeVisible({ timeout: 60_000 })
}

async function openPeople(screen: Screen, count: string): Promise<void> {
  await screen.page.getByRole('link', { name: 'People', exact: true }).click()
  await expectCount(screen, count)
}
