import { expect, type Locator } from '@playwright/test'
import type { Screen } from './person.ts'

export function conversations({ page }: Screen): Locator {
  return page.getByRole('navigation', { name: 'Conversations' })
}

/** A conversation's entry in the list. */
export function entry(screen: Screen, title: string): Locator {
  return conversations(screen)
    .getByRole('listitem')
    .filter({ has: screen.page.getByRole('link', { name: title, exact: true }) })
}

export function messages({ page }: Screen): Locator {
  return page.getByRole('log', { name: 'Messages' }).getByRole('article')
}

export function message(screen: Screen, text: string): Locator {
  return messages(screen).filter({ hasText: text })
}

export function composer({ page }: Screen): Locator {
  return page.getByRole('textbox', { name: 'Message', exact: true })
}

/** The way to write to each person of the list; beside it is one to know more about them. */
export function people({ page }: Screen): Locator {
  return page.getByRole('list', { name: 'People' }).getByRole('link', { name: /^(?!About )/ })
}

/** Opens the conversation with somebody from the list of people. */
export async function openDirect(screen: Screen, name: string): Promise<void> {
  await screen.page.getByRole('link', { name: 'People', exact: true }).click()
  await screen.page.getByRole('searchbox', { name: 'Search people' }).fill(name)
  await people(screen)
    .filter({ has: screen.page.getByText(name, { exact: true }) })
    .click()
  await expectOpen(screen, name)
}

/** Opens a conversation from the list of conversations. */
export async function open(screen: Screen, title: string): Promise<void> {
  await entry(screen, title).getByRole('link').click()
  await expectOpen(screen, title)
}

export async function expectOpen(screen: Screen, title: string): Promise<void> {
  await expect(screen.page.getByRole('heading', { level: 1, name: title, exact: true })).toBeVisible()
  await expect(composer(screen)).toBeVisible()
}

export async function send(screen: Screen, text: string): Promise<void> {
  await composer(screen).fill(text)
  await composer(screen).press('Enter')
  await expect(composer(screen)).toHaveValue('')
  await expect(message(screen, text)).toHaveCount(1)
}

/** The open conversation holds exactly these messages, in this order. */
export async function expectMessages(screen: Screen, texts: readonly string[]): Promise<void> {
  await expect(messages(screen)).toContainText(texts)
}

export async function expectSent(screen: Screen, text: string): Promise<void> {
  await expect(message(screen, text)).toBeVisible()
  await expect(message(screen, text)).not.toContainText('Waiting')
  await expect(message(screen, text)).not.toContainText('Not sent')
}

export async function expectWaiting(screen: Screen, text: string): Promise<void> {
  await expect(message(screen, text)).toContainText('Waiting')
}

/** The list shows this as a conversation's latest message. */
export async function expectLatest(screen: Screen, title: string, text: string): Promise<void> {
  await expect(entry(screen, title)).toContainText(text)
}

export async function chooseFromMenu(screen: Screen, text: string, choice: string): Promise<void> {
  await message(screen, text).hover()
  await message(screen, text).getByRole('button', { name: 'Message options' }).click()
  await screen.page.getByRole('menu', { name: 'Message' }).getByRole('menuitem', { name: choice }).click()
}

/** The one mark that tells how far a message of one's own has come, and the words that stand for it. */
export async function expectReceipt(screen: Screen, text: string, words: string): Promise<void> {
  await expect(message(screen, text)).toContainText(new RegExp(`${words}\\s*$`))
}

export async function reply(screen: Screen, to: string, text: string): Promise<void> {
  await chooseFromMenu(screen, to, 'Reply')
  await expect(screen.page.getByRole('button', { name: /^Reply to/ })).toContainText(to)
  await send(screen, text)
}

/** A choice of the open conversation's own menu. */
export async function chooseForConversation({ page }: Screen, choice: string): Promise<void> {
  await page.getByRole('button', { name: 'Conversation options' }).click()
  await page.getByRole('menuitem', { name: choice }).click()
}

/** The message is wholly on the screen, and somebody was led to it. */
export async function expectLedTo(screen: Screen, text: string): Promise<void> {
  await expect(message(screen, text)).toBeFocused()
  await expect(message(screen, text)).toBeInViewport({ ratio: 1 })
}
