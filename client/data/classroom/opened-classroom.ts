import type { Observable } from 'dexie'
import type { ClassroomDatabase, ClassroomProblem, ClassroomConnectionState } from '../../sync/classroom/database.ts'
import type { ClassroomStorage } from '../../sync/classroom/tables.ts'
import type { Environment } from '../../sync/environment.ts'

/** A classroom that is open on this device, as a student's or on the desk of one who staffs it. */
export interface OpenedClassroom {
  readonly id: string
  readonly kind: 'student' | 'staff'
  readonly connection: Observable<ClassroomConnection>
  /** Whether photos come before somebody asks for them: at a desk as its account chose. */
  readonly photosCome: Observable<boolean>
  /** Whose desk it is; null for a student's. */
  readonly userId: string | null
  readonly db: ClassroomDatabase
  readonly storage: ClassroomStorage
  readonly environment: Environment
  close(): void
}

export interface ClassroomConnection {
  state: ClassroomConnectionState
  /** How many have it open; null until it is known. */
  devices: number | null
  /** Commands that wait. */
  waiting: number
  /** Whether anything was ever stored of this classroom on this device. */
  known: boolean
  /**
   * Whether this device has tokens to ask and vote with: `spent` where a member's were here or on other devices, `none`
   * where nobody is known to be a member. Null where the classroom is not limited to a group.
   */
  tokens: 'some' | 'fetching' | 'spent' | 'none' | null
  problem: ClassroomProblem | null
}
