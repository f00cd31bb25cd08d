import { expect } from '@playwright/test'
import { expectAllSent } from './connection.ts'
import type { Screen } from './person.ts'

const LABELS = { seen: 'What I have seen', presence: 'When I am here' }

/** Lets others know something of oneself, or does not; returns when the server has heard so. */
export async function setPreference(screen: Screen, what: keyof typeof LABELS, on: boolean): Promise<void> {
  await screen.page.getByRole('link', { name: 'Settings' }).click()
  const preference = screen.page.getByRole('switch', { name: LABELS[what] })
  await preference.click()
  await expect(preference).toBeChecked({ checked: on })
  await expectAllSent(screen)
}
