import { type Look, skipped } from '../look.ts'

/** How old the last backup is. */
export const backupsLook: Look = {
  name: 'backups',
  // This version takes none by itself, and cannot know where they lie.
  look: async () => [
    skipped('ChatBox takes no backups by itself: see that yours are taken, as under "Backup and restore".'),
  ],
}
