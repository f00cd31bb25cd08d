import { EVERYONE_ID } from '../../shared/protocol/fields.ts'
import { removeMember } from '../support/campus.ts'
import { expectAllSent, expectConnected } from './support/connection.ts'
import { chooseFromMenu, entry, message, messages, open, send } from './support/conversing.ts'
import {
  askForFile,
  attach,
  binaryFile,
  chosenFiles,
  expectDrawn,
  findFiles,
  holdsContent,
  photoFile,
  sendChosen,
  type GivenFile,
} from './support/files.ts'
import type { Screen } from './support/person.ts'
import { expect, test } from './support/test.ts'

async function sendFile(screen: Screen, text: string, file: GivenFile): Promise<void> {
  await attach(screen, 'Files', file)
  await sendChosen(screen, text)
}

test('a deleted photo is gone for both, and whoever is put out of a group gets none of its files any more', async ({
  campus,
}) => {
  const carl = await campus.enrol('Carl')
  const [ada, ben] = [await campus.join('Ada'), await campus.join('Ben')]
  const group = await carl.beginGroup('Film club', [ada, ben])
  for (const person of [ada, ben]) await open(person, 'Film club')
  for (const text of ['Poster', 'Flyer']) {
    await attach(ada, 'Photos and videos', await photoFile(`${text}.jpg`))
    await sendChosen(ada, text)
    await expectDrawn(message(ben, text).getByRole('img'))
  }
  const [[poster], [flyer]] = [await findFiles(ben, 'Poster'), await findFiles(ben, 'Flyer')]
  const ids = { poster: poster?.id ?? '', flyer: flyer?.id ?? '' }
  for (const id of Object.values(ids)) expect(await askForFile(ben, id, 'small')).toBe(200)

  await chooseFromMenu(ada, 'Poster', 'Delete')
  await ada.page.getByRole('button', { name: 'Delete for everybody' }).click()
  for (const person of [ada, ben]) {
    await expect(messages(person).first()).toContainText('Message deleted')
    await expect(messages(person).first().getByRole('img')).toHaveCount(0)
    expect(await askForFile(person, ids.poster)).toBe(404)
    expect(await askForFile(person, ids.poster, 'small')).toBe(404)
    await expect.poll(() => holdsContent(person, ids.poster)).toBe(false)
  }

  await carl.submit(removeMember(group, ben.userId))
  await expect(entry(ben, 'Film club')).toBeHidden()
  expect(await askForFile(ben, ids.flyer)).toBe(404)
  expect(await askForFile(ada, ids.flyer)).toBe(200)
})

test('what cannot be sent says so on its message, with what one can do next', async ({ campus }) => {
  test.slow()
  await campus.server.stop()
  await campus.startServerAgain(undefined, { FILE_BYTES_MAX: '200KB', ACCOUNT_FILES_BYTES_MAX: '500KB' })
  const ben = await campus.enrol('Ben')
  const ada = await campus.join('Ada')
  await open(ada, 'Everyone')
  await expectConnected(ada)
  const refused = (text: string) => message(ada, text).getByRole('group', { name: 'Not sent' })

  await test.step('a program that is called a photo goes as a document that is called what it is', async () => {
    const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(1_000), Buffer.from('PE\0\0')])
    await attach(ada, 'Photos and videos', { name: 'holiday.jpg', mimeType: 'image/jpeg', buffer: program })
    await expect(chosenFiles(ada)).toContainText('It is sent as a document.')
    await sendChosen(ada, 'A photo?')
    await expectAllSent(ada)
    await expect(message(ada, 'A photo?')).toContainText('Not what its name says')
    expect((await ben.findMessage(EVERYONE_ID, 'A photo?')).files).toMatchObject([{ kind: 'document' }])
  })

  await test.step('an empty file is refused by name, and the text goes without it', async () => {
    await sendFile(ada, 'Nothing in it', binaryFile('empty.bin', 0))
    await expect(refused('Nothing in it')).toContainText('“empty.bin”: This file is empty.')
    await refused('Nothing in it').getByRole('button', { name: 'Send without it' }).click()
    await expectAllSent(ada)
    expect((await ben.findMessage(EVERYONE_ID, 'Nothing in it')).files).toBeUndefined()
  })

  await test.step('one that is larger than the operator allows is refused, and discarded', async () => {
    await sendFile(ada, 'Too large', binaryFile('large.bin', 201_000))
    await expect(refused('Too large')).toContainText('“large.bin”: This file is too large.')
    await send(ada, 'Not held up')
    await refused('Too large').getByRole('button', { name: 'Discard' }).click()
    await expect(message(ada, 'Too large')).toHaveCount(0)
    await expectAllSent(ada)
  })

  await test.step('one for which an account has no room is refused, and goes once there is', async () => {
    for (const name of ['one', 'two']) {
      await sendFile(ada, name, binaryFile(`${name}.bin`, 190_000))
      await expectAllSent(ada)
    }
    await sendFile(ada, 'No room', binaryFile('three.bin', 190_000))
    await expect(refused('No room')).toContainText(/“three.bin”: .*room/)
    await chooseFromMenu(ada, 'one', 'Delete')
    await ada.page.getByRole('button', { name: 'Delete for everybody' }).click()
    await expect(message(ada, 'one.bin')).toHaveCount(0)
    await refused('No room').getByRole('button', { name: 'Send again' }).click()
    await expectAllSent(ada)
    expect((await ben.findMessage(EVERYONE_ID, 'No room')).files).toMatchObject([{ name: 'three.bin' }])
  })
})
