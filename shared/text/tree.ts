/** What stands in a line. A line break is a line feed in a `text`. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'strong' | 'em' | 'strike'; children: Inline[] }
  | { kind: 'code'; text: string }
  | LinkInline
  | { kind: 'mention'; id: string; handle: string; name: string }
  | { kind: 'formula'; source: string; display: boolean }

export interface LinkInline {
  kind: 'link'
  /** Absolute, and http, https or mailto. */
  href: string
  /** Where it leads, when its words look like another address. */
  host: string | null
  children: Inline[]
}

export type Block =
  /** Lines as they were written, empty ones too. */
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | ListBlock
  | { kind: 'quote'; children: Block[] }
  | { kind: 'code'; code: string; language: string | null }
  | { kind: 'formula'; source: string }
  | { kind: 'rule' }

export interface ListBlock {
  kind: 'list'
  items: ListItem[]
}

export interface ListItem {
  /** The number with its sign, as it was written; null for a bullet. */
  marker: string | null
  children: Block[]
}

export type TextTree =
  | { kind: 'plain'; text: string }
  /** One to three emoji and nothing else. */
  | { kind: 'emoji'; text: string }
  | { kind: 'blocks'; blocks: Block[] }
