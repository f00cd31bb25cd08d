import { SESSION_COOKIE } from '../../server/accounts/session-cookie.ts'
import { arrange, mute, openArchive } from './support/arranging.ts'
import { expectAccessibleAtAnyWidth } from './support/axe.ts'
import * as room from './support/classroom.ts'
import { waitUntilInstalled } from './support/connection.ts'
import { entry } from './support/conversing.ts'
import { copyFromTo } from './support/copying.ts'
import * as desk from './support/desk.ts'
import { INSTALLED } from './support/device.ts'
import { signIn } from './support/entering.ts'
import { addPeople, createGroup, openManage } from './support/grouping.ts'
import { setClock } from './support/clock.ts'
import { composeEnter } from './support/input.ts'
import { dumpStorage } from './support/storage.ts'
import { expectRoomForLargeText, expectTargets, expectToldApart } from './support/room.ts'
import { expect, test } from './support/test.ts'

test('a class: a teacher, a projector, three phones, one of them killed with its question still waiting', async ({
  campus,
}) => {
  test.slow()
  const teacher = await campus.join('Dr Keller', { viewport: { width: 1280, height: 800 } })
  const { path, code, id } = await desk.createClassroom(teacher, { title: 'Analysis I' })
  const one = await campus.openDevice({ permissions: ['clipboard-read', 'clipboard-write'] })
  const two = await campus.openDevice({ viewport: { width: 390, height: 780 } })
  const three = await campus.openLastingDevice()
  const wall = await campus.openDevice({ viewport: { width: 1600, height: 900 } })

  await test.step('the link, the code and the wall lead there, without an account', async () => {
    await room.openAsStudent(one, path)
    await room.enterCode(two, code)
    await room.openAsStudent(three, path)
    await room.openProjector(wall, `/q/${id}/screen`)
    await expect(wall.page.getByText(code)).toBeVisible()
    await expect(one.page.getByText(/No account, no name, no cookie/).first()).toBeVisible()
    await expect(one.page.getByText(/devices are connected|only device connected/).first()).toBeVisible()
  })

  await test.step('a question asked with no network outlives its browser', async () => {
    await waitUntilInstalled(three)
    await three.goOffline()
    await room.ask(three, 'What is a limit, written in the tunnel?')
    await room.expectBecame(three, 'written in the tunnel', 'Waiting')
    await three.kill()
    await three.start()
    await room.drawSmall(three.context)
    await three.openTab(path)
    await room.expectBecame(three, 'written in the tunnel', 'Waiting')
  })

  await test.step('questions, a vote and a similar one that is voted for instead', async () => {
    await room.ask(one, 'Why is the root of two not a fraction?')
    await room.expectBecame(one, 'not a fraction', 'Shown')
    await room.chooseTab(two, 'Newest')
    await room.turnVote(two, 'not a fraction')
    await room.expectVotes(one, 'not a fraction', 1)
    await room.turnVote(two, 'not a fraction')
    await room.expectVotes(one, 'not a fraction', 0)
    await room.turnVote(two, 'not a fraction')
    await room.askingField(two).fill('Is the root of two a fraction')
    await expect(room.similar(two)).toContainText(['not a fraction'])
    await room.askingField(two).fill('')
    await room.ask(two, 'When is the exam?')
    await room.expectBecame(two, 'When is the exam?', 'Shown')
  })

  await test.step('the network is back, and it is there once', async () => {
    await three.goOnline()
    await room.expectBecame(three, 'written in the tunnel', 'Shown')
    await room.chooseTab(one, 'Newest')
    await expect(room.question(one, 'written in the tunnel')).toHaveCount(1)
    await room.expectCount(one, 'Newest', 3)
    const copied = await copyFromTo(one, 'not a fraction', 'written in the tunnel')
    expect(copied.split('\n')).toContain('Why is the root of two not a fraction?')
    expect(copied.split('\n').filter((line) => !line.endsWith('?'))).toEqual([])
  })

  await test.step('the teacher answers, says one aloud, dismisses one, and drives the wall', async () => {
    await desk.openTab(teacher, 'Newest')
    await desk.showOnProjector(teacher, 'written in the tunnel')
    await expect(room.wall(wall)).toContainText('written in the tunnel')
    await desk.answer(
      teacher,
      'written in the tunnel',
      'It is what the values **come close to**: $\\lim x_n$.',
      'come close to',
    )
    await desk.closeThread(teacher)
    await desk.markAloud(teacher, 'not a fraction')
    await desk.dismiss(teacher, 'When is the exam?', 'Off topic', 'See the office')
    await expect(room.wall(wall)).toContainText('come close to')
  })

  await test.step('each asker finds what became of theirs, the answer with a formula', async () => {
    await room.expectBecame(one, 'not a fraction', 'Answered')
    await room.expectBecame(two, 'When is the exam?', 'off topic')
    await expect(room.question(two, 'When is the exam?')).toContainText('See the office')
    await room.expectBecame(three, 'written in the tunnel', 'Answered')
    await room.openThread(three, 'written in the tunnel')
    await expect(room.replies(three)).toHaveCount(1)
    await expect(room.replies(three).locator('math, .katex').first()).toBeAttached()
    await room.followUp(three, 'And if they do not come close?')
    await desk.openThread(teacher, 'written in the tunnel')
    await expect(desk.deskReplies(teacher)).toContainText(['come close to', 'And if they do not'])
    await desk.closeThread(teacher)
  })

  await test.step('everybody can count', async () => {
    await expect(one.page.getByText(/3 asked, 2 shown.*1 dismissed: off topic/).first()).toBeAttached()
  })
})

test('an asker edits, withdraws, is asked to rephrase, and sees a question merged, also offline', async ({
  campus,
}) => {
  test.slow()
  const teacher = await campus.join('Dr Keller')
  const { path } = await desk.createClassroom(teacher, { title: 'Algebra', questions: 'Hold for approval' })
  const [asker, other] = [await campus.openDevice(INSTALLED), await campus.openDevice()]
  await room.openAsStudent(asker, path)
  await room.openAsStudent(other, path)

  await test.step('what is held is seen by nobody else until it is approved', async () => {
    await room.ask(asker, 'What is a ring, really')
    await room.expectBecame(asker, 'What is a ring, really', 'Held')
    await room.ask(other, 'Define a ring')
    await expect(room.question(other, 'Define a ring')).toBeVisible()
    await desk.approve(teacher, 'Define a ring')
    await desk.approve(teacher, 'What is a ring, really')
    await room.expectBecame(asker, 'What is a ring, really', 'Shown')
    await room.chooseTab(other, 'Newest')
    await expect(room.questions(other)).toHaveCount(2)
  })

  await test.step('merged, votes add up, and the receipt leads to the thread that stands for it', async () => {
    await room.turnVote(other, 'What is a ring, really')
    await room.expectNothingWaits(other)
    await desk.openTab(teacher, 'Newest')
    await desk.merge(teacher, 'What is a ring, really', 'Define a ring')
    await room.expectBecame(asker, 'What is a ring, really', 'Merged')
    await room.chooseTab(asker, 'Newest')
    await room.expectVotes(asker, 'Define a ring', 1)
    await desk.answer(teacher, 'Define a ring', 'A group with one more operation.')
    await room.openThread(asker, 'Define a ring')
    await expect(room.replies(asker)).toContainText(['A group with one more operation.'])
    await room.closeThread(asker)
    await desk.closeThread(teacher)
  })

  await test.step('to be rephrased, it is rephrased with no network', async () => {
    await room.ask(asker, 'And hte other thing?')
    await room.expectBecame(asker, 'And hte other thing?', 'Held')
    await desk.openTab(teacher, 'Held')
    await desk.askToRephrase(teacher, 'And hte other thing?', 'Which thing?')
    await room.expectBecame(asker, 'And hte other thing?', 'Which thing?')
    await waitUntilInstalled(asker)
    await asker.goOffline()
    await room.beginEdit(asker, 'And hte other thing?', 'And what is')
    await asker.page.reload()
    await room.chooseTab(asker, 'Mine')
    await expect(await room.openEdit(asker, 'And hte other thing?')).toHaveValue('And what is')
    await asker.page.keyboard.press('Escape')
    await room.editQuestion(asker, 'And hte other thing?', 'And what is a field?')
    await expect(room.connection(asker)).toContainText('Offline')
    await asker.goOnline()
    await room.expectBecame(asker, 'And what is a field?', 'Held')
    await desk.approve(teacher, 'And what is a field?')
    await room.expectBecame(asker, 'And what is a field?', 'Shown')
  })

  await test.step('withdrawn, its text is gone for all, and it still counts', async () => {
    await room.withdrawQuestion(asker, 'And what is a field?')
    await room.chooseTab(other, 'Newest')
    await expect(room.question(other, 'And what is a field?')).toHaveCount(0)
    await expect(other.page.getByText(/3 asked/).first()).toBeAttached()
  })

  await test.step('after the first visit all of it opens with no network', async () => {
    await waitUntilInstalled(asker)
    await asker.goOffline()
    await asker.page.reload()
    await room.askingField(asker).fill('And a module?')
    await room.askingField(asker).press('Enter')
    await expect(asker.page.getByText('Kept on this device. It is asked when the network is back.')).toBeVisible()
    await expect(asker.page.getByText('Asked.')).toHaveCount(0)
    await room.chooseTab(asker, 'Newest')
    await room.openThread(asker, 'Define a ring')
    await expect(room.replies(asker)).toContainText(['A group with one more operation.'])
    await asker.page.goto('/q/')
    await expect(room.visited(asker)).toContainText(['Algebra'])
  })
})

test('polls: one choice, several, 1 to 5 and free words, live or when they are revealed', async ({ campus }) => {
  test.slow()
  const teacher = await campus.join('Dr Keller')
  const { path, id } = await desk.createClassroom(teacher, { title: 'Statistics' })
  const [one, two, wall] = [await campus.openDevice(), await campus.openDevice(), await campus.openDevice()]
  await room.openAsStudent(one, path)
  await room.openAsStudent(two, path)
  await room.openProjector(wall, `/q/${id}/screen`)
  await desk.createPoll(teacher, { question: 'Clear so far?', answers: 'One choice', options: ['Yes', 'No'] })
  await desk.createPoll(teacher, {
    question: 'Which have you read?',
    answers: 'Several choices',
    options: ['One', 'Two', 'Three'],
    results: 'When you reveal them',
  })
  await desk.createPoll(teacher, { question: 'How fast am I?', answers: '1 to 5' })
  await desk.createPoll(teacher, { question: 'Mood in a word', answers: 'Free words' })
  await room.answerPoll(one, 'Clear so far?', ['No'])
  await room.answerPoll(two, 'Clear so far?', ['No'])
  await expect(room.poll(one, 'Clear so far?')).toContainText('2 answers')
  await room.answerPoll(one, 'Which have you read?', ['One', 'Three'])
  await room.answerPoll(two, 'How fast am I?', ['4'])
  await room.answerPoll(two, 'Mood in a word', 'Sleepy')
  await expect(room.poll(two, 'Mood in a word')).toContainText(/sleepy/i)
  await desk.deskPoll(teacher, 'Which have you read?').getByRole('button', { name: 'Show on projector' }).click()
  await expect(room.wall(wall)).toContainText('Which have you read?')
  await expect(room.wall(wall)).not.toContainText('100')
  await desk.deskPoll(teacher, 'Which have you read?').getByRole('button', { name: 'Reveal results' }).click()
  await expect(room.wall(wall)).toContainText('Three')
  await expect(room.wall(wall)).toContainText(/100\s*%/)
  await desk.deskPoll(teacher, 'Clear so far?').getByRole('button', { name: 'Close poll' }).click()
  await expect(room.poll(one, 'Clear so far?')).toBeHidden()

  await test.step('a quiz says what is right once it is over, to each whether theirs was, and not before', async () => {
    await desk.createPoll(teacher, {
      ...{ question: 'Which is prime?', answers: 'Several choices', options: ['Nine', 'Two', 'Five'], right: [1, 2] },
      results: 'When you reveal them',
    })
    const quiz = desk.deskPoll(teacher, 'Which is prime?')
    await quiz.getByRole('button', { name: 'Show on projector' }).click()
    await room.answerPoll(one, 'Which is prime?', ['Two', 'Five'])
    await room.answerPoll(two, 'Which is prime?', ['Nine'])
    await expect(quiz).toContainText('2 answers')
    await expect(quiz.getByRole('listitem').filter({ hasText: 'Five' })).toContainText('right')
    await expect(room.wall(wall)).toContainText('Which is prime?')
    for (const place of [room.poll(one, 'Which is prime?'), room.wall(wall)])
      await expect(place.getByText('right', { exact: true })).toHaveCount(0)
    await quiz.getByRole('button', { name: 'Reveal results' }).click()
    await expect(quiz).toContainText('Everybody sees what is right.')
    await expect(room.wall(wall).getByText('right', { exact: true })).toHaveCount(2)
    await expect(room.poll(one, 'Which is prime?')).toContainText('Your answer is right.')
    const wrong = room.poll(two, 'Which is prime?')
    await expect(wrong).toContainText('Your answer is not right.')
    await expect(wrong.getByRole('listitem').filter({ hasText: 'Nine' })).toContainText(/not right.*your answer/)
    await expect(wrong.getByRole('listitem').filter({ hasText: 'Two' })).toContainText(/right\s+1\s·\s50/)
    await expectAccessibleAtAnyWidth(two, 'a quiz that is over')
    await expectAccessibleAtAnyWidth(wall, 'a quiz on the wall')
  })
})

test('staff see a classroom in their list with what is unread, and take it along afterwards', async ({ campus }) => {
  test.slow()
  const teacher = await campus.join('Dr Keller')
  const helper = await campus.join('Ines')
  const { path, id } = await desk.createClassroom(teacher, {
    title: 'Physics',
    answers: 'Everyone in it',
    words: ['damn'],
  })
  await desk.openSettings(teacher)
  await desk.addCoTeacher(teacher, 'Ines')
  const [asker, other] = [await campus.openDevice(), await campus.openDevice()]
  await room.openAsStudent(asker, path)
  await room.openAsStudent(other, path)
  await teacher.page.goto('/')
  await helper.page.reload()
  await room.ask(asker, 'What is heat?')
  await room.ask(asker, 'Why is this damn lab so cold?')
  await room.expectBecame(asker, 'Why is this damn lab so cold?', 'Held')
  await expect(entry(teacher, 'Physics')).toContainText(/2 unread|2/)
  await expect(entry(helper, 'Physics')).toContainText('2')

  await test.step('they arrange it as a conversation, for themselves, on all their devices', async () => {
    const tablet = await campus.openDevice()
    await signIn(tablet, teacher)
    await arrange(teacher, 'Physics', 'Pin to the top')
    for (const screen of [teacher, tablet]) await expect(entry(screen, 'Physics')).toContainText('Pinned')
    await mute(teacher, 'Physics', 'For good')
    await expect(entry(tablet, 'Physics')).toContainText('Muted')
    await expect(entry(helper, 'Physics')).not.toContainText('Pinned')
    await arrange(teacher, 'Physics', 'Archive')
    for (const screen of [teacher, tablet]) await expect(entry(screen, 'Physics')).toBeHidden()
    await openArchive(tablet)
    await arrange(tablet, 'Physics', 'Take out of the archive')
    await expect(entry(teacher, 'Physics')).toBeVisible()
  })

  await desk.openDesk(helper, 'Physics')
  await room.chooseTab(other, 'Newest')
  await room.openThread(other, 'What is heat?')
  await room.reply(other, 'Motion of what is small.')
  await room.expectNothingWaits(other)
  await desk.openTab(helper, 'Newest')
  await desk.answer(helper, 'What is heat?', 'Energy on its way: $Q = m c \\Delta T$.', 'Energy on its way')
  await desk.doWithReply(helper, 'Motion of what is small.', 'Endorse')
  await expect(room.replies(other).filter({ hasText: 'Motion of what is small.' })).toContainText(/endorsed/i)

  await desk.openSettings(helper)
  const markdown = await desk.saveExport(helper, 'Markdown')
  expect(markdown).toContain('What is heat?')
  expect(markdown).toContain('Motion of what is small.')
  expect(await desk.saveExport(helper, 'CSV')).toContain('What is heat?')
  const page = await desk.saveExport(helper, 'One page')
  expect(page).toContain('Energy on its way')
  expect(page).not.toMatch(/<script|src=|https?:\/\/(?!www\.w3\.org)/)

  await test.step('a class that ends says so to who is typing, keeps the words, and can be opened again', async () => {
    await room.askingField(asker).fill('Is it over alrea')
    await room.openThread(other, 'What is heat?')
    const ending = await desk.askToEnd(helper)
    await expectAccessibleAtAnyWidth(helper, 'ending a class')
    await expect(ending).toContainText(/read it until/)
    await ending.getByRole('button', { name: 'End it now' }).click()
    await expect(room.keptTexts(asker)).toHaveValue('Is it over alrea')
    await expect(asker.page.getByText(/not taken any more\..*It can be read until/)).toBeVisible()
    await expectAccessibleAtAnyWidth(asker, 'a class that is over')
    await helper.page.getByRole('button', { name: 'Open it again' }).click()
    await expect(room.askingField(asker)).toHaveValue('Is it over alrea')
  })

  await test.step('a class that is deleted is gone for everybody, at once, and they are told', async () => {
    await helper.page.getByRole('link', { name: 'Back' }).first().click()
    const answering = await desk.openThread(helper, 'What is heat?')
    await answering.getByRole('textbox').fill('A late word of mine')
    await arrange(teacher, 'Physics', 'Delete')
    const dialog = teacher.page.getByRole('dialog', { name: 'Delete this classroom?' })
    await expectAccessibleAtAnyWidth(teacher, 'deleting a class')
    const [saved] = await Promise.all([
      teacher.page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Save a copy first' }).click(),
    ])
    expect(saved.suggestedFilename()).toMatch(/\.csv$/)
    await dialog.getByRole('button', { name: 'Delete for everybody' }).click()
    await expect(entry(teacher, 'Physics')).toHaveCount(0)
    await expect(helper.page.getByText('This classroom was deleted')).toBeVisible()
    await expect(room.keptTexts(helper)).toHaveValue('A late word of mine')
    await expect(asker.page.getByText('This classroom was deleted.')).toBeVisible()
    await expect(room.keptTexts(asker)).toHaveValue('Is it over alrea')
    await expectAccessibleAtAnyWidth(asker, 'a class that was deleted')
    await expect(asker.page.getByRole('button', { name: 'Withdraw' })).toHaveCount(0)
    await helper.page.getByRole('link', { name: 'All conversations', exact: true }).click()
    await expect(entry(helper, 'Physics')).toHaveCount(0)
    for (const screen of [teacher, helper])
      await expect
        .poll(async () => Object.keys(await dumpStorage(screen)).filter((name) => name.endsWith(id)))
        .toEqual([])
    await helper.page.getByRole('link', { name: /You do not answer in .Physics. any more/ }).click()
    await expect(room.keptTexts(helper)).toHaveValue('A late word of mine')
    await helper.page.getByRole('button', { name: 'Discard it' }).click()
    await expect(room.keptTexts(helper)).toHaveCount(0)
    await helper.page.getByRole('link', { name: 'All conversations', exact: true }).click()
    await asker.page.getByRole('button', { name: 'Remove it from this device' }).click()
    await asker.page.getByRole('button', { name: 'Remove', exact: true }).click()
    await expect(asker.page.getByRole('textbox', { name: /code/i })).toBeVisible()
    await asker.page.goto(path)
    await expect(asker.page.getByText('There is no classroom here')).toBeVisible()
  })
})

test('signed in and asking in one browser: nothing of the account goes along', async ({ campus }) => {
  const teacher = await campus.join('Dr Keller')
  const { path, id } = await desk.createClassroom(teacher, { title: 'Ethics' })
  const student = await campus.join('Lena Sommer', INSTALLED)
  const { context } = student.device
  const sent: { url: string; cookie: string | undefined; account: string | undefined; body: string }[] = []
  const strangers: string[] = []
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (`${url.protocol}//${url.host}` !== new URL(student.device.url).origin) strangers.push(request.url())
    if (!url.pathname.startsWith('/q')) return
    void request.allHeaders().then((headers) => {
      const { cookie } = headers
      sent.push({ url: url.pathname, cookie, account: headers['x-chatbox-account'], body: request.postData() ?? '' })
    })
  })
  const sockets: string[] = []
  await room.drawSmall(context)
  await student.device.openTab(path)
  student.page.on('websocket', (socket) => sockets.push(new URL(socket.url()).pathname))
  await student.page.reload()
  await expect(student.page.getByRole('tablist', { name: 'Questions by' })).toBeVisible()
  await room.ask(student, 'May one lie?')
  await room.expectBecame(student, 'May one lie?', 'Shown')
  await room.editQuestion(student, 'May one lie?', 'May one ever lie?')
  await room.expectNothingWaits(student)

  const [cookie] = (await context.cookies(`${student.device.url}/api/me`)).filter(({ name }) => name === SESSION_COOKIE)
  expect(cookie?.value).toBeTruthy()
  expect(await context.cookies(`${student.device.url}${path}`)).toEqual([])
  expect(sent.some(({ url }) => url === `/q/api/${id}/commands`)).toBe(true)
  for (const request of sent) {
    expect(request.cookie, request.url).toBeUndefined()
    expect(request.account, request.url).toBeUndefined()
    expect(request.body).not.toContain('lena')
  }
  expect(new Set(sockets)).toEqual(new Set([`/q/api/${id}/socket`]))
  expect(strangers).toEqual([])

  // What the classroom keeps on this device names no account, and the account's rows no classroom.
  const stored = await dumpStorage(student)
  const { [`chatbox-classroom-${id}`]: ofRoom, 'chatbox-classrooms': ofVisits, ...ofAccount } = stored
  expect(JSON.stringify(ofRoom)).toContain('May one ever lie?')
  const accountId = /"(?:userId|id)":"([0-9a-f-]{36})"/.exec(JSON.stringify(stored['chatbox-device']))?.[1] ?? 'none'
  for (const telltale of ['lena', cookie?.value ?? '', accountId]) {
    expect(JSON.stringify([ofRoom, ofVisits]).toLowerCase()).not.toContain(telltale)
  }
  expect(JSON.stringify(ofAccount)).not.toContain('May one ever lie?')
})

test('a classroom for the members of a group: a token for each action, and strangers only read', async ({ campus }) => {
  test.slow()
  const teacher = await campus.join('Dr Keller')
  const member = await campus.join('Mina')
  const stranger = await campus.openDevice()
  await createGroup(teacher, 'Seminar', ['Mina'])
  const { path, id } = await desk.createClassroom(teacher, { title: 'Logic', group: 'Seminar' })
  expect(path).toMatch(/#k=[A-Za-z0-9_-]{43}$/)

  await test.step('every member’s device fetches its tokens, whether or not it ever asks', async () => {
    await member.page.reload()
    await expect
      .poll(async () => (await dumpStorage(member))[`chatbox-classroom-${id}`]?.tokens?.length ?? 0, {
        timeout: 60_000,
      })
      .toBe(40)
  })

  await test.step('a member asks and votes without the account', async () => {
    await room.drawSmall(member.device.context)
    await member.device.openTab(path)
    await room.ask(member, 'Is this sentence false?')
    await room.expectBecame(member, 'Is this sentence false?', 'Shown')
    const left = (await dumpStorage(member))[`chatbox-classroom-${id}`]?.tokens?.length
    expect(left).toBeLessThan(40)
  })

  await test.step('a member who opens it before their device was ready can ask', async () => {
    const late = await campus.join('Nora')
    await teacher.page.goto('/')
    await entry(teacher, 'Seminar').click()
    await openManage(teacher)
    await addPeople(teacher, ['Nora'])
    await expect(entry(late, 'Seminar')).toBeVisible()
    await room.drawSmall(late.device.context)
    await late.page.goto(path)
    await room.ask(late, 'And this one?')
    await room.expectBecame(late, 'And this one?', 'Shown')
    expect((await dumpStorage(late))[`chatbox-classroom-${id}`]?.tokens?.length).toBe(39)
  })

  await test.step('a stranger reads, and is told why nothing more', async () => {
    await room.openAsStudent(stranger, path)
    await room.chooseTab(stranger, 'Newest')
    await expect(room.question(stranger, 'Is this sentence false?')).toBeVisible()
    await room.askingField(stranger).focus()
    await expect(stranger.page.getByText(/Only members of a group ask and vote here/)).toBeVisible()
  })

  await test.step('the wall shows four words, the same as the app, and another key is refused', async () => {
    await room.openProjector(stranger, `/q/${id}/screen`)
    const words = stranger.page.getByText(/^Key in words:/).locator('..')
    await expect(words).toHaveText(/Key in words:\s*(?:[a-z]+ ){3}[a-z]+/)
    const other = await campus.openDevice()
    await other.page.goto(path.replace(/#k=.{4}/, '#k=AAAA'))
    await expect(other.page.getByRole('heading', { level: 1 })).toHaveText('Do not ask here')
    await expect(room.askingField(other)).toHaveCount(0)
  })
})

test('a wrong code, a closed room and a name where none is wanted: a sentence, and nothing is lost', async ({
  campus,
}) => {
  const teacher = await campus.join('Dr Keller')
  const endsAt = Date.now() + 2 * 3_600_000
  const { path, code } = await desk.createClassroom(teacher, { title: 'Chemistry', names: true, endsAt })
  const asker = await campus.openDevice()
  await room.tryCode(asker, code.startsWith('a') ? `b${code.slice(1)}` : `a${code.slice(1)}`)
  await expect(asker.page.getByText('There is no classroom with this code.')).toBeVisible()
  await asker.page.goto('/q/aaaaaaaaaaaa')
  await expect(asker.page.getByRole('heading', { level: 1 })).toBeVisible()
  await expect(room.askingField(asker)).toHaveCount(0)
  await room.openAsStudent(asker, path)
  await room.ask(asker, 'Who are we?', 'A friend')
  await room.expectBecame(asker, 'Who are we?', 'Shown')
  await expect(room.question(asker, 'Who are we?')).toContainText('A friend')
  await room.askingField(asker).fill('わたし')
  await composeEnter(room.askingField(asker))
  await expect(room.askingField(asker)).toHaveValue('わたし')
  const stored = await room.openStored(asker)
  for (const column of ['receipt_hash', 'asked_at', 'token_hash']) await expect(stored).toContainText(column)
  await expect(stored).not.toContainText('user_agent')

  const late = await campus.openDevice()
  await setClock(late, 5 * 365 * 24 * 3_600_000)
  await room.openAsStudent(late, path)
  await expect(room.askingField(late)).toBeVisible()
})

test('a classroom is accessible to all on a phone and on a wide screen', async ({ campus }) => {
  test.slow()
  const teacher = await campus.join('Dr Keller')
  const asker = await campus.openDevice({ viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true })
  const expectRoom = async (what: string) => {
    await expectTargets(asker, what)
    await expectRoomForLargeText(asker, what)
  }
  await teacher.page.getByRole('link', { name: 'New classroom' }).click()
  await expect(teacher.page.getByRole('heading', { level: 1, name: 'New classroom' })).toBeVisible()
  await expectAccessibleAtAnyWidth(teacher, 'new classroom')
  await teacher.page.goto('/')
  const { path, id } = await desk.createClassroom(teacher, { title: 'Biology' })
  await asker.page.goto('/q/')
  await expect(asker.page.getByRole('heading', { level: 1 })).toBeVisible()
  await expectAccessibleAtAnyWidth(asker, 'the door')
  await expectRoom('the door')
  await room.openAsStudent(asker, path)
  await expectAccessibleAtAnyWidth(asker, 'an empty classroom')
  await room.ask(asker, 'What is life, and why?')
  await room.expectBecame(asker, 'What is', 'Shown')
  await expectAccessibleAtAnyWidth(asker, 'one’s own question')
  await expectRoom('one’s own question')
  await asker.page.reload()
  await room.askingField(asker).focus()
  // Read once, the promise is one tap away, and leaves the room to the questions.
  await expect(asker.page.getByText(/No account, no name, no cookie/)).toBeHidden()
  await asker.page.getByText('Without your name: what is promised').click()
  await expect(asker.page.getByText(/No account, no name, no cookie/)).toBeVisible()
  await room.chooseTab(asker, 'Mine')
  const [newest, mine] = [/^Newest/, /^Mine/].map((name) => asker.page.getByRole('tab', { name }))
  if (newest === undefined || mine === undefined) throw new Error('there are no tabs')
  await asker.page.emulateMedia({ forcedColors: 'active' })
  const [chosen, other] = (await newest.getAttribute('aria-selected')) === 'true' ? [newest, mine] : [mine, newest]
  await expectToldApart(chosen, other, 'the chosen tab')
  await asker.page.emulateMedia({ forcedColors: 'none' })
  await desk.openTab(teacher, 'Newest')
  await desk.answer(teacher, 'What is', 'Ask me **later**.', 'Ask me later.')
  await expectAccessibleAtAnyWidth(teacher, 'the desk with a thread')
  await teacher.page.setViewportSize({ width: 1280, height: 800 })
  expect((await teacher.page.locator('.columns > .thread').boundingBox())?.width).toBeGreaterThan(480)
  await room.openThread(asker, 'What is')
  await expectAccessibleAtAnyWidth(asker, 'a thread')
  await expectRoom('a thread')
  await desk.closeThread(teacher)
  await desk.createPoll(teacher, { question: 'Alive?', answers: 'One choice', options: ['Yes', 'No'] })
  await expectAccessibleAtAnyWidth(teacher, 'polls at the desk')
  const size = teacher.page.viewportSize() ?? { width: 1280, height: 720 }
  await teacher.page.setViewportSize({ width: 390, height: 780 })
  await expectRoomForLargeText(teacher, 'polls at the desk')
  await teacher.page.setViewportSize(size)
  await desk.openSettings(teacher)
  await expectAccessibleAtAnyWidth(teacher, 'settings of a classroom')
  await room.closeThread(asker)
  await expectAccessibleAtAnyWidth(asker, 'a poll')
  await expectRoom('a poll')
  await room.askingField(asker).focus()
  await room.openStored(asker)
  await expectAccessibleAtAnyWidth(asker, 'what the server stores')
  await room.openProjector(asker, `/q/${id}/screen`)
  await expectAccessibleAtAnyWidth(asker, 'the wall')
})
