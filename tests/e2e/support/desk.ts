import { expect, type Locator } from '@playwright/test'
import { toWhenField } from '../../../client/views/classroom-settings/when-field.ts'
import type { Screen } from './person.ts'

/** What staff do with a classroom in the app, as the page names it. */

export interface ClassroomSettings {
  title: string
  questions?: 'Open' | 'Hold for approval' | 'Closed'
  photos?: 'Off' | 'Held until approved' | 'Shown at once'
  answers?: 'Teachers' | 'Everyone in it'
  /** The title of a group that one leads. */
  group?: string
  names?: boolean
  /** Such as "One question in 30 seconds". */
  pace?: string
  words?: readonly string[]
  /** Milliseconds since 1970. */
  endsAt?: number
}

export interface MadeClassroom {
  id: string
  /** As people type it, such as `abcd-efgh`. */
  code: string
  /** From the root of the site on, with the key's hash where there is one. */
  path: string
}

/** Makes a classroom as a teacher does, and leaves its desk open. */
export async function createClassroom(screen: Screen, settings: ClassroomSettings): Promise<MadeClassroom> {
  const { page } = screen
  await page.getByRole('link', { name: 'New classroom' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'New classroom' })).toBeVisible()
  await fillClassroom(screen, settings)
  if (settings.group !== undefined) await choose(screen, 'Who may ask', `Members of ${settings.group}`)
  await page.getByRole('button', { name: 'Create classroom' }).click()
  const told = page.getByRole('dialog', { name: 'There is no unmask button' })
  const heading = page.getByRole('heading', { level: 1, name: settings.title })
  await expect(told.or(heading)).toBeVisible()
  if (await told.isVisible()) await told.getByRole('button', { name: 'I understand' }).click()
  await expect(heading).toBeVisible()
  return readShared(screen)
}

async function fillClassroom(screen: Screen, settings: ClassroomSettings): Promise<void> {
  const { page } = screen
  await page.getByRole('textbox', { name: 'Title' }).fill(settings.title)
  if (settings.questions !== undefined) await choose(screen, 'Questions', settings.questions)
  if (settings.photos !== undefined) await choose(screen, 'Photos with questions', settings.photos)
  if (settings.answers !== undefined) await choose(screen, 'Who may answer', settings.answers)
  if (settings.endsAt !== undefined) {
    await page.getByLabel('Ends').fill(toWhenField(settings.endsAt))
  }
  if (settings.pace !== undefined) {
    await page.getByRole('combobox', { name: 'Slow mode' }).selectOption({ label: settings.pace })
  }
  if (settings.words !== undefined) {
    await page.getByRole('textbox', { name: 'Words that hold a question' }).fill(settings.words.join('\n'))
  }
  if (settings.names === true) await page.getByRole('switch', { name: 'A name may be put under a question' }).check()
}

async function choose({ page }: Screen, group: string, option: string): Promise<void> {
  await page.getByRole('group', { name: group }).getByRole('radio', { name: option }).check()
}

/** What the sheet says with which a teacher shares the classroom. */
export async function readShared({ page }: Screen): Promise<MadeClassroom> {
  await page.getByRole('button', { name: 'Share' }).click()
  const dialog = page.getByRole('dialog', { name: 'Share this classroom' })
  const [code, link] = await Promise.all([
    dialog.getByText(/^[a-z2-9]{4}-[a-z2-9]{4}$/).textContent(),
    dialog.getByText(/^https?:/).textContent(),
  ])
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(dialog).toBeHidden()
  const { pathname, hash } = new URL(link?.trim() ?? '')
  return { id: pathname.split('/')[2] ?? '', code: code?.trim() ?? '', path: pathname + hash }
}

/** Opens the desk from the list of conversations. */
export async function openDesk(screen: Screen, title: string): Promise<void> {
  await screen.page
    .getByRole('navigation', { name: 'Conversations' })
    .getByRole('link', { name: title, exact: true })
    .click()
  await expect(screen.page.getByRole('heading', { level: 1, name: title })).toBeVisible()
}

export type DeskTab = 'Votes' | 'Newest' | 'Unanswered' | 'Held' | 'Polls' | 'Dismissed & merged'

export async function openTab({ page }: Screen, tab: DeskTab): Promise<void> {
  await page.getByRole('tab', { name: tab }).click()
  await expect(page.getByRole('tab', { name: tab })).toHaveAttribute('aria-selected', 'true')
}

export async function expectCount({ page }: Screen, tab: DeskTab, count: number): Promise<void> {
  await expect(page.getByRole('tab', { name: `${tab} ${count}`, exact: true })).toBeVisible()
}

/** The questions of the open tab, from the top. */
export function deskQuestions({ page }: Screen): Locator {
  return page.getByRole('list', { name: 'Questions' }).getByRole('article')
}

export function deskQuestion(screen: Screen, text: string): Locator {
  return deskQuestions(screen).filter({ hasText: text })
}

/** Presses a key while a question of the open tab is chosen. */
export async function press(screen: Screen, text: string, key: string): Promise<void> {
  await deskQuestion(screen, text).focus()
  await screen.page.keyboard.press(key)
}

/** Lets a held question be seen by all. */
export async function approve(screen: Screen, text: string): Promise<void> {
  await openTab(screen, 'Held')
  await press(screen, text, 'a')
  await expect(deskQuestion(screen, text)).toBeHidden()
}

export async function markAloud(screen: Screen, text: string): Promise<void> {
  await press(screen, text, 'l')
}

export async function dismiss(screen: Screen, text: string, reason: string, note = ''): Promise<void> {
  await press(screen, text, 'd')
  const dialog = screen.page.getByRole('dialog', { name: /^Dismiss/ })
  await dialog.getByRole('radio', { name: reason }).check()
  await dialog.getByRole('textbox').fill(note)
  await dialog.getByRole('button', { name: 'Dismiss' }).click()
  await expect(dialog).toBeHidden()
}

export async function askToRephrase(screen: Screen, text: string, note: string): Promise<void> {
  await press(screen, text, 'e')
  const dialog = screen.page.getByRole('dialog', { name: /^Ask to rephrase/ })
  await dialog.getByRole('textbox').fill(note)
  await dialog.getByRole('button', { name: 'Ask to rephrase' }).click()
  await expect(dialog).toBeHidden()
}

export async function merge(screen: Screen, text: string, into: string): Promise<void> {
  await press(screen, text, 'm')
  const dialog = screen.page.getByRole('dialog', { name: /^Merge/ })
  await dialog.getByRole('searchbox', { name: 'Search questions' }).fill(into)
  await dialog.getByRole('list', { name: 'Found' }).getByRole('button', { name: into }).click()
  await expect(dialog).toBeHidden()
}

export async function undo({ page }: Screen): Promise<void> {
  await page.getByRole('button', { name: 'Undo' }).click()
}

export function deskThread({ page }: Screen): Locator {
  return page.getByRole('region', { name: /^Thread of question/ })
}

export async function openThread(screen: Screen, text: string): Promise<Locator> {
  await deskQuestion(screen, text).getByText(text).click()
  await expect(deskThread(screen)).toContainText(text)
  return deskThread(screen)
}

export function deskReplies(screen: Screen): Locator {
  return deskThread(screen).getByRole('list', { name: 'Replies' }).getByRole('listitem')
}

/** Answers a question of the open tab in its thread, and leaves that open; `shown` is what is drawn of the words. */
export async function answer(screen: Screen, text: string, words: string, shown = words): Promise<void> {
  const thread = await openThread(screen, text)
  await thread.getByRole('textbox', { name: 'Answer' }).fill(words)
  await thread.getByRole('button', { name: 'Answer', exact: true }).click()
  await expect(deskReplies(screen).filter({ hasText: shown })).toBeVisible()
}

/** Chooses from what one can do with a reply of the open thread. */
export async function doWithReply(screen: Screen, words: string, choice: string): Promise<void> {
  await deskReplies(screen)
    .filter({ hasText: words })
    .getByRole('button', { name: /^Options for the reply/ })
    .click()
  await screen.page.getByRole('menu', { name: 'Reply' }).getByRole('menuitem', { name: choice }).click()
}

export async function closeThread(screen: Screen): Promise<void> {
  await deskThread(screen).getByRole('button', { name: 'Close thread' }).click()
  await expect(deskThread(screen)).toBeHidden()
}

/** Shows a question of the open tab on the projector. */
export async function showOnProjector(screen: Screen, text: string): Promise<void> {
  await press(screen, text, 'f')
  await expect(projector(screen)).toContainText(text)
}

/** What tells what the projector shows, and drives it. */
export function projector({ page }: Screen): Locator {
  return page.getByRole('region', { name: 'Projector' })
}

export interface PollToMake {
  question: string
  answers: 'One choice' | 'Several choices' | '1 to 5' | 'Free words'
  options?: readonly string[]
  results?: 'Live' | 'When you reveal them'
  /** Makes it a quiz, in which these options are right. */
  right?: readonly number[]
}

export async function createPoll(screen: Screen, poll: PollToMake): Promise<void> {
  const { page } = screen
  await openTab(screen, 'Polls')
  await page.getByRole('button', { name: 'New poll' }).click()
  const dialog = page.getByRole('dialog', { name: 'New poll' })
  await dialog.getByRole('textbox', { name: 'Question' }).fill(poll.question)
  await choose(screen, 'Answers', poll.answers)
  for (const [at, option] of (poll.options ?? []).entries()) {
    if (at >= 2) await dialog.getByRole('button', { name: 'Add an option' }).click()
    await dialog.getByRole('textbox', { name: `Option ${at + 1}`, exact: true }).fill(option)
  }
  if (poll.results !== undefined) await choose(screen, 'Results', poll.results)
  if (poll.right !== undefined) await dialog.getByRole('switch', { name: 'Quiz' }).check()
  for (const at of poll.right ?? []) await dialog.getByRole('checkbox', { name: `Option ${at + 1} is right` }).check()
  await dialog.getByRole('button', { name: poll.right === undefined ? 'Start poll' : 'Start quiz' }).click()
  await expect(deskPoll(screen, poll.question)).toBeVisible()
}

/** A poll of the open tab; its buttons are "Close poll", "Open again", "Reveal results", "Show on projector". */
export function deskPoll({ page }: Screen, question: string): Locator {
  return page.getByRole('article', { name: `Poll: ${question}` })
}

export async function openSettings({ page }: Screen): Promise<void> {
  await page.getByRole('link', { name: 'Classroom settings' }).click()
  await expect(page.getByRole('heading', { name: 'Export' })).toBeVisible()
}

/** Saves the class from its settings, and answers with what the file holds. */
export async function saveExport({ page }: Screen, kind: 'Markdown' | 'CSV' | 'One page'): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: kind }).click(),
  ])
  const chunks: Buffer[] = []
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

/** Adds somebody who answers, from the settings. */
export async function addCoTeacher({ page }: Screen, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Add co-teachers' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add co-teachers' })
  await dialog.getByRole('searchbox', { name: 'Search people' }).fill(name)
  await dialog.getByRole('checkbox', { name }).check()
  await dialog.getByRole('button', { name: 'Add' }).click()
  await expect(page.getByRole('list', { name: 'Who answers here' })).toContainText(name)
}

/** Asks to end the class now, from its settings; the dialog that asks back. */
export async function askToEnd({ page }: Screen): Promise<Locator> {
  await page.getByRole('button', { name: 'End it now' }).click()
  const dialog = page.getByRole('dialog', { name: 'End this class now?' })
  await expect(dialog).toBeVisible()
  return dialog
}
