import { expectConnected } from './support/connection.ts'
import { expectLatest, expectOpen, open, people, send } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import { trySignIn } from './support/entering.ts'
import { findLongestTask } from './support/main-thread.ts'
import { enrolMany } from './support/seed.ts'
import { expect, test } from './support/test.ts'

// A campus of 10,000 people.

const COUNT = 10_000
/** What a person does not notice. */
const TASK_MAX_MS = 100
/** Others use this machine too, and slow ours down: the best of a few attempts tells about us. */
const ATTEMPTS = 3

test('10,000 people hold nobody up, are searched on the device without a stutter, and newcomers appear', async ({
  campus,
  browser,
}) => {
  test.setTimeout(240_000)
  const ben = await campus.join('Ben')
  await open(ben, 'Everyone')
  await send(ben, 'Hello')
  const ada = await campus.enrol('Ada')
  await campus.server.stop()
  await enrolMany(campus.server.dataDir, COUNT)
  await campus.startServerAgain()

  const device = await campus.openDevice(INSTALLED)
  const { page } = device
  await trySignIn(device, ada)
  // The list is there with its first page, whatever comes in the background.
  await expectLatest(device, 'Everyone', 'Hello')
  await page.getByRole('link', { name: 'People', exact: true }).click()
  await expect(page.getByText('10,001 on this campus')).toBeVisible({ timeout: 60_000 })
  await expectConnected(device)

  await device.goOffline()
  const search = page.getByRole('searchbox', { name: 'Search people' })
  const longest: number[] = []
  while (longest.length < ATTEMPTS && !longest.some((ms) => ms <= TASK_MAX_MS)) {
    await search.fill('')
    await expect(page.getByText('10,001 on this campus')).toBeVisible()
    longest.push(
      await findLongestTask(browser, async () => {
        await search.pressSequentially('person n9876')
        await expect(people(device)).toHaveCount(1)
      }),
    )
  }
  expect(Math.min(...longest), `the longest tasks in ms were ${longest.join()}`).toBeLessThanOrEqual(TASK_MAX_MS)
  await search.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expectOpen(device, 'Person n9876')

  await device.goOnline()
  await page.goBack()
  await campus.enrol('Zoe')
  await expect(page.getByText('10,002 on this campus')).toBeVisible()
  await search.fill('zo')
  await expect(people(device).first()).toContainText('Zoe')
})
