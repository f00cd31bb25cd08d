import { readFile } from 'node:fs/promises'
import type { Locator, Page } from '@playwright/test'
import sharp from 'sharp'
import { photoWithPlace } from '../server/files/example-photos.ts'
import { expectAccessible, expectAccessibleAtAnyWidth } from './support/axe.ts'
import * as room from './support/classroom.ts'
import { waitUntilInstalled } from './support/connection.ts'
import * as desk from './support/desk.ts'
import { INSTALLED } from './support/device.ts'
import {
  attach,
  bringFiles,
  chosenFiles,
  drawPhoto,
  expectDrawn,
  photoFile,
  textFile,
  viewer,
  type GivenFile,
} from './support/files.ts'
import type { Screen } from './support/person.ts'
import { dumpStorage } from './support/storage.ts'
import { expect, test } from './support/test.ts'

const PHONE = { width: 390, height: 780 }
const WIDE = { width: 1280, height: 800 }

async function sheet(name = 'IMG_2041 Ada Lovelace.jpg', width = 3_000, height = 2_000): Promise<GivenFile> {
  return { name, mimeType: 'image/jpeg', buffer: await drawPhoto(width, height) }
}

/** The photo of a question or an answer. */
const photoOf = (card: Locator) => card.getByRole('img', { name: /^Photo from/ })

const idOf = async (question: Locator) => (await question.getAttribute('data-question')) ?? ''

/** What is on a device of photos and files, by its key. */
async function held(screen: Screen): Promise<string[]> {
  const stores = Object.values(await dumpStorage(screen))
  return stores.flatMap(({ contents = [], photos = [] }) => [
    ...(contents as { key: string }[]).map(({ key }) => key),
    ...(photos as { questionId: string }[]).map(({ questionId }) => `own ${questionId}`),
  ])
}

async function save(page: Page, button: Locator): Promise<{ name: string; content: Buffer }> {
  const downloading = page.waitForEvent('download')
  await button.click()
  const download = await downloading
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) }
}

test('a question is asked with a photo, held, approved with it, seen by all, and gone when it is withdrawn', async ({
  campus,
}) => {
  test.slow()
  const teacher = await campus.join('Dr Keller', { viewport: WIDE })
  const { path, id } = await desk.createClassroom(teacher, { title: 'Analysis I' })
  const asker = await campus.openDevice({ ...INSTALLED, viewport: WIDE })
  const other = await campus.openDevice({ ...INSTALLED, viewport: PHONE })
  const wall = await campus.openDevice({ viewport: { width: 1600, height: 900 } })
  for (const student of [asker, other]) await room.openAsStudent(student, path)
  await room.openProjector(wall, `/q/${id}/screen`)
  const text = 'How does line three follow?'

  await test.step('what this browser cannot show is refused with a sentence, and nothing is kept of it', async () => {
    await room.choosePhoto(asker, { name: 'a.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no photo') })
    await expect(asker.page.getByRole('alert')).toContainText('This browser cannot show this file as a photo')
    await expect(room.chosenPhoto(asker)).toHaveCount(0)
  })

  await test.step('it is drawn anew and said so, survives a reload, and can be removed and pasted', async () => {
    await room.choosePhoto(asker, await sheet())
    await expect(room.chosenPhoto(asker)).toContainText('drawn anew without its name, place or camera')
    await expect(room.chosenPhoto(asker)).toContainText('waits until the staff have looked at it')
    await asker.page.reload()
    await expect(room.chosenPhoto(asker).getByRole('img')).toBeVisible()
    for (const size of [PHONE, WIDE]) {
      await asker.page.setViewportSize(size)
      await expectAccessible(asker, `a question with a photo is being asked, ${size.width} px`)
    }
    await room.chosenPhoto(asker).getByRole('button', { name: 'Remove photo' }).click()
    await expect(room.chosenPhoto(asker)).toHaveCount(0)
    expect(await held(asker)).toEqual([])
    const withPlace = { name: 'secret name.jpg', mimeType: 'image/jpeg', buffer: await photoWithPlace() }
    await bringFiles(room.askingField(asker), 'paste', withPlace)
    await expect(room.chosenPhoto(asker).getByRole('img')).toBeVisible()
    await bringFiles(room.askingField(asker), 'drop', await sheet())
    await expect(room.chosenPhoto(asker)).toContainText('drawn anew')
  })

  await test.step('it is held until staff let it through, and seen by nobody else until then', async () => {
    await room.ask(asker, text)
    await room.expectBecame(asker, text, 'Held')
    await expectDrawn(photoOf(room.question(asker, text)))
    const questionId = await idOf(room.question(asker, text))
    expect(await room.askForPhoto(other, id, questionId)).toBe(404)
    await room.chooseTab(other, 'Newest')
    await expect(room.questions(other)).toHaveCount(0)
    await desk.openTab(teacher, 'Held')
    await expectDrawn(photoOf(desk.deskQuestion(teacher, text)))
    for (const size of [PHONE, WIDE]) {
      await teacher.page.setViewportSize(size)
      await expectAccessible(teacher, `a held photo at the desk, ${size.width} px`)
    }
    await desk.deskQuestion(teacher, text).getByRole('button', { name: 'Approve' }).click()
    await room.expectBecame(asker, text, 'Shown')
  })

  await test.step('everybody sees it, large and saved, without a name, a place or as many pixels', async () => {
    const photo = photoOf(room.question(other, text))
    await expectDrawn(photo)
    for (const student of [asker, other]) await expectAccessibleAtAnyWidth(student, 'a list with a photo')
    await photo.click()
    await expect(viewer(other).locator('img').last()).toBeVisible()
    await expectAccessibleAtAnyWidth(other, 'the photo of a question, large')
    const { name, content } = await save(other.page, viewer(other).getByRole('button', { name: 'Save' }))
    expect(name).toBe('question-1.jpg')
    const { width, height, exif, xmp, icc } = await sharp(content).metadata()
    expect([exif, xmp, icc]).toEqual([undefined, undefined, undefined])
    expect(Math.max(width, height)).toBeLessThanOrEqual(1_600)
    expect(width / height).toBeCloseTo(1.5, 2)
    expect(content.includes('Lovelace')).toBe(false)
    await other.page.keyboard.press('Escape')
    await expect(viewer(other)).toHaveCount(0)
  })

  await test.step('the wall shows it large with its question', async () => {
    await desk.openTab(teacher, 'Newest')
    await desk.showOnProjector(teacher, text)
    const picture = room.wall(wall).getByRole('img', { name: 'Photo of the question, no description' })
    await expect(picture.locator('img')).toBeVisible()
    const box = await picture.boundingBox()
    expect(box?.height).toBeGreaterThan(300)
    await expectAccessible(wall, 'a photo on the wall', ['light'])
  })

  await test.step('what was seen opens with no network, and what was not says so in its place', async () => {
    await waitUntilInstalled(other)
    await expectDrawn(photoOf(room.question(asker, text)))
    await other.goOffline()
    await other.page.reload()
    await room.chooseTab(other, 'Newest')
    await expectDrawn(photoOf(room.question(other, text)))
    await other.goOnline()
    const late = await campus.openDevice({ ...INSTALLED, viewport: PHONE })
    const isPhoto = (url: URL) => url.pathname.endsWith('/photo/small')
    await late.context.route(isPhoto, (route) => route.abort())
    await room.openAsStudent(late, path)
    await room.chooseTab(late, 'Newest')
    const place = room.question(late, text).getByRole('button', { name: /Photo from/ })
    await expect(place).toBeVisible()
    const before = await place.boundingBox()
    await waitUntilInstalled(late)
    await late.goOffline()
    await expect(place).toContainText('Not on this device. It comes with a network.')
    await late.context.unroute(isPhoto)
    await late.goOnline()
    await expectDrawn(photoOf(room.question(late, text)))
    expect(await place.boundingBox()).toEqual(before)
  })

  await test.step('withdrawn, it is gone from the server, from all screens and from all devices', async () => {
    const questionId = await idOf(room.question(other, text))
    expect(await room.askForPhoto(other, id, questionId)).toBe(200)
    await room.withdrawQuestion(asker, text)
    await room.expectNothingWaits(asker)
    await expect(room.question(other, text)).toHaveCount(0)
    await expect(room.wall(wall).getByRole('img', { name: /^Photo of the question/ })).toHaveCount(0)
    expect(await room.askForPhoto(other, id, questionId)).toBe(404)
    for (const screen of [asker, other, wall, teacher]) await expect.poll(() => held(screen)).toEqual([])
  })
})

test('staff take a photo off, dismiss it, or take none, and each asker learns what one can do then', async ({
  campus,
}) => {
  test.slow()
  const teacher = await campus.join('Dr Keller', { viewport: WIDE })
  const settings = { title: 'Optics', photos: 'Shown at once' } as const
  const { path, id } = await desk.createClassroom(teacher, settings)
  const [asker, other] = [await campus.openDevice({ viewport: WIDE }), await campus.openDevice({ viewport: PHONE })]
  for (const student of [asker, other]) await room.openAsStudent(student, path)
  await room.chooseTab(other, 'Newest')

  await test.step('shown at once; the photo is taken off, and the question stays', async () => {
    await room.askWithPhoto(asker, 'What is this ray?', await photoFile('ray.jpg'))
    await expectDrawn(photoOf(room.question(other, 'What is this ray?')))
    const questionId = await idOf(room.question(other, 'What is this ray?'))
    await desk.openTab(teacher, 'Newest')
    await desk.press(teacher, 'What is this ray?', 'w')
    const dialog = teacher.page.getByRole('dialog', { name: 'Remove the photo of question 1?' })
    await dialog.getByRole('button', { name: 'Remove photo' }).click()
    await expect(photoOf(room.question(other, 'What is this ray?'))).toHaveCount(0)
    await expect(photoOf(desk.deskQuestion(teacher, 'What is this ray?'))).toHaveCount(0)
    await expect(room.question(other, 'What is this ray?')).toBeVisible()
    expect(await room.askForPhoto(other, id, questionId)).toBe(404)
  })

  await test.step('dismissed, it is nowhere any more, not on its asker’s screen and device either', async () => {
    await room.askWithPhoto(asker, 'Who is that?', await photoFile('who.jpg'))
    await room.chooseTab(other, 'Newest')
    await expectDrawn(photoOf(room.question(other, 'Who is that?')))
    const questionId = await idOf(room.question(other, 'Who is that?'))
    await desk.dismiss(teacher, 'Who is that?', 'Disrespectful')
    await room.expectBecame(asker, 'Who is that?', 'Dismissed')
    await expect(photoOf(room.question(asker, 'Who is that?'))).toHaveCount(0)
    expect(await room.askForPhoto(other, id, questionId)).toBe(404)
    await expect.poll(async () => (await held(asker)).filter((key) => key.includes(questionId))).toEqual([])
  })

  await test.step('where none are taken any more, what is refused goes without its photo', async () => {
    await asker.goOffline()
    await room.askWithPhoto(asker, 'And this one?', await photoFile('this.jpg'))
    await desk.openSettings(teacher)
    await teacher.page.getByRole('group', { name: 'Photos with questions' }).getByRole('radio', { name: 'Off' }).check()
    await teacher.page.getByRole('button', { name: 'Save', exact: true }).click()
    await expect(teacher.page.getByText('Saved', { exact: true })).toBeVisible()
    await expect(other.page.getByRole('button', { name: 'Add a photo' })).toHaveCount(0)
    await asker.goOnline()
    await expect(room.refused(asker)).toContainText('Questions carry no photos here.', { timeout: 90_000 })
    await expectAccessibleAtAnyWidth(asker, 'a question that was refused for its photo')
    await room.refused(asker).getByRole('button', { name: 'Ask without the photo' }).click()
    await room.expectBecame(asker, 'And this one?', 'Shown')
    await expect(photoOf(room.question(asker, 'And this one?'))).toHaveCount(0)
  })
})

test('staff answer with photos and a document, which students open and save, also with no network', async ({
  campus,
}) => {
  test.slow()
  const teacher = await campus.join('Dr Keller', { viewport: WIDE })
  const { path } = await desk.createClassroom(teacher, { title: 'Mechanics' })
  const student = await campus.openDevice({ ...INSTALLED, viewport: WIDE })
  await room.openAsStudent(student, path)
  await room.ask(student, 'Where are the notes?')
  await room.expectBecame(student, 'Where are the notes?', 'Shown')
  const notes = textFile('notes.txt', 'Line one\nLine two')

  await test.step('what is chosen waits with the answer where there is no network, and goes when there is one', async () => {
    await desk.openTab(teacher, 'Newest')
    const thread = await desk.openThread(teacher, 'Where are the notes?')
    await attach(teacher, 'Photos and videos', await photoFile('board.jpg'))
    await attach(teacher, 'Files', notes)
    await expect(chosenFiles(teacher)).toContainText('2 files')
    for (const size of [PHONE, WIDE]) {
      await teacher.page.setViewportSize(size)
      await expectAccessible(teacher, `an answer with files is being written, ${size.width} px`)
    }
    await teacher.device.goOffline()
    await thread.getByRole('textbox', { name: 'Answer' }).fill('Here, and on the board')
    await thread.getByRole('button', { name: 'Answer', exact: true }).click()
    await expect(chosenFiles(teacher)).toHaveCount(0)
    const waiting = desk.deskReplies(teacher).filter({ hasText: 'Here, and on the board' })
    await expect(waiting).toContainText('Waiting')
    await expect(waiting.getByRole('button', { name: /notes\.txt/ })).toContainText('Waiting for a network')
    await teacher.device.goOnline()
    await expect(waiting.getByText('Waiting', { exact: true })).toHaveCount(0)
    await expectDrawn(photoOf(waiting))
  })

  await test.step('a student sees the photo, opens the document, and saves both', async () => {
    await room.chooseTab(student, 'Newest')
    await room.openThread(student, 'Where are the notes?')
    const answer = room.replies(student)
    const photo = photoOf(answer)
    await expect(photo).toHaveAccessibleName(/Dr Keller/)
    await expectDrawn(photo)
    await answer.getByRole('button', { name: /notes\.txt/ }).click()
    await expect(answer.getByRole('group', { name: 'notes.txt' })).toContainText('Line two')
    const saved = await save(student.page, answer.getByRole('button', { name: 'Save' }))
    expect([saved.name, saved.content.toString()]).toEqual(['notes.txt', 'Line one\nLine two'])
    await photo.click()
    const { name } = await save(student.page, viewer(student).getByRole('button', { name: 'Save' }))
    expect(name).toMatch(/^board\./)
    await student.page.keyboard.press('Escape')
    for (const size of [PHONE, WIDE]) {
      await student.page.setViewportSize(size)
      await expectAccessible(student, `an answer with files, ${size.width} px`)
    }
  })

  await test.step('what was opened opens again with no network', async () => {
    await waitUntilInstalled(student)
    await student.goOffline()
    await student.page.reload()
    const answer = room.replies(student)
    await expectDrawn(photoOf(answer))
    await answer.getByRole('button', { name: /notes\.txt/ }).click()
    await expect(answer.getByRole('group', { name: 'notes.txt' })).toContainText('Line two')
    await student.goOnline()
  })

  await test.step('taken back, they are gone from the screen and the device', async () => {
    await desk.doWithReply(teacher, 'Here, and on the board', 'Withdraw')
    await expect(photoOf(room.replies(student))).toHaveCount(0)
    await expect.poll(() => held(student)).toEqual([])
  })
})
