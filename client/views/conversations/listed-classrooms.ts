// What the list of conversations needs for classrooms, in a file that is fetched after it was drawn.
export { watchArrangedClassrooms } from '../../data/classroom/watch-arranged.ts'
export { default as LeftClassrooms } from './left-classrooms.svelte'
export { default as ClassroomLink } from './classroom-link.svelte'
export { mergeEntries } from './list-entries.ts'
