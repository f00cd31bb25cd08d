import { createContext } from 'svelte'
import type { OpenedClassroom } from '../../data/classroom/opened-classroom.ts'
import type { Environment } from '../../sync/environment.ts'
import type { Navigation } from '../navigation.svelte.ts'
import type { StudentRoute } from './student-route.ts'

export interface ClassroomContext {
  environment: Environment
  navigation: Navigation<StudentRoute>
  opened: OpenedClassroom
}

export const [getClassroomContext, setClassroomContext] = createContext<ClassroomContext>()
