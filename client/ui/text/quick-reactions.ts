/** What most people want to answer a message with, offered before the picker is. */
export const quickReactions: readonly string[] = ['👍', '❤️', '😂', '😮', '😢', '🎉']
