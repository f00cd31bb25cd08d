import { createLoadOnce } from './load-once.ts'

/** `emojiList` of emoji-data.ts. */
export const emojiLoading = createLoadOnce(async () => (await import('./emoji-data.ts')).emojiList)
