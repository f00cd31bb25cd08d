import type { CDPSession, Page } from '@playwright/test'
import { expectEntrance, expectSignedIn, register, signOut } from './support/entering.ts'
import { expect, test } from './support/test.ts'

// Passkeys, with Chromium's own virtual authenticator (WebAuthn in the DevTools protocol).

const OLGA = { name: 'Olga', handle: 'olga', password: 'correct horse' }

/** A device's own keeper of passkeys, whose owner is there and shows it when `setPresent` says so. */
async function addAuthenticator(page: Page) {
  const cdp: CDPSession = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true },
      ...{ isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  return {
    setPresent: (enabled: boolean) => cdp.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
  }
}

test('somebody adds a passkey, comes in with it, names and removes it, and shows with it that it is them', async ({
  campus,
}) => {
  const device = await campus.openDevice()
  const { page } = device
  // A passkey belongs to a name, and an address has none.
  const home = `http://localhost:${new URL(device.url).port}`
  await page.goto(home)
  const authenticator = await addAuthenticator(page)
  await authenticator.setPresent(false)
  await register(device, OLGA)
  const ways = page.getByRole('region', { name: 'How you sign in' })

  await test.step('it is added in the settings', async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await authenticator.setPresent(true)
    await ways.getByRole('button', { name: 'Add a passkey' }).click()
    await expect(ways.getByRole('listitem')).toContainText('Passkey of')
    await authenticator.setPresent(false)
  })

  await test.step('it is given another name', async () => {
    await ways.getByRole('button', { name: /^Rename / }).click()
    const dialog = page.getByRole('dialog', { name: 'Name of the passkey' })
    await dialog.getByRole('textbox', { name: 'Name' }).fill('My phone')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await expect(ways.getByRole('listitem')).toContainText('My phone')
  })

  await test.step('it opens the account without handle or password', async () => {
    await page.goto(home)
    await signOut(device)
    await expectEntrance(device)
    await page.getByRole('button', { name: 'Use a passkey' }).click()
    await authenticator.setPresent(true)
    await expectSignedIn(device)
    expect((await page.request.get(`${home}/api/me`)).status()).toBe(200)
  })

  await test.step('it is removed', async () => {
    await page.getByRole('link', { name: 'Settings' }).click()
    await ways.getByRole('button', { name: 'Remove My phone' }).click()
    await expect(ways.getByRole('listitem')).toHaveCount(0)
  })
})

test('on a bare address there is no word of passkeys', async ({ campus }) => {
  const device = await campus.openDevice()
  await expectEntrance(device)
  await expect(device.page.getByRole('button', { name: 'Use a passkey' })).toHaveCount(0)
})
