/*
 * What processes tell each other of classrooms: that one changed, never what or by whom, and how many
 * devices have it open, never which.
 */

/** A classroom's log has reached `to`: whoever listens reads the rows from the log. */
export interface ClassroomChange {
  classroomId: string
  to: number
}

/** So many devices have the classroom open with this process. Said again and again, and forgotten when it is not. */
export interface DeviceCount {
  processId: string
  classroomId: string
  count: number
}

export interface ClassroomListener {
  onChanged(change: ClassroomChange): void
  onDevices(count: DeviceCount): void
  /** What was said lately may have been missed. */
  onResumed(): void
}
