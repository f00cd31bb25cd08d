import { expect } from '@playwright/test'
import { expectOpen } from './conversing.ts'
import type { Screen } from './person.ts'

export async function createGroup(screen: Screen, title: string, names: readonly string[]): Promise<void> {
  const { page } = screen
  await page.getByRole('link', { name: 'New group' }).click()
  await page.getByRole('textbox', { name: 'Group name' }).fill(title)
  for (const name of names) await page.getByRole('checkbox', { name, exact: true }).check()
  await page.getByRole('button', { name: 'Create group' }).click()
  await expectOpen(screen, title)
}

/** From the open group. */
export async function openManage({ page }: Screen): Promise<void> {
  await page.getByRole('button', { name: 'Conversation options' }).click()
  await page.getByRole('menuitem', { name: 'Group info' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Manage group' })).toBeVisible()
}

/** These words act on the open "Manage group". */
export async function addPeople({ page }: Screen, names: readonly string[]): Promise<void> {
  await page.getByRole('button', { name: 'Add people' }).click()
  const dialog = page.getByRole('dialog', { name: 'Add people' })
  for (const name of names) await dialog.getByRole('checkbox', { name, exact: true }).check()
  await dialog.getByRole('button', { name: /^Add \d/ }).click()
  await expect(dialog).toBeHidden()
}

export async function removeFromGroup(screen: Screen, name: string): Promise<void> {
  await chooseForMember(screen, name, 'Remove')
  await confirm(screen, `Remove ${name}?`, 'Remove')
}

export async function handOver(screen: Screen, name: string): Promise<void> {
  await chooseForMember(screen, name, 'Let lead')
  await confirm(screen, `Let ${name} lead?`, 'Let lead')
}

export async function rename({ page }: Screen, title: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Group name' }).fill(title)
  await page.getByRole('button', { name: 'Rename' }).click()
}

export async function leaveGroup(screen: Screen): Promise<void> {
  await screen.page.getByRole('button', { name: 'Leave group' }).click()
  await confirm(screen, 'Leave this group?', 'Leave')
}

export async function expectMembers({ page }: Screen, names: readonly (string | RegExp)[]): Promise<void> {
  await expect(page.getByRole('region', { name: /\d+ members?/ }).getByRole('listitem')).toContainText(names)
}

async function chooseForMember({ page }: Screen, name: string, choice: string): Promise<void> {
  await page.getByRole('button', { name: `Options for ${name}` }).click()
  await page.getByRole('menu', { name }).getByRole('menuitem', { name: choice }).click()
}

async function confirm({ page }: Screen, title: string, choice: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: title })
  await dialog.getByRole('button', { name: choice, exact: true }).click()
  await expect(dialog).toBeHidden()
}
