import type { CampusEntry } from '../campus/command.ts'
import type { Campus } from '../campus/types.ts'
import { fromBase64 } from '../files/base64.ts'
import type { DrawPicture } from '../files/draw-picture.ts'
import type { Sequencer } from '../log/sequencer.ts'

/**
 * A sequencer in whose log no picture gets in but those that we drew. Drawing takes a moment, and rules never wait: so it
 * is done before a command stands in the queue, and what the same person commands after it waits behind it, in order.
 */
export function withDrawnPictures(sequencer: Sequencer<Campus>, draw: DrawPicture): Sequencer<Campus> {
  /** By user: until their last submission behind a picture stands in the queue. */
  const behind = new Map<string, Promise<void>>()

  function standBehind(userIds: ReadonlySet<string>, submitted: Promise<unknown>): void {
    const standing: Promise<void> = submitted.then(
      () => undefined,
      () => undefined,
    )
    for (const userId of userIds) behind.set(userId, standing)
    void standing.then(() => {
      for (const userId of userIds) if (behind.get(userId) === standing) behind.delete(userId)
    })
  }

  return {
    async submit(log, entries) {
      const userIds = new Set(entries.map(({ userId }) => userId))
      const before = [...userIds].flatMap((userId) => behind.get(userId) ?? [])
      if (before.length === 0 && !entries.some(hasPicture)) return sequencer.submit(log, entries)
      // Wrapped: a promise of the decisions themselves would keep everybody waiting for them.
      const submitted = Promise.all([Promise.all(entries.map((entry) => drawEntry(entry, draw))), ...before]).then(
        ([drawn]) => ({ decided: sequencer.submit(log, drawn) }),
      )
      standBehind(userIds, submitted)
      return (await submitted).decided
    },
    async close() {
      await Promise.all(behind.values())
      await sequencer.close()
    },
  }
}

function hasPicture({ command }: CampusEntry): boolean {
  return 'picture' in command && typeof command.picture === 'string'
}

async function drawEntry(entry: CampusEntry, draw: DrawPicture): Promise<CampusEntry> {
  const { command, userId } = entry
  if (!('picture' in command) || typeof command.picture !== 'string') return entry
  const bytes = fromBase64(command.picture)
  const drawn = bytes && (await draw(bytes, userId))
  const picture = drawn && Buffer.from(drawn).toString('base64')
  return { ...entry, command: { ...command, picture }, said: entry.said ?? command }
}
