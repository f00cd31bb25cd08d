import { expectAccessibleAtAnyWidth } from './support/axe.ts'
import { ask, openAsStudent, openThread } from './support/classroom.ts'
import { leaveNetwork } from './support/connection.ts'
import {
  chooseForConversation,
  chooseFromMenu,
  composer,
  expectWaiting,
  message,
  messages,
  open,
  send,
} from './support/conversing.ts'
import { createClassroom } from './support/desk.ts'
import { giveRole } from './support/operating.ts'
import { expect, test } from './support/test.ts'

test('what somebody reports a moderator takes away, and suspends who wrote it, who reads why and loses nothing', async ({
  campus,
}) => {
  const olga = await campus.join('Olga')
  const ann = await campus.join('Ann')
  const ben = await campus.join('Ben')
  for (const person of [olga, ann, ben]) await open(person, 'Everyone')
  await send(ann, 'You are all fools')
  await expect(message(ben, 'You are all fools')).toBeVisible()

  await test.step('a member reports it, and sees nothing of what moderators do', async () => {
    await chooseFromMenu(ben, 'You are all fools', 'Report…')
    const dialog = ben.page.getByRole('dialog', { name: 'Report this message?' })
    await dialog.getByRole('button', { name: 'Report' }).click()
    await expect(dialog.getByRole('textbox')).toHaveAccessibleDescription('Say what is wrong, in a few words.')
    await dialog.getByRole('textbox').fill('An insult')
    await dialog.getByRole('button', { name: 'Report' }).click()
    await expect(dialog).toBeHidden()
    await ben.page.goto('/operate')
    await expect(ben.page.getByText('This is for operators and moderators')).toBeVisible()
    await open(ben, 'Everyone')
  })

  await test.step('who got a role a moment ago sees what is reported, with what stands around it', async () => {
    await giveRole(campus.server.dataDir, olga.userId, 'operator')
    await olga.page.getByRole('link', { name: 'Settings' }).click()
    await olga.page.getByRole('link', { name: 'See to it' }).click()
    const { page } = olga
    await expect(page.getByRole('heading', { name: 'A message of Ann (@ann)' })).toBeVisible()
    await expect(page.getByText('An insult')).toBeVisible()
    await expectAccessibleAtAnyWidth(olga, 'what is reported')
  })

  await test.step('taken away it is gone for everybody, and says so', async () => {
    const { page } = olga
    await page.getByRole('button', { name: 'Take it away' }).click()
    const dialog = page.getByRole('dialog', { name: 'Take the message away?' })
    await dialog.getByRole('textbox', { name: 'Why' }).fill('An insult')
    await dialog.getByRole('button', { name: 'Take it away' }).click()
    await expect(page.getByRole('heading', { name: 'Nothing is reported' })).toBeVisible()
    for (const person of [ann, ben]) {
      await expect(messages(person).getByText('A moderator took this message away')).toBeVisible()
      await expect(person.page.getByText('You are all fools')).toHaveCount(0)
    }
  })

  await test.step('who is suspended reads why, keeps what they write, and goes on once they are restored', async () => {
    const { page } = olga
    await page.getByRole('button', { name: 'People', exact: true }).click()
    await page.getByRole('button', { name: /^Ann/ }).click()
    const person = page.getByRole('dialog', { name: 'Ann' })
    await person.getByRole('button', { name: 'Suspend the account' }).click()
    const why = page.getByRole('dialog', { name: 'Suspend Ann?' })
    await why.getByRole('textbox', { name: 'Why' }).fill('Insults')
    await why.getByRole('button', { name: 'Suspend' }).click()
    await expect(ann.page.getByRole('status', { name: 'Connection' })).toContainText(
      'Your account is suspended: Insults.',
    )
    await send(ann, 'I am sorry')
    await expectWaiting(ann, 'I am sorry')
    await person.getByRole('button', { name: 'Restore the account' }).click()
    await page.getByRole('dialog', { name: 'Restore Ann?' }).getByRole('button', { name: 'Restore' }).click()
    // It looks again by itself within a minute; whoever turns to the page does not wait for that.
    await ann.page.reload()
    await expect(message(ben, 'I am sorry')).toBeVisible()
    await person.getByRole('button', { name: 'Close' }).click()
  })

  await test.step('everything that was done is written down', async () => {
    const { page } = olga
    await page.getByRole('button', { name: 'What was done' }).click()
    const acts = page.getByRole('region', { name: 'What was done' }).getByRole('listitem')
    await expect(acts).toContainText([
      'Olga restored the account of Ann',
      'Olga suspended Ann: “Insults”',
      'Olga closed what was reported: taken-away',
      'Olga took a message away: “An insult”',
      'Somebody at the server made Olga an operator',
    ])
    for (const part of ['Conversations', 'Invitations', 'Settings', 'How it is']) {
      await page.getByRole('button', { name: part, exact: true }).click()
      await expect(page.getByRole('heading', { name: part, exact: true, level: 2 })).toBeVisible()
      await expectAccessibleAtAnyWidth(olga, part)
    }
  })
})

test('who may write somewhere is decided there, with no network too, and the others read why they may not', async ({
  campus,
}) => {
  const ann = await campus.join('Ann')
  const moe = await campus.join('Moe')
  await giveRole(campus.server.dataDir, moe.userId, 'moderator')
  await moe.page.getByRole('link', { name: 'Settings' }).click()
  await expect(moe.page.getByRole('heading', { name: 'You moderate this ChatBox' })).toBeVisible()
  for (const person of [ann, moe]) await open(person, 'Everyone')
  await expect(composer(ann)).toBeVisible()
  await chooseForConversation(moe, 'Who may write')
  const dialog = moe.page.getByRole('dialog', { name: 'Who may write here?' })
  await dialog.getByRole('radio', { name: 'Only moderators' }).check()
  await leaveNetwork(moe)
  await dialog.getByRole('button', { name: 'Decide' }).click()
  await moe.device.goOnline()
  await expect(ann.page.getByText('Only moderators may write here.')).toBeVisible()
  await expect(composer(ann)).toHaveCount(0)
  await expect(ann.page.getByText(/Moe.? decided: only moderators may write here/)).toBeVisible()
  await send(moe, 'The library is closed')
  await expect(message(ann, 'The library is closed')).toBeVisible()
})

test('a question that somebody reports is taken away by a moderator, who learns of nobody who it was', async ({
  campus,
}) => {
  const olga = await campus.join('Olga')
  const teacher = await campus.join('Tess')
  const { path } = await createClassroom(teacher, { title: 'Analysis 1' })
  const asker = await campus.openDevice()
  const reader = await campus.openDevice()
  for (const student of [asker, reader]) await openAsStudent(student, path)
  await ask(asker, 'Why is this so boring, you fool?')
  await openThread(reader, 'so boring')
  await reader.page.getByRole('button', { name: 'Report' }).click()
  const dialog = reader.page.getByRole('dialog', { name: 'Report this question?' })
  await expect(dialog).toContainText('Nobody learns that it was you')
  await dialog.getByRole('textbox').fill('An insult')
  await dialog.getByRole('button', { name: 'Report' }).click()
  await expect(dialog).toBeHidden()

  await giveRole(campus.server.dataDir, olga.userId, 'moderator')
  await olga.page.getByRole('link', { name: 'Settings' }).click()
  await olga.page.getByRole('link', { name: 'See to it' }).click()
  const { page } = olga
  await expect(page.getByRole('heading', { name: 'A question' })).toBeVisible()
  await expect(page.getByText('Nobody knows who asked it')).toBeVisible()
  await expectAccessibleAtAnyWidth(olga, 'a question that is reported')
  await page.getByRole('button', { name: 'Take it away' }).click()
  await page
    .getByRole('dialog', { name: 'Take the question away?' })
    .getByRole('button', { name: 'Take it away' })
    .click()
  await expect(page.getByRole('heading', { name: 'Nothing is reported' })).toBeVisible()
  await expect(reader.page.getByText('so boring')).toHaveCount(0)
  await expect(asker.page.getByText('A moderator of this ChatBox took it away.')).toBeVisible()
})
