import { titles } from './support/arranging.ts'
import { messages, open } from './support/conversing.ts'
import { countListeners } from './support/listeners.ts'
import { expect, test } from './support/test.ts'

test('of conversations that were opened and left nothing stays behind', async ({ campus }) => {
  const [ada, ben] = [await campus.join('Ada'), await campus.enrol('Ben')]
  const names = Array.from({ length: 24 }, (_, index) => `Group ${index + 1}`)
  for (const name of names) {
    const id = await ben.beginGroup(name, [ada])
    await ben.send(id, 'One', 'Two', 'Three')
  }
  await expect(titles(ada)).toHaveCount(names.length + 1)
  const atFirst = await countListeners(ada.page)
  for (const name of names) {
    await open(ada, name)
    await expect(messages(ada)).toHaveCount(3)
  }
  // The open one has some hundreds of its own.
  await expect.poll(() => countListeners(ada.page), { timeout: 15_000 }).toBeLessThan(atFirst + 300)
})
