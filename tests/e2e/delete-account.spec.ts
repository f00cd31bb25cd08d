import { expectAccessibleAtAnyWidth } from './support/axe.ts'
import { expectConnected } from './support/connection.ts'
import {
  composer,
  conversations,
  expectWaiting,
  message,
  messages,
  open,
  openDirect,
  send,
} from './support/conversing.ts'
import { expectEntrance, signIn, trySignIn } from './support/entering.ts'
import { dumpStorage } from './support/storage.ts'
import { expect, test } from './support/test.ts'

test('whoever deletes their account is gone, from their other device too, and others keep what they wrote', async ({
  campus,
}) => {
  const ada = await campus.join('Ada')
  const ben = await campus.join('Ben')
  const phone = await campus.openDevice()
  await signIn(phone, ada)
  await expectConnected(phone)

  await open(ada, 'Everyone')
  await send(ada, 'Words for all')
  await openDirect(ada, 'Ben')
  await send(ada, 'Words for Ben')
  await openDirect(ben, 'Ada')
  await expect(message(ben, 'Words for Ben')).toBeVisible()
  await send(ben, 'Words of Ben')

  await test.step('with something waiting on the other device', async () => {
    await open(phone, 'Everyone')
    await phone.goOffline()
    await send(phone, 'Never sent')
    await expectWaiting(phone, 'Never sent')
  })

  await test.step('it takes the password, and says what goes', async () => {
    const { page } = ada
    await page.getByRole('link', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'Delete your account' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete your account?' })
    await expect(dialog).toContainText('This cannot be undone.')
    await dialog.getByRole('radio', { name: 'Is deleted too' }).check()
    await dialog.getByLabel('Your password').fill('a wrong horse')
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await expect(dialog).toContainText('That is not your current password.')
    await expectAccessibleAtAnyWidth(ada, 'deleting an account')
    await dialog.getByLabel('Your password').fill(ada.password)
    await dialog.getByRole('button', { name: 'Delete for good' }).click()
    await expectEntrance(ada)
    await expect(page.getByText('Your account was deleted')).toBeVisible()
  })

  await test.step('nothing of it is on the device, and nobody gets in', async () => {
    const left = JSON.stringify(await dumpStorage(ada))
    for (const words of ['Words for', 'Words of Ben', ada.handle]) expect(left).not.toContain(words)
    await trySignIn(ada, ada)
    await expect(ada.page.getByText('The handle or the password is wrong.')).toBeVisible()
  })

  await test.step('others see a former member, whom nobody can write to', async () => {
    await expect(messages(ben).getByText('Words for Ben')).toHaveCount(0)
    await expect(message(ben, 'Words of Ben')).toBeVisible()
    await expect(ben.page.getByText('Whoever this was with deleted their account.')).toBeVisible()
    await expect(composer(ben)).toHaveCount(0)
    await expect(conversations(ben).getByRole('link', { name: 'Former member' })).toBeVisible()
    await expect(ben.page.getByText('Ada', { exact: true })).toHaveCount(0)
    await expectAccessibleAtAnyWidth(ben, 'a conversation with a former member')
  })

  await test.step('the other device deletes what it holds as soon as it hears, with what waited', async () => {
    await phone.goOnline()
    await expectEntrance(phone)
    await expect(phone.page.getByText('Your account was deleted')).toBeVisible()
    const left = JSON.stringify(await dumpStorage(phone))
    for (const words of ['Never sent', 'Words for', ada.handle]) expect(left).not.toContain(words)
    await phone.page.reload()
    await expectEntrance(phone)
    await expect(phone.page.getByText('Your account was deleted')).toHaveCount(0)
    await open(ben, 'Everyone')
    await expect(messages(ben).getByText('Never sent')).toHaveCount(0)
  })
})
