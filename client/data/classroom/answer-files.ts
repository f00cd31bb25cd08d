import { createRandomId } from '../../sync/classroom/secrets.ts'
import type { ChoosingPart } from '../files/chosen-files.ts'
import type { OpenedClassroom } from './opened-classroom.ts'

/** Where the files of answers are kept that staff are writing; each answer's under the id of its question. */
export function toAnswerFiles({ db, environment }: OpenedClassroom): ChoosingPart & {
  estimateFree(): Promise<number | undefined>
} {
  return {
    ...{ db, clock: environment.clock, newId: createRandomId },
    estimateFree: () => environment.estimateFree(),
  }
}
