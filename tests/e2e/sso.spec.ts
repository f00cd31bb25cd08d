import type { Page } from '@playwright/test'
import { startOpenIdProvider } from '../support/openid-provider.ts'
import { composer, open } from './support/conversing.ts'
import { expectOffline, leaveNetwork } from './support/connection.ts'
import { expectEntrance, expectSignedIn, signIn, signOut } from './support/entering.ts'
import { expect, test } from './support/test.ts'

// Single sign-on with a real OpenID provider, and a session that does not need it any more once it has begun.

const ANN = { sub: 'subject-of-ann', preferred_username: 'ann', name: 'Ann Lee' }
const button = (page: Page) => page.getByRole('button', { name: 'Sign in with Campus login' })

test('somebody comes through single sign-on, chooses what they are called, goes on with no network, and comes in again', async ({
  campus,
}) => {
  const device = await campus.openDevice()
  const openId = await startOpenIdProvider(() => [`${device.url}/api/sso/callback`])
  await campus.server.stop()
  await campus.startServerAgain(undefined, {
    ...{ SSO_ISSUER: openId.issuer, SSO_CLIENT_ID: openId.clientId, SSO_CLIENT_SECRET: openId.clientSecret },
    SSO_NAME: 'Campus login',
  })
  const { page } = device

  await test.step('who says no there is told so, and nothing else happened', async () => {
    openId.set(null)
    await page.reload()
    await button(page).click()
    await expect(page.getByRole('alert')).toContainText('Single sign-on let nobody in.')
    await expect(page).toHaveURL(`${device.url}/`)
  })

  await test.step('who comes for the first time is proposed a handle and a name', async () => {
    openId.set(ANN)
    await button(page).click()
    await expect(page.getByRole('heading', { name: 'Create an account' })).toBeVisible()
    await expect(page.getByRole('textbox', { name: 'Handle' })).toHaveValue('ann')
    await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Ann Lee')
    await expect(page.getByLabel('Password')).toHaveCount(0)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expectSignedIn(device)
  })

  await test.step('the session is what counts: with no network it is read and written as always', async () => {
    const ann = { page }
    await open(ann, 'Everyone')
    await leaveNetwork({ page, device })
    await composer(ann).fill('Written in a tunnel')
    await page.getByRole('button', { name: 'Send' }).click()
    await expectOffline(ann, '1 message')
    await device.goOnline()
    await page.goto('/')
  })

  await test.step('signed out, one click brings them back', async () => {
    await signOut(device)
    await button(page).click()
    await expectSignedIn(device)
  })

  await test.step('while the provider is away the entrance says so', async () => {
    await signOut(device)
    await openId.close()
    await campus.server.stop()
    await campus.startServerAgain(undefined, {
      ...{ SSO_ISSUER: openId.issuer, SSO_CLIENT_ID: openId.clientId, SSO_CLIENT_SECRET: openId.clientSecret },
      SSO_NAME: 'Campus login',
    })
    await page.reload()
    await expectEntrance(device)
    await expect(button(page)).toBeDisabled()
    await expect(page.getByText('Campus login cannot be reached at the moment.')).toBeVisible()
  })
})

test('somebody with an account links it in the settings, signs in by it, and unlinks it', async ({ campus }) => {
  const ben = await campus.join('Ben')
  const openId = await startOpenIdProvider(() => [`${ben.device.url}/api/sso/callback`])
  openId.set({ sub: 'subject-of-ben', preferred_username: 'ben@example.edu' })
  await campus.server.stop()
  await campus.startServerAgain(undefined, {
    ...{ SSO_ISSUER: openId.issuer, SSO_CLIENT_ID: openId.clientId, SSO_CLIENT_SECRET: openId.clientSecret },
    SSO_NAME: 'Campus login',
  })
  await ben.page.goto('/settings')
  const ways = ben.page.getByRole('region', { name: 'How you sign in' })
  await ways.getByRole('button', { name: 'Link Campus login' }).click()
  await expect(ways.getByRole('listitem')).toContainText('Linked as ben@example.edu')
  await expect(ben.page).toHaveURL(/\/settings$/)
  await signOut(ben)
  await button(ben.page).click()
  await expectSignedIn(ben)
  await ben.page.goto('/settings')
  await ways.getByRole('button', { name: 'Unlink Campus login' }).click()
  await expect(ways.getByRole('listitem')).toHaveCount(0)
  await signOut(ben)
  await signIn(ben, ben)
  await openId.close()
})
