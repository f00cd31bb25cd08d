import { expect, type Locator } from '@playwright/test'
import { conversations, entry } from './conversing.ts'
import type { Screen } from './person.ts'

/** Chooses from what one can do with a conversation of the list. */
export async function arrange(screen: Screen, title: string, choice: string): Promise<void> {
  await entry(screen, title).getByRole('link').click({ button: 'right' })
  await screen.page.getByRole('menu', { name: title }).getByRole('menuitem', { name: choice }).click()
}

export async function mute(screen: Screen, title: string, howLong: string): Promise<void> {
  await arrange(screen, title, 'Mute')
  const dialog = screen.page.getByRole('dialog', { name: 'Mute this conversation' })
  await dialog.getByRole('button', { name: howLong }).click()
  await expect(dialog).toBeHidden()
}

/** The titles in the list, from the top. */
export function titles(screen: Screen): Locator {
  return conversations(screen).getByRole('listitem').getByRole('link')
}

export async function openArchive(screen: Screen): Promise<void> {
  await conversations(screen)
    .getByRole('link', { name: /^Archived/ })
    .click()
  await expect(screen.page.getByRole('heading', { name: 'Archived' })).toBeVisible()
}
