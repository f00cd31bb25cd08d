import { createContext } from 'svelte'
import type { OpenClassroom } from '../../data/classroom/open-classroom.ts'
import type { Environment } from '../../sync/environment.ts'
import type { RoomNavigation } from '../room/room-navigation.svelte.ts'

export interface RoomContext {
  environment: Environment
  navigation: RoomNavigation
  room: OpenClassroom
}

export const [getRoomContext, setRoomContext] = createContext<RoomContext>()
