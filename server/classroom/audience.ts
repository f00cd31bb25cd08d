/** For whom rows are read: everybody in the room gets the same ones, staff get more. */
export type ClassroomAudience = 'room' | 'staff'
