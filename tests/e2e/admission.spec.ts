import { waitFor } from '../support/wait-for.ts'
import { expectSignedIn, fillRegistration, signIn, signOut } from './support/entering.ts'
import { expect, test } from './support/test.ts'

const OLGA = { name: 'Olga', handle: 'olga', password: 'correct horse' }
const ANN = { name: 'Ann', handle: 'ann', password: 'correct horse' }

test('the first operator opens the link that the server printed, and invites whom they want; who forgot a password comes in again', async ({
  campus,
}) => {
  await campus.server.stop()
  const server = await campus.startServerAgain()
  const claim = await waitFor('the link', () => /#claim=[\w-]{43}/.exec(server.output())?.[0])
  const olga = await campus.openDevice()
  /** Asks in the operator's name, as the page for operators does. */
  const ask = async (path: string, data: object) => {
    const answer = await olga.page.request.post(path, { data, headers: { origin: new URL(olga.url).origin } })
    expect(answer.ok()).toBe(true)
    return (answer.status() === 204 ? {} : await answer.json()) as { token: string }
  }

  await test.step('the link lets its holder in, is gone from the address, and makes them an operator', async () => {
    await olga.page.goto(`/${claim}`)
    await expect(olga.page.getByText('Whoever makes this account operates this ChatBox.')).toBeVisible()
    await expect(olga.page).toHaveURL(/\/$/)
    await olga.page.reload()
    await fillRegistration(olga, OLGA)
    await expectSignedIn(olga)
  })

  const ann = await campus.openDevice()

  await test.step('whoever has no link is told that it takes an invitation', async () => {
    await ask('/api/operate/settings', { name: 'registration', value: 'invitation' })
    await ann.page.goto('/')
    await ann.page.getByRole('button', { name: 'Create an account' }).click()
    const invitation = ann.page.getByRole('textbox', { name: 'Invitation' })
    await expect(invitation).toHaveAccessibleDescription(/Open its link/)
    await fillRegistration(ann, ANN)
    await expect(invitation).toHaveAccessibleDescription(/Paste the whole/)
  })

  const { token } = await ask('/api/operate/invitations', { uses: 1, endsAt: null })
  await test.step('an invitation lets in one, and then nobody', async () => {
    await ann.page.goto(`/#invite=${token}`)
    await expect(ann.page.getByText('You were invited.')).toBeVisible()
    await fillRegistration(ann, ANN)
    await expectSignedIn(ann)
    const late = await campus.openDevice()
    await late.page.goto(`/#invite=${token}`)
    await fillRegistration(late, { ...ANN, handle: 'late' })
    await expect(late.page.getByText(/This invitation holds no more/)).toBeVisible()
    await expect(late.page.getByRole('textbox', { name: 'Name' })).toHaveValue('Ann')
  })

  await test.step('a link from an operator gives another password', async () => {
    const me = (await (await ann.page.request.get('/api/me')).json()) as { user: { id: string } }
    const reset = await ask(`/api/operate/people/${me.user.id}/reset-link`, {})
    await signOut(ann)
    await ann.page.goto(`/#reset=${reset.token}`)
    await ann.page.getByLabel('Another password', { exact: true }).fill('battery staple')
    await ann.page.getByRole('button', { name: 'Use it from now on' }).click()
    await expectSignedIn(ann)
    await signOut(ann)
    await signIn(ann, { handle: 'ann', password: 'battery staple' })
  })
})

test('who has an account already operates this ChatBox with the link', async ({ campus }) => {
  await campus.server.stop()
  const server = await campus.startServerAgain()
  const claim = await waitFor('the link', () => /#claim=[\w-]{43}/.exec(server.output())?.[0])
  const { page } = await campus.join('Ben')
  await page.goto(`/${claim}`)
  const dialog = page.getByRole('dialog', { name: 'Operate this ChatBox?' })
  await expect(dialog).toContainText('Ben')
  await dialog.getByRole('button', { name: 'Operate it' }).click()
  await expect(dialog).toBeHidden()
  expect((await page.request.get('/api/operate/overview')).status()).toBe(200)
  await page.goto(`/${claim}`)
  await dialog.getByRole('button', { name: 'Operate it' }).click()
  await expect(dialog).toContainText('This link holds no more')
})
