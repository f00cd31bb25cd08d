import type { StudentCommand, StudentCommandOf } from '../../../shared/classroom/commands.ts'
import type { ClassroomRefusal } from '../../../shared/classroom/errors.ts'
import type { ClassroomStaffTable } from '../../store/schema.ts'
import type { ClassroomBatch } from '../classroom-batch.ts'
import type { ClassroomNeeds } from '../needs.ts'
import type { StaffEntry } from '../types.ts'

/**
 * What one kind of a student's command checks and writes. `decide` looks at what `needs` named, and
 * either refuses, changing nothing, or changes the batch.
 */
export interface StudentRule<Type extends StudentCommand['type']> {
  needs(needs: ClassroomNeeds, command: StudentCommandOf<Type>): void
  /** Whether what it makes is so already, which is then not noted once more, or its id stands for something else. */
  findMade?(batch: ClassroomBatch, command: StudentCommandOf<Type>): 'done' | 'taken' | undefined
  decide(batch: ClassroomBatch, command: StudentCommandOf<Type>): ClassroomRefusal | undefined
}

type StaffCommand = StaffEntry['command']

/** The same of whoever answers in the classroom. */
export interface StaffRule<Type extends StaffCommand['type']> {
  needs(needs: ClassroomNeeds, command: Extract<StaffCommand, { type: Type }>): void
  decide(
    batch: ClassroomBatch,
    me: ClassroomStaffTable,
    command: Extract<StaffCommand, { type: Type }>,
  ): ClassroomRefusal | undefined
}

/** Whether a row that has a command's id is what the command made. */
export function compareMade(
  batch: ClassroomBatch,
  row: { classroom_id: string; receipt_hash: string | null } | undefined,
  receiptHash: string,
): 'done' | 'taken' | undefined {
  if (row === undefined) return undefined
  return row.classroom_id === batch.classroom.id && row.receipt_hash === receiptHash ? 'done' : 'taken'
}
