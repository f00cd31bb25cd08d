import { expect, type BrowserContext, type Locator } from '@playwright/test'
import type { GivenFile } from './files.ts'
import type { Screen } from './person.ts'

/*
 * A classroom as students and the wall see it: what they look at under /q, without an account.
 */

/** Opens a classroom by its link; `path` is all of it, with what stands behind its #. */
export async function openAsStudent({ page }: Screen, path: string): Promise<void> {
  await drawSmall(page)
  await page.goto(path)
  await expect(page.getByRole('tablist', { name: 'Questions by' })).toBeVisible()
}

/** What is queued in pages that open from now on goes out soon, not within a minute; receipts and tokens draw from elsewhere. */
export async function drawSmall(opener: Pick<BrowserContext, 'addInitScript'>): Promise<void> {
  await opener.addInitScript(() => {
    Math.random = () => 0.02
  })
}

/** Types the code at the door, and is let in. */
export async function enterCode(screen: Screen, code: string): Promise<void> {
  await tryCode(screen, code)
  await expect(screen.page.getByRole('tablist', { name: 'Questions by' })).toBeVisible()
}

export async function tryCode({ page }: Screen, code: string): Promise<void> {
  await page.goto('/q/')
  await page.getByRole('textbox', { name: 'Code of the classroom' }).fill(code)
  await page.getByRole('button', { name: 'Go in' }).click()
}

/** The classrooms that this device has been to, at the door. */
export function visited({ page }: Screen): Locator {
  return page.getByRole('region', { name: 'Where this device has been' }).getByRole('link')
}

export type TabName = 'Top' | 'Newest' | 'Unanswered' | 'Mine'

export async function chooseTab({ page }: Screen, name: TabName): Promise<void> {
  await page.getByRole('tab', { name: new RegExp(`^${name} `) }).click()
}

/** The tab tells so many questions. */
export async function expectCount({ page }: Screen, name: TabName, count: number): Promise<void> {
  await expect(page.getByRole('tab', { name: new RegExp(`^${name} ${count}\\b`) })).toBeVisible()
}

/** The questions in the order in which they stand in the list. */
export function questions({ page }: Screen): Locator {
  return page.getByRole('tabpanel', { name: 'Questions' }).getByRole('article')
}

export function question(screen: Screen, text: string): Locator {
  return questions(screen).filter({ hasText: text })
}

export function askingField({ page }: Screen): Locator {
  return page.getByRole('region', { name: 'Ask' }).getByRole('textbox', { name: 'Ask a question' })
}

/** Asks, with a name under it if one is given; it stands under Mine at once, whatever the network does. */
export async function ask(screen: Screen, text: string, name: string | null = null): Promise<void> {
  const { page } = screen
  await askingField(screen).fill(text)
  if (name !== null) {
    await page.getByRole('switch', { name: 'Put a name under this one' }).check()
    await page.getByRole('textbox', { name: 'Name' }).fill(name)
  }
  await page.getByRole('region', { name: 'Ask' }).getByRole('button', { name: 'Ask', exact: true }).click()
  await expect(askingField(screen)).toHaveValue('')
  await chooseTab(screen, 'Mine')
  await expect(question(screen, text)).toHaveCount(1)
}

/** What became of one's own question: "Waiting", "Shown", "Held", "Answered", "Dismissed: off topic" … */
export async function expectBecame(screen: Screen, text: string, words: string): Promise<void> {
  await chooseTab(screen, 'Mine')
  await expect(question(screen, text).getByRole('group', { name: 'What became of it' })).toContainText(words, {
    timeout: 90_000,
  })
}

/** The photo that was chosen for the question that is being written. */
export function chosenPhoto({ page }: Screen): Locator {
  return page.getByRole('group', { name: 'Photo of your question' })
}

/** Chooses a photo with the button beside the field, as on a desk; it is drawn anew, or a sentence says why not. */
export async function choosePhoto({ page }: Screen, file: GivenFile): Promise<void> {
  const choosing = page.waitForEvent('filechooser')
  await page.getByRole('region', { name: 'Ask' }).getByRole('button', { name: 'Add a photo' }).click()
  await (await choosing).setFiles(file)
}

/** Asks with the photo that was chosen, once it is drawn. */
export async function askWithPhoto(screen: Screen, text: string, file: GivenFile): Promise<void> {
  await choosePhoto(screen, file)
  await expect(chosenPhoto(screen)).toContainText('drawn anew without its name')
  await ask(screen, text)
  await expect(chosenPhoto(screen)).toHaveCount(0)
}

/** Whether the server gives the photo of a question to who looks at this screen without an account, as a status of HTTP. */
export async function askForPhoto({ page }: Screen, classroomId: string, questionId: string): Promise<number> {
  return (await page.request.get(`/q/api/${classroomId}/questions/${questionId}/photo/whole`)).status()
}

export function voteButton(screen: Screen, text: string): Locator {
  return question(screen, text).getByRole('button', { name: /I have the same question$/ })
}

/** Votes, or takes the vote back. */
export async function turnVote(screen: Screen, text: string): Promise<void> {
  const button = voteButton(screen, text)
  const was = await button.getAttribute('aria-pressed')
  await button.click()
  await expect(button).toHaveAttribute('aria-pressed', was === 'true' ? 'false' : 'true')
}

export async function expectVotes(screen: Screen, text: string, votes: number): Promise<void> {
  await expect(question(screen, text)).toContainText(new RegExp(`\\b${votes}\\b`))
  await expect(
    question(screen, text)
      .getByText(votes === 1 ? '1 vote' : `${votes} votes`)
      .or(question(screen, text).getByRole('button', { name: new RegExp(`^${votes} votes?\\. `) })),
  ).toHaveCount(1)
}

/** What is offered to vote for while somebody types. */
export function similar({ page }: Screen): Locator {
  return page.getByRole('region', { name: 'Similar questions' }).getByRole('listitem')
}

export function thread({ page }: Screen): Locator {
  return page.getByRole('region', { name: 'Thread' })
}

export async function openThread(screen: Screen, text: string): Promise<void> {
  await question(screen, text)
    .getByRole('button', { name: /open thread$/i })
    .click()
  await expect(thread(screen)).toContainText(text)
}

export async function closeThread(screen: Screen): Promise<void> {
  await thread(screen).getByRole('button', { name: 'Back to the questions' }).click()
  await expect(thread(screen)).toHaveCount(0)
}

/** Answers and replies of the open thread; the question itself is not among them. */
export function replies(screen: Screen): Locator {
  return thread(screen).getByRole('article', { name: /^(?:Answer|Reply) of / })
}

/** In the open thread: more as the asker of one's own question. */
export async function followUp(screen: Screen, text: string): Promise<void> {
  await write(screen, 'Say more as the asker', text)
}

/** In the open thread of somebody else, where everyone may answer. */
export async function reply(screen: Screen, text: string): Promise<void> {
  await write(screen, 'Reply', text)
}

async function write(screen: Screen, field: string, text: string): Promise<void> {
  await thread(screen).getByRole('textbox', { name: field }).fill(text)
  await thread(screen).getByRole('button', { name: 'Send' }).click()
  await expect(replies(screen).filter({ hasText: text })).toHaveCount(1)
}

/** Opens the edit of one's own question, and gives its field. */
export async function openEdit(screen: Screen, text: string): Promise<Locator> {
  await chooseTab(screen, 'Mine')
  await question(screen, text).getByRole('button', { name: 'Edit' }).click()
  return editDialog(screen).getByRole('textbox', { name: 'Question' })
}

/** Begins to edit it, and leaves that with the Escape key. */
export async function beginEdit(screen: Screen, text: string, begun: string): Promise<void> {
  await (await openEdit(screen, text)).fill(begun)
  await screen.page.keyboard.press('Escape')
  await expect(editDialog(screen)).toHaveCount(0)
}

function editDialog({ page }: Screen): Locator {
  return page.getByRole('dialog', { name: 'Edit your question' })
}

export async function editQuestion(screen: Screen, text: string, next: string): Promise<void> {
  await (await openEdit(screen, text)).fill(next)
  await editDialog(screen).getByRole('button', { name: 'Save' }).click()
  await expect(question(screen, next)).toHaveCount(1)
}

export async function withdrawQuestion(screen: Screen, text: string): Promise<void> {
  await chooseTab(screen, 'Mine')
  await question(screen, text).getByRole('button', { name: 'Withdraw' }).click()
  await screen.page
    .getByRole('dialog', { name: 'Withdraw your question?' })
    .getByRole('button', { name: 'Withdraw' })
    .click()
}

export function poll({ page }: Screen, question: string): Locator {
  return page.getByRole('region', { name: question })
}

/** Answers a poll with these options, or with a free word. */
export async function answerPoll(screen: Screen, question: string, choice: readonly string[] | string): Promise<void> {
  const section = poll(screen, question)
  if (typeof choice === 'string') await section.getByRole('textbox', { name: 'Your word' }).fill(choice)
  else for (const option of choice) await section.getByLabel(option, { exact: true }).check()
  await section.getByRole('button', { name: 'Answer' }).click()
  await expect(section.getByRole('button', { name: 'Answer' })).toHaveCount(0)
}

/** What the server refused on this device; each can be sent again or discarded. */
export function refused({ page }: Screen): Locator {
  return page.getByRole('group', { name: 'Not taken' })
}

export function connection({ page }: Screen): Locator {
  return page.getByRole('status', { name: 'Connection', includeHidden: true })
}

/** Whatever was done here is on the server; what was queued has a random moment within a minute. */
export async function expectNothingWaits(screen: Screen): Promise<void> {
  await expect(connection(screen)).toHaveText('', { timeout: 90_000 })
}

export async function openStored({ page }: Screen): Promise<Locator> {
  const button = page.getByRole('button', { name: 'What the server stores' }).first()
  const folded = page.getByText('Without your name: what is promised')
  // Who has read the promise on this device unfolds it.
  await expect(button.or(folded).first()).toBeVisible()
  if (await folded.isVisible()) await folded.click()
  await button.click()
  const dialog = page.getByRole('dialog', { name: 'What the server stores' })
  await expect(dialog).toBeVisible()
  return dialog
}

export async function search({ page }: Screen, words: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Search', exact: true }).click()
  await page.getByRole('searchbox', { name: 'Search questions and answers' }).fill(words)
  return page.getByRole('region', { name: 'Questions', exact: true }).getByRole('article')
}

/** The wall. */
export async function openProjector({ page }: Screen, path: string): Promise<void> {
  await page.goto(path)
  await expect(page.getByRole('img', { name: 'QR code of the link to this classroom' })).toBeVisible()
}

export function wall({ page }: Screen): Locator {
  return page.getByRole('main', { name: 'On the wall' })
}

/** What was typed and goes nowhere any more, to be copied. */
export function keptTexts({ page }: Screen): Locator {
  return page.getByRole('textbox', { name: 'What you wrote' })
}
