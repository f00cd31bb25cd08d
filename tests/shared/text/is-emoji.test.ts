import { expect, test, vi } from 'vitest'
import { emojiList } from '../../../client/ui/text/emoji-data.ts'

test('what no emoji consists of makes none of the expressions that know all of them', async () => {
  const construct = vi.fn((target: RegExpConstructor, [source, flags]: [string, string]) => new target(source, flags))
  vi.stubGlobal('RegExp', new Proxy(RegExp, { construct }))
  vi.resetModules()
  const { isEmojiOnly } = await import('../../../shared/text/is-emoji.ts')
  const plain = ['hello', '', '3', '12 * 4', '#1', '$x$', ':-)', '…!', 'a 🎉', '中文']
  expect(plain.filter((text) => isEmojiOnly(text))).toEqual([])
  expect(construct).not.toHaveBeenCalled()
  expect(isEmojiOnly('🎉')).toBe(true)
  expect(construct).toHaveBeenCalledTimes(1)
  vi.unstubAllGlobals()
})

test('one to three of each emoji are emoji only, whether with their selectors or without', async () => {
  const { isEmojiOnly } = await import('../../../shared/text/is-emoji.ts')
  const spellings = emojiList.flatMap(({ emoji }) => [
    emoji,
    emoji.replaceAll('\ufe0f', ''),
    ` ${emoji} ${emoji}${emoji}`,
  ])
  expect(spellings.filter((text) => !isEmojiOnly(text))).toEqual([])
  expect(isEmojiOnly('🎉🎉🎉🎉')).toBe(false)
  expect(['❤\ufe0e', '1\ufe0f', '©\ufe0e'].filter((text) => isEmojiOnly(text))).toEqual([])
})
