// What opens when something in a conversation is touched, in a file that is fetched after it was drawn: see shell.svelte.
export { default as Menu } from '../../ui/menu.svelte'
export { default as AttachMenu } from '../files/attach-menu.svelte'
export { default as EmojiPopover } from './emoji-popover.svelte'
export { default as LongPaste } from './long-paste.svelte'
export { default as MessageMenu } from './message-menu.svelte'
export { default as ReactionPicker } from './reaction-picker.svelte'
