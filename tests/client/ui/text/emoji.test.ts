import compact from 'emojibase-data/en/compact.json'
import { expect, test } from 'vitest'
import { emojiList } from '../../../../client/ui/text/emoji-data.ts'
import { EMOJI_GROUPS } from '../../../../client/ui/text/emoji-groups.ts'
import { isEmoji } from '../../../../shared/text/is-emoji.ts'
import { quickReactions } from '../../../../client/ui/text/quick-reactions.ts'
import { searchEmoji } from '../../../../client/ui/text/search-emoji.ts'
import { SKIN_TONES, withoutSkinTone, withSkinTone } from '../../../../client/ui/text/skin-tone.ts'

const find = (query: string) => searchEmoji(emojiList, query).map(({ emoji }) => emoji)

test('every emoji that is offered is one that the server takes, once, in every skin tone', () => {
  expect(emojiList.length).toBeGreaterThan(1_800)
  expect(new Set(emojiList.map(({ emoji }) => emoji)).size).toBe(emojiList.length)
  const offered = emojiList.flatMap(({ emoji, toned }) =>
    toned ? SKIN_TONES.map(({ tone }) => withSkinTone(emoji, tone)) : [emoji],
  )
  expect([...offered, ...quickReactions].filter((emoji) => !isEmoji(emoji))).toEqual([])
  expect(new Set(offered).size).toBe(offered.length)
})

test('every group has emoji, and each has a name', () => {
  for (const { group, picture } of EMOJI_GROUPS) {
    expect(emojiList.filter((emoji) => emoji.group === group).length).toBeGreaterThan(50)
    expect(isEmoji(picture)).toBe(true)
  }
  expect(emojiList.filter(({ label, labelWords }) => label === '' || labelWords.length === 0)).toEqual([])
})

test('skin tones are those of Emojibase, all people alike', () => {
  const plain = (emoji: string) => emoji.replaceAll('\ufe0f', '')
  for (const entry of compact) {
    if (entry.group === undefined || entry.skins === undefined) continue
    const known = entry.skins.map(({ unicode }) => plain(unicode))
    for (const tone of [1, 2, 3, 4, 5] as const) expect(known).toContain(plain(withSkinTone(entry.unicode, tone)))
  }
  expect(withSkinTone('👩‍🔬', 3)).toBe('👩🏽‍🔬')
  expect(withSkinTone('🧑‍🤝‍🧑', 5)).toBe('🧑🏿‍🤝‍🧑🏿')
  expect(withSkinTone('🎉', 5)).toBe('🎉')
  expect(withoutSkinTone('🧑🏿‍🤝‍🧑🏿')).toBe('🧑‍🤝‍🧑')
})

test('a search finds by name first, by the beginnings of words, without regard to case and accents', () => {
  expect(find('party popper')[0]).toBe('🎉')
  expect(find('PINATA')[0]).toBe('🪅')
  expect(find('piñata')[0]).toBe('🪅')
  expect(find('thumb up')[0]).toBe('👍')
  expect(find('lol')).toContain('😂')
  expect(find('cat')[0]).toBe('🐈')
  expect(find('germany')).toEqual(['🇩🇪'])
  expect(find('  ')).toEqual([])
  expect(find('qqqq')).toEqual([])
})
