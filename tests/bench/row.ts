import type { Lab } from './lab.ts'

/** One row of the table: what is measured beside what, and what it is to reach. One file each in `rows/`. */
export interface Row {
  /** A sentence. */
  measures: string
  /** Each side by its name, the rivals among them. */
  sides: Readonly<Record<string, SideDescription>>
  figures: readonly Figure[]
  /** Open files that each process needs at most: one that may not have so many says so before it begins. */
  openFiles?: number
  begin(lab: Lab): Promise<Experiment>
}

export interface SideDescription {
  what: string
  /** What it does not do that ours does; undefined for a side of ours. */
  lacks?: string
}

/** Two sides compared by one quantity that both measure; without a rival, what ours comes to. */
export interface Figure {
  what: string
  unit: string
  quantity: string
  ours: string
  rival?: string
  reach: Reach
}

/** Of the ratio of ours to the rival's, or of what ours comes to by itself. */
export interface Reach {
  of: 'ratio' | 'ours'
  bound: 'at least' | 'at most'
  value: number
}

export const ratioAtLeast = (value: number): Reach => ({ of: 'ratio', bound: 'at least', value })
export const ratioAtMost = (value: number): Reach => ({ of: 'ratio', bound: 'at most', value })
export const oursAtMost = (value: number): Reach => ({ of: 'ours', bound: 'at most', value })
export const oursAtLeast = (value: number): Reach => ({ of: 'ours', bound: 'at least', value })

/** What a side measured, by quantity. */
export type Quantities = Readonly<Record<string, number>>

export interface Experiment {
  /** One measurement of each side; the runner calls them in turn, as often as it wants pairs. */
  sides: Readonly<Record<string, () => Promise<Quantities>>>
  end(): Promise<void>
}
