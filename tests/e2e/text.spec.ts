import { composer, message, open } from './support/conversing.ts'
import { findLongestTask } from './support/main-thread.ts'
import { pasteText } from './support/pasting.ts'
import { expect, test } from './support/test.ts'

test('a hostile text does not run, and leads nowhere unseen', async ({ campus }) => {
  const ben = await campus.enrol('Ben')
  const ada = await campus.join('Ada')
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
  await expect(message(ada, 'Before **[')).toContainText('Sent', { timeout: 30_000 })
})
