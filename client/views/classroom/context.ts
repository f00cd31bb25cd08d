import { createContext } from 'svelte'
import type { OpenClassroom } from '../../data/classroom/opened-classroom.ts'
import type { Environment } from '../../sync/environment.ts'
import type { Navigation } from '../navigation.svelte.ts'
import type { RoomRoute } from './room-route.ts'

export interface RoomContext {
  environment: Environment
  navigation: Navigation<RoomRoute>
  room: OpenClassroom
}

export const [getRoomContext, setRoomContext] = createContext<RoomContext>()
