import { uuidv7 } from 'uuidv7'
import { send as toMessage } from '../support/campus.ts'
import { composer, entry, expectMessages, message, open } from './support/conversing.ts'
import { copyFromTo } from './support/copying.ts'
import { findLongestTask } from './support/main-thread.ts'
import { pasteText } from './support/pasting.ts'
import { findEscaping, STACKED } from './support/stacked.ts'
import { expect, test } from './support/test.ts'

test('a hostile text does not run, leads nowhere unseen, stays in its place, and is copied without what is around it', async ({
  campus,
}) => {
  const ben = await campus.enrol('Ben')
  const ada = await campus.join('Ada', { permissions: ['clipboard-read', 'clipboard-write'] })
  const hostile = [
    '<img src=x onerror="document.title=1">',
    '<script>document.title=1</script>',
    '[click](javascript:document.title=1)',
    '[bank](https://evil.example/bank.example)',
    '$\\href{javascript:document.title=1}{x}$',
  ]
  await ben.send(await ben.beginDirect(ada), ...hostile)
  await open(ada, 'Ben')
  const log = ada.page.getByRole('log')
  await expect(log.getByRole('article')).toHaveCount(hostile.length)
  await expect(log.locator('img, script, iframe, [onerror]')).toHaveCount(0)
  await expect(log.locator('a[href^="javascript"]')).toHaveCount(0)
  await expect(log.getByRole('link')).toHaveAttribute('rel', /noopener/)
  await expect(ada.page).toHaveTitle(/Ben/)

  await test.step('marks that are stacked on a letter stay in their message, and in a name', async () => {
    const stacked = await ben.beginGroup(`${STACKED} club`, [ada])
    const name = `Ben ${STACKED}`
    await ben.submit({ type: 'profile.rename', id: uuidv7(), name })
    await ben.send(stacked, STACKED, 'between', `**${STACKED}**\n\n- ${STACKED}\n- ${STACKED}`)
    await ben.submit(toMessage(stacked, 'I am @ben', { mentions: [ben.userId] }))
    await open(ada, `${STACKED} club`)
    await expect(message(ada, 'I am')).toContainText(name)
    expect(await findEscaping(ada)).toEqual([])
    await ada.page.getByRole('link', { name: 'People', exact: true }).click()
    await expect(ada.page.getByRole('list', { name: 'People' })).toContainText('@ben')
    expect(await findEscaping(ada)).toEqual([])
  })

  await test.step('a name and a text of two directions stay apart in the list', async () => {
    await ben.submit({ type: 'profile.rename', id: uuidv7(), name: 'בן' })
    const mixed = await ben.beginGroup('Mixed', [ada])
    await ben.send(mixed, '1) hello, שלום!')
    await expect(entry(ada, 'Mixed')).toContainText('בן: 1) hello, שלום!')
    const [name, said] = [entry(ada, 'Mixed').getByText('בן'), entry(ada, 'Mixed').getByText('1) hello')]
    expect(await said.evaluate((element) => getComputedStyle(element).direction)).toBe('ltr')
    const [row, left, right] = await Promise.all([entry(ada, 'Mixed'), name, said].map((one) => one.boundingBox()))
    expect(left?.y).toBeGreaterThan(row?.y ?? Infinity)
    expect(Math.abs((left?.y ?? 0) - (right?.y ?? Infinity))).toBeLessThan(4)
    expect(right?.x).toBeGreaterThan(left?.x ?? Infinity)
  })

  await test.step('two messages are copied as two texts', async () => {
    const copied = await ben.beginGroup('Copied', [ada])
    await ben.send(
      copied,
      'first',
      'second',
      '**2**. do\n\n2. this\n4. that\n\n`a b` and $x^2$\n```js\nlet a\n\nlet b\n```\nend',
    )
    await open(ada, 'Copied')
    await expectMessages(ada, ['first', 'second', 'end'])
    await expect(ada.page.locator('.katex').last()).toBeVisible()
    expect(await copyFromTo(ada, 'first', 'second')).toBe('first\nsecond')
    expect(await copyFromTo(ada, 'second', 'end')).toBe(
      'second\n2. do\n2. this\n4. that\na b and $x^2$\nlet a\n\nlet b\nend',
    )
  })
})

test('ten megabytes that are slow to lay out neither hang the page nor get lost', async ({ campus, browser }) => {
  const ada = await campus.join('Ada')
  await open(ada, 'Everyone')
  await composer(ada).fill('Before ')
  const attempts: number[] = []
  while (attempts.length < 3 && !attempts.some((ms) => ms < 500)) {
    await expect(ada.page.getByRole('group', { name: 'Pasted text' })).toBeHidden()
    attempts.push(
      await findLongestTask(browser, async () => {
        await pasteText(ada, '**[', 10 * 1024 * 1024)
        await expect(ada.page.getByRole('group', { name: 'Pasted text' })).toContainText('10,485,760 characters')
      }),
    )
    if (!attempts.some((ms) => ms < 500)) await ada.page.getByRole('button', { name: 'Discard' }).click()
  }
  expect(Math.min(...attempts), `the longest tasks in ms were ${JSON.stringify(attempts)}`).toBeLessThan(500)

  const pasted = ada.page.getByRole('group', { name: 'Pasted text' })
  await expect(composer(ada)).toHaveValue('Before ')
  const saved = ada.page.waitForEvent('download')
  await pasted.getByRole('button', { name: 'Save as a file' }).click()
  expect((await saved).suggestedFilename()).toBe('pasted.txt')
  await pasted.getByRole('button', { name: 'Use the beginning' }).click()
  await expect(composer(ada)).toHaveValue(/^Before \*\*\[/)
  await composer(ada).press('Enter')
  await expect(message(ada, 'Before **[')).toContainText('Sent')
})
