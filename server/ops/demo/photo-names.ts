/** What is on each photo of the demo, for those who do not see it; nobody described those with nothing beside them. */
export const PHOTOS = {
  'board-dijkstra':
    'A whiteboard with a graph of six nodes, the shortest paths in red, and a table of distances beside it.',
  'board-eigenvectors': 'A whiteboard: a vector v, and A v three times as long in the same direction.',
  'board-entities': '',
  'sheet-solution': 'Task 3b, Gram–Schmidt, by hand on squared paper; four points of four in red.',
  'sheet-notes': '',
  'sheet-lab': 'A table of pendulum lengths and times by hand, and below it g = 9.84 m/s².',
  'campus-dusk': 'The main building in the evening, its windows lit, mirrored in the wet square.',
  'campus-snow': 'The main building and bare trees in fresh snow.',
  'campus-spring': '',
  plant: 'The plant on the windowsill, green again.',
  cat: 'A ginger cat asleep in a circle.',
  curry: '',
  train: 'Fields in the evening sun through a train window, a coffee on the table.',
  'train-rain': '',
  'climbing-wall': '',
  overhang: 'The grey overhang with holds in all colours.',
  rock: 'A rope in two quickdraws on brown rock.',
  lake: 'A lake with snowy mountains mirrored in it.',
  panorama: 'The same lake at sunset.',
  tent: 'A lit tent below the Milky Way.',
  forest: '',
  oscilloscope: 'An oscilloscope with two waves, one a little behind the other.',
  'night-desk': '',
  concert: 'The choir on the stage in warm light, from the gallery.',
  cinema: '',
  'terminal-tests': 'A terminal: 61 passed in 0.84s.',
  'terminal-query': '',
  timetable: 'The timetable of week 47.',
} as const satisfies Record<string, string>
export type PhotoName = keyof typeof PHOTOS

const SCREENS: ReadonlySet<PhotoName> = new Set<PhotoName>(['terminal-tests', 'terminal-query', 'timetable'])

/** What was captured from a screen, and not taken with a camera. */
export function isScreen(name: PhotoName): boolean {
  return SCREENS.has(name)
}
