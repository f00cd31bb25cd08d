import { createContext } from 'svelte'
import type { Room } from '../../data/classroom/room.ts'
import type { Environment } from '../../sync/environment.ts'
import type { RoomNavigation } from './room-navigation.svelte.ts'

export interface RoomContext {
  environment: Environment
  navigation: RoomNavigation
  room: Room
}

export const [getRoomContext, setRoomContext] = createContext<RoomContext>()
