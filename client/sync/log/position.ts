import type { Lineage } from '../../../shared/protocol/http.ts'

/** Where this device stands in a log: an empty lineage and cursor 0 before the first pull. */
export interface DevicePosition {
  /** The lineage in which the cursor was given; empty without one, as from the oldest servers. */
  lineage: string
  cursor: number
  /** While set, a first pull is under way and goes on from there. */
  next: string | null
  /** The lineages that this device came through, the last one last, each with where it begins. */
  path: readonly Lineage[]
  /** The log went back in time: what was lost is offered again once everything has been pulled, and nothing is sent before. */
  restoring: boolean
  /**
   * The log goes on beyond the cursor, as far as is known: a row that stood at or before it may have changed since, and
   * is then not here in any state.
   */
  behind: boolean
  /**
   * The greatest `seq` beyond the cursor of what came outside the log, as history does. Should the log lose what stood
   * there before the cursor has come so far, nobody would say so; left out where there is none.
   */
  ahead?: number
  /** The lineage in which all of that was given: the log has it as long as it goes on there. Empty where it was none, or several. */
  aheadIn?: string
  /**
   * Where a server of a version before took over: of what it sent since, the rows of newer kinds are missing. Left out
   * where none did.
   */
  older?: { lineage: string; cursor: number }
}

export const NOWHERE: DevicePosition = {
  ...{ lineage: '', cursor: 0, next: null, path: [] },
  ...{ restoring: false, behind: false },
}
