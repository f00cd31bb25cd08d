import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { open } from './support/conversing.ts'
import type { Screen } from './support/person.ts'
import { readStore } from './support/storage.ts'
import { expect, test } from './support/test.ts'
import { turnVisibility } from './support/visibility.ts'

/** From here on time stands still, and nothing happens by itself that was to happen within the second. */
const stopClock = ({ page }: Screen) =>
  page.evaluate(() => {
    const at = Date.now()
    Date.now = () => at
    const after = window.setTimeout.bind(window)
    window.setTimeout = ((work: () => void, ms = 0) => after(work, ms > 50 && ms < 1_000 ? 600_000 : ms)) as never
  })

async function storedDraft(screen: Screen): Promise<string | undefined> {
  const drafts = (await readStore(screen, 'drafts')) as { conversationId: string; text: string }[]
  return drafts.find(({ conversationId }) => conversationId === EVERYONE_ID)?.text
}

test('what is typed is stored as the page is hidden, for a phone may end it then without another word', async ({
  campus,
}) => {
  const ada = await campus.join('Ada')
  await open(ada, 'Everyone')
  await stopClock(ada)
  await ada.page.getByRole('textbox', { name: 'Message' }).focus()
  await ada.page.keyboard.type('Half a')
  await expect.poll(() => storedDraft(ada)).toBeDefined()
  await ada.page.keyboard.type(' thought')
  expect(await storedDraft(ada)).not.toBe('Half a thought')
  await turnVisibility(ada, 'hidden')
  await expect.poll(() => storedDraft(ada)).toBe('Half a thought')
})
