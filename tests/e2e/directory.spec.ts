import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { expectConnected } from './support/connection.ts'
import { expectLatest, expectOpen, people } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { trySignIn } from './support/entering.ts'
import { expectAsQuick, findLongestTask } from './support/main-thread.ts'
import type { Screen } from './support/person.ts'
import { enrolMany } from './support/seed.ts'
import { expect, test } from './support/test.ts'

// A campus of 10,000 people, which was one of 100 before.

const COUNT = 10_000
const BEFORE = 100

test('10,000 people hold nobody up, are searched on the device without a stutter, and newcomers appear', async ({
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
  await openPeople(device, '10,002')
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
  await expectAsQuick('searching', { small: search(early, 'person n98'), large: search(device, 'person n9876') })
  await searchbox(device).press('ArrowDown')
  await page.keyboard.press('Enter')
  await expectOpen(device, 'Person n9876')

  await device.goOnline()
  await page.goBack()
  await campus.enrol('Zoe')
  await expectCount(device, '10,003')
  await searchbox(device).fill('zo')
  await expect(people(device).first()).toContainText('Zoe')
})

const searchbox = ({ page }: Screen) => page.getByRole('searchbox', { name: 'Search people' })

async function expectCount({ page }: Screen, count: string): Promise<void> {
  await expect(page.getByText(`${count} on this campus`)).toBeVisible({ timeout: 60_000 })
}

async function openPeople(screen: Screen, count: string): Promise<void> {
  await screen.page.getByRole('link', { name: 'People', exact: true }).click()
  await expectCount(screen, count)
}
