import type { FileVariant } from '../../../shared/protocol/files.ts'

/** A content that is looked at. */
export interface Wanted {
  id: string
  variant: FileVariant
  /** As what media type it is shown. */
  type: string
  /** Whether it comes by itself. */
  fetches: boolean
}

export interface Followed {
  /** Whether it has an address by now. */
  isHere(): boolean
  /** Gives its address back. */
  stop(): void
}

/**
 * Follows contents. However often it is told that the same ones are wanted, they keep their addresses: else what plays would
 * stop, and pictures be drawn again, whenever a message is read anew.
 */
export function followContents(follow: (wanted: Wanted) => Followed) {
  const followed = new Map<string, Followed & Pick<Wanted, 'fetches'>>()
  const keyOf = ({ id, variant, type }: Wanted) => `${id} ${variant} ${type}`

  /** What is here need not come any more. */
  const isAsWanted = ({ fetches, isHere }: Followed & Pick<Wanted, 'fetches'>, wanted: Wanted | undefined) =>
    wanted !== undefined && (fetches === wanted.fetches || isHere())

  return {
    /** From now on these, and no others. */
    change(list: readonly Wanted[]): void {
      const wanted = new Map(list.map((one) => [keyOf(one), one]))
      for (const [key, one] of followed) {
        if (isAsWanted(one, wanted.get(key))) continue
        followed.delete(key)
        one.stop()
      }
      for (const [key, one] of wanted) {
        if (!followed.has(key)) followed.set(key, { ...follow(one), fetches: one.fetches })
      }
    },
    stop(): void {
      for (const { stop } of followed.values()) stop()
      followed.clear()
    },
  }
}
