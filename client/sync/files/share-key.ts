/** What another app shared lies here as the files and the draft of a conversation do, under an id that no conversation has. */
export const SHARE_PREFIX = 'share/'

/** Whose it is while nobody is signed in. */
export const NOBODY = 'nobody'
