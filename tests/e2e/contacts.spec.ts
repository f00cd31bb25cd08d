import { createDirect, send as toSend } from '../support/campus.ts'
import { directId } from '../../shared/direct-id.ts'
import {
  connectionLine,
  expectAllSent,
  expectConnected,
  expectOffline,
  waitUntilInstalled,
} from './support/connection.ts'
import {
  chooseForConversation,
  composer,
  entry,
  expectLatest,
  expectMessages,
  expectSent,
  message,
  open,
  openDirect,
  send,
} from './support/conversing.ts'
import { createGroup, openManage } from './support/grouping.ts'
import type { Screen } from './support/person.ts'
import { expect, test } from './support/test.ts'

/* Who may write to whom: what the one sees, and what the other one never learns. */

const requests = ({ page }: Screen) => page.getByText(/^Requests \(\d+\)$/)

async function openRequest(screen: Screen, title: string): Promise<void> {
  await requests(screen).click()
  await screen.page.getByRole('list', { name: 'Requests' }).getByRole('link', { name: title }).click()
  await expect(screen.page.getByRole('region', { name: title })).toBeVisible()
}

async function chooseFrom({ page }: Screen, legend: string, choice: string): Promise<void> {
  await page.getByRole('link', { name: 'Settings', exact: true }).click()
  await page.getByRole('group', { name: legend }).getByRole('radio', { name: choice }).check()
  await page.getByRole('link', { name: 'ChatBox, all conversations' }).click()
}

test('a request is accepted with no network, and the conversation opens once there is one', async ({ campus }) => {
  const [ada, ben] = [await campus.joinLasting('Ada'), await campus.join('Ben')]

  await test.step('who wants to be asked is, and nothing rings', async () => {
    await chooseFrom(ada, 'Who may write to me first', 'Nobody')
    await expectAllSent(ada)
    await openDirect(ben, 'Ada')
    await send(ben, 'May I ask you something?')
    await expectSent(ben, 'May I ask you something?')
    await expect(requests(ada)).toHaveText('Requests (1)')
    await expect(entry(ada, 'Ben')).toBeHidden()
    await expect(ada.page).toHaveTitle(/^(?!\(\d)/)
  })

  await test.step('it is answered offline', async () => {
    await waitUntilInstalled(ada)
    await ada.device.goOffline()
    await expectOffline(ada, null)
    await openRequest(ada, 'Ben')
    await expect(ada.page.getByRole('list', { name: 'How it begins' })).toContainText('May I ask you something?')
    await expect(composer(ada)).toBeHidden()
    await ada.page.getByRole('button', { name: 'Accept' }).click()
    await expect(ada.page.getByRole('region', { name: 'Ben' }).getByRole('status')).toContainText('Accepted.')
    await expect(connectionLine(ada)).toContainText('waiting')
  })

  await test.step('and is a conversation like any other once the server has heard of it', async () => {
    await ada.device.goOnline()
    await expectConnected(ada)
    await expectMessages(ada, ['May I ask you something?'])
    await send(ada, 'Of course')
    await expectMessages(ben, ['May I ask you something?', 'Of course'])
    await expect(requests(ada)).toBeHidden()
  })
})

test('a blocked person sees nothing of it, and nothing of theirs arrives', async ({ campus }) => {
  const [ada, ben, cleo] = [await campus.join('Ada'), await campus.join('Ben'), await campus.enrol('Cleo')]
  await openDirect(ben, 'Ada')
  await send(ben, 'Hello Ada')
  await open(ada, 'Ben')
  await expectMessages(ada, ['Hello Ada'])

  await test.step('she blocks him from the conversation', async () => {
    await chooseForConversation(ada, 'Block')
    await ada.page.getByRole('dialog', { name: 'Block Ben?' }).getByRole('button', { name: 'Block' }).click()
    await expect(composer(ada)).toBeHidden()
    await expect(ada.page.getByText(/You blocked .?Ben/)).toBeVisible()
    await expectAllSent(ada)
  })

  await test.step('he writes on as always; she sees what others write, and nothing of his', async () => {
    await send(ben, 'Are you there?')
    await expectSent(ben, 'Are you there?')
    const club = await cleo.beginGroup('Film club', [ada, ben])
    await open(ben, 'Film club')
    await send(ben, 'Spoilers')
    await cleo.send(club, 'Tonight at eight')
    await expectLatest(ada, 'Film club', 'Tonight at eight')
    await expectMessages(ada, ['Hello Ada'])
    await expect(message(ada, 'Are you there?')).toHaveCount(0)
    await expect(entry(ada, 'Ben')).toContainText('Hello Ada')
  })

  await test.step('in a group what he writes is folded, and opens on a tap', async () => {
    await open(ada, 'Film club')
    await expectMessages(ada, ['Message of somebody you blocked', 'Tonight at eight'])
    await expect(message(ada, 'Spoilers')).toHaveCount(0)
    await ada.page.getByRole('button', { name: 'Message of somebody you blocked' }).click()
    await expect(message(ada, 'Spoilers')).toBeVisible()
  })

  await test.step('she lets him in again in her settings', async () => {
    await ada.page.getByRole('link', { name: 'Settings', exact: true }).click()
    await ada.page.getByRole('button', { name: 'Unblock Ben' }).click()
    await expect(ada.page.getByRole('button', { name: 'Unblock Ben' })).toBeHidden()
    await expectAllSent(ada)
    await open(ben, 'Ada')
    await send(ben, 'And now?')
    await open(ada, 'Ben')
    await expectMessages(ada, ['Hello Ada', 'And now?'])
  })
})

test('a group that asks is declined or left for good, and a stranger who asks is blocked', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.enrol('Ben')]
  await chooseFrom(ada, 'Who may add me to groups', 'People in my groups')
  await expectAllSent(ada)

  await test.step('a group asks; she comes in, and leaves for good', async () => {
    await ben.beginGroup('Film club', [ada])
    await openRequest(ada, 'Film club')
    await ada.page.getByRole('button', { name: 'Accept' }).click()
    await expect(composer(ada)).toBeVisible()
    await openManage(ada)
    await ada.page.getByRole('button', { name: 'Leave for good' }).click()
    const leaving = ada.page.getByRole('dialog', { name: 'Leave this group for good?' })
    await leaving.getByRole('button', { name: 'Leave for good' }).click()
    await expect(entry(ada, 'Film club')).toBeHidden()
    await expectAllSent(ada)
    await ada.page.getByRole('link', { name: 'Settings', exact: true }).click()
    await ada.page.getByRole('button', { name: 'Let others add me to Film club again' }).click()
    await expect(ada.page.getByRole('heading', { name: 'Groups you left for good' })).toBeHidden()
  })

  await test.step('another is declined', async () => {
    await ben.beginGroup('Chess', [ada])
    await openRequest(ada, 'Chess')
    await ada.page.getByRole('button', { name: 'Decline' }).click()
    await expect(requests(ada)).toBeHidden()
  })

  await test.step('a stranger is blocked from the request', async () => {
    await chooseFrom(ada, 'Who may write to me first', 'Nobody')
    await expectAllSent(ada)
    await ben.submit(createDirect(ben.userId, ada.userId), toSend(directId(ben.userId, ada.userId), 'Buy this'))
    await openRequest(ada, 'Ben')
    await ada.page.getByRole('button', { name: 'Block' }).click()
    await ada.page.getByRole('dialog', { name: 'Block Ben?' }).getByRole('button', { name: 'Block' }).click()
    await expect(requests(ada)).toBeHidden()
    await expectAllSent(ada)
    await createGroup(ada, 'Alone', [])
  })
})
