import type * as Touched from './touched.ts'

const load = <Name extends keyof typeof Touched>(name: Name) => {
  return async () => ({ default: (await import('./touched.ts'))[name] })
}

/** Each as later.svelte loads it. */
export const loadTouched = {
  menu: load('Menu'),
  attachMenu: load('AttachMenu'),
  emoji: load('EmojiPopover'),
  longPaste: load('LongPaste'),
  messageMenu: load('MessageMenu'),
  reactionPicker: load('ReactionPicker'),
}
