/** What a test's list holds. Parts of a row are of their own heights, as formulas and pictures are. */
export interface Row {
  key: string
  kind: 'message' | 'divider'
  words: number
  /** Heights in pixels of what stands between two paragraphs. */
  parts: readonly number[]
}

export const screen = $state<{ rows: Row[]; follows: boolean; width: number; height: number; composer: number }>({
  rows: [],
  follows: true,
  width: 390,
  height: 700,
  composer: 64,
})

/** What the list that is shown can be asked for; null is its end. */
export const list: { jump: (key: string | null) => void } = { jump: () => undefined }
