import { refuse } from '../../../shared/classroom/errors.ts'
import type { ClassroomTable } from '../../store/schema.ts'
import type { StaffRule } from './rule.ts'

export const setClassroom: StaffRule<'classroom.set'> = {
  needs: () => undefined,
  decide(batch, _me, command) {
    if (command.names === true && batch.classroom.names === 0) return refuse('anonymity_fixed')
    const { title, mode, opensAt, endsAt, threadsUntil, slowSeconds, answers, names, words, photos } = command
    const changes: Partial<ClassroomTable> = {
      ...(title !== undefined && { title }),
      ...(mode !== undefined && { mode }),
      ...(opensAt !== undefined && { opens_at: opensAt }),
      ...(endsAt !== undefined && { ends_at: endsAt }),
      ...(threadsUntil !== undefined && { threads_until: threadsUntil }),
      ...(slowSeconds !== undefined && { slow_seconds: slowSeconds }),
      ...(answers !== undefined && { answers }),
      ...(names !== undefined && { names: names ? 1 : 0 }),
      ...(words !== undefined && { words: JSON.stringify(words) }),
      ...(photos !== undefined && { photos }),
    }
    if (Object.keys(changes).length > 0) batch.setClassroom(changes)
    return undefined
  },
}
