import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import type { MessageRow } from '../../shared/protocol/rows.ts'
import { launchOptions } from '../support/browser.ts'
import { expectAccessibleAtAnyWidth } from './support/axe.ts'
import { waitUntilInstalled } from './support/connection.ts'
import { composer, messages, open } from './support/conversing.ts'
import { INSTALLED } from './support/device.ts'
import type { Screen } from './support/person.ts'
import { readStore } from './support/storage.ts'
import { expect, test } from './support/test.ts'

// A browser whose microphone hears a beep each second, and that asks nobody whether it may.
const MICROPHONE = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream']
test.use({ launchOptions: { ...launchOptions, args: [...(launchOptions.args ?? []), ...MICROPHONE] } })

/** It has a player in it, once something was recorded. */
const recorder = ({ page }: Screen) =>
  page.getByRole('group', { name: 'Voice message' }).filter({ has: page.getByRole('button', { name: 'Discard' }) })

async function record({ page }: Screen): Promise<void> {
  await page.getByRole('button', { name: 'Attach' }).click()
  await page.getByRole('menuitem', { name: 'Voice message' }).click()
  await expect(recorder({ page }).getByRole('timer')).toContainText('0:02')
}

test('a voice message is recorded, listened to, sent and played, and one that was begun outlives its tab', async ({
  campus,
}) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben', INSTALLED)]
  await waitUntilInstalled(ben)
  for (const person of [ada, ben]) await open(person, 'Everyone')
  await composer(ada).fill('Typed meanwhile')

  await record(ada)
  await expectAccessibleAtAnyWidth(ada, 'a voice message that is recorded')
  await recorder(ada).getByRole('button', { name: 'Stop, and listen before it is sent' }).click()
  await recorder(ada).getByRole('button', { name: 'Play' }).click()
  await expect(recorder(ada).getByRole('button', { name: 'Pause' })).toBeVisible()
  await expect(recorder(ada).getByRole('button', { name: 'Play' })).toBeVisible()
  await recorder(ada).getByRole('button', { name: 'Send the voice message' }).click()
  await expect(composer(ada)).toHaveValue('Typed meanwhile')

  const player = messages(ben).getByRole('group', { name: 'Voice message' })
  await player.getByRole('button', { name: /^Speed: 1 times/ }).click()
  await player.getByRole('button', { name: 'Play' }).click()
  await expect(player.getByRole('slider', { name: 'Where it plays' })).not.toHaveValue('0')
  await expect(player.getByRole('button', { name: 'Play' })).toBeVisible()
  const [row] = await readVoice(ben)
  expect(row).toMatchObject({ kind: 'voice', name: expect.stringMatching(/^voice-message\./) })
  expect(row?.durationMs).toBeGreaterThan(1_500)

  // What was heard is heard again with no network.
  await ben.device.goOffline()
  await ben.page.reload()
  await player.getByRole('button', { name: 'Play' }).click()
  await expect(player.getByRole('slider', { name: 'Where it plays' })).not.toHaveValue('0')
  await ben.device.goOnline()

  await record(ada)
  await ada.page.reload()
  await expect(recorder(ada).getByRole('button', { name: 'Play' })).toBeVisible()
  await recorder(ada).getByRole('button', { name: 'Send the voice message' }).click()
  await expect(messages(ben).getByRole('group', { name: 'Voice message' })).toHaveCount(2)
})

async function readVoice(screen: Screen) {
  const rows = (await readStore(screen, 'messages')) as MessageRow[]
  return rows.filter(({ conversationId }) => conversationId === EVERYONE_ID).flatMap(({ files = [] }) => files)
}
