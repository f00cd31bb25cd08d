// What the list of conversations needs for classrooms, and what is told above it, in a file that is fetched after it was drawn.
export { watchArrangedClassrooms } from '../../data/classroom/watch-arranged.ts'
export { default as ClassroomLink } from './classroom-link.svelte'
export { mergeEntries } from './list-entries.ts'
export { default as Notes } from './notes.svelte'
