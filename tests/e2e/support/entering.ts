import { expect, type Locator } from '@playwright/test'
import { conversations } from './conversing.ts'
import type { Screen, Student } from './person.ts'

export async function register(screen: Screen, student: Student): Promise<void> {
  await fillRegistration(screen, student)
  await expectSignedIn(screen)
}

export async function fillRegistration({ page }: Screen, { name, handle, password }: Student): Promise<void> {
  const turn = page.getByRole('button', { name: 'Create an account' })
  const submit = page.getByRole('button', { name: 'Create account' })
  await expect(turn.or(submit)).toBeVisible()
  if (await turn.isVisible()) await turn.click()
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('textbox', { name: 'Handle' }).fill(handle)
  await page.getByLabel('Password').fill(password)
  await submit.click()
}

export async function signIn(screen: Screen, student: Pick<Student, 'handle' | 'password'>): Promise<void> {
  await trySignIn(screen, student)
  await expectSignedIn(screen)
}

export async function trySignIn({ page }: Screen, who: Pick<Student, 'handle' | 'password'>): Promise<void> {
  await page.getByRole('textbox', { name: 'Handle' }).fill(who.handle)
  await page.getByLabel('Password').fill(who.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** What lies over the app once a session has ended. */
export function signInSheet({ page }: Screen): Locator {
  return page.getByRole('dialog', { name: 'Sign in again' })
}

export async function signInAgain(screen: Screen, password: string): Promise<void> {
  await signInSheet(screen).getByLabel('Password').fill(password)
  await signInSheet(screen).getByRole('button', { name: 'Sign in' }).click()
}

export async function signOut({ page }: Screen): Promise<void> {
  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('button', { name: 'Sign out', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Sign out' }).click()
  await expectEntrance({ page })
}

export async function expectSignedIn(screen: Screen): Promise<void> {
  await expect(conversations(screen).getByRole('link', { name: 'Everyone' })).toBeVisible()
}

export async function expectEntrance({ page }: Screen): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible()
}
