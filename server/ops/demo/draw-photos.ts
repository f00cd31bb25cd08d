import { type Scene, captureScreen, photograph } from './drawing/photograph.ts'
import { isScreen, type PhotoName } from './photo-names.ts'
import type { DrawnPhoto } from './photos.ts'
import { drawDijkstraBoard, drawEigenvectorBoard, drawEntityBoard } from './scenes/boards.ts'
import { drawCampusAtDusk, drawCampusInSnow, drawCampusInSpring } from './scenes/campus.ts'
import { drawCat } from './scenes/cat.ts'
import { drawClimbingWall, drawOverhang, drawRock } from './scenes/climbing.ts'
import { drawCurry } from './scenes/curry.ts'
import { drawNightDesk, drawOscilloscope } from './scenes/desk.ts'
import { drawForestPath } from './scenes/forest.ts'
import { drawCinema, drawConcert } from './scenes/halls.ts'
import { drawRainyTrain, drawTrainWindow } from './scenes/journey.ts'
import { drawEveningPanorama, drawLake, drawTent } from './scenes/mountains.ts'
import { drawPlant } from './scenes/plant.ts'
import { drawQueryTerminal, drawTestsTerminal, drawTimetable } from './scenes/screens.ts'
import { drawLabSheet, drawNotesSheet, drawSolutionSheet } from './scenes/sheets.ts'

/*
 * Draws the photos that it is told to, in a process of its own: whoever fills the demo has enough to do meanwhile, and
 * nothing reads an SVG in a process that looks at files of people.
 */

const SCENES: Record<PhotoName, () => Scene | Promise<Scene>> = {
  'board-dijkstra': drawDijkstraBoard,
  'board-eigenvectors': drawEigenvectorBoard,
  'board-entities': drawEntityBoard,
  'sheet-solution': drawSolutionSheet,
  'sheet-notes': drawNotesSheet,
  'sheet-lab': drawLabSheet,
  'campus-dusk': drawCampusAtDusk,
  'campus-snow': drawCampusInSnow,
  'campus-spring': drawCampusInSpring,
  plant: drawPlant,
  cat: drawCat,
  curry: drawCurry,
  train: drawTrainWindow,
  'train-rain': drawRainyTrain,
  'climbing-wall': drawClimbingWall,
  overhang: drawOverhang,
  rock: drawRock,
  lake: drawLake,
  panorama: drawEveningPanorama,
  tent: drawTent,
  forest: drawForestPath,
  oscilloscope: drawOscilloscope,
  'night-desk': drawNightDesk,
  concert: drawConcert,
  cinema: drawCinema,
  'terminal-tests': drawTestsTerminal,
  'terminal-query': drawQueryTerminal,
  timetable: drawTimetable,
}

const isPhotoName = (name: string): name is PhotoName => name in SCENES

const sent: Promise<void>[] = []
for (const name of process.argv.slice(2).filter(isPhotoName)) {
  const scene = await SCENES[name]()
  // While one is made a file, the next one is painted.
  sent.push((isScreen(name) ? captureScreen : photograph)(scene).then((bytes) => send({ name, bytes })))
}
await Promise.all(sent)
process.disconnect()

function send(drawn: DrawnPhoto): Promise<void> {
  return new Promise((resolve, reject) => {
    if (process.send === undefined) return reject(new Error('Nobody asked for these photos.'))
    process.send(drawn, undefined, undefined, (error) => (error === null ? resolve() : reject(error)))
  })
}
