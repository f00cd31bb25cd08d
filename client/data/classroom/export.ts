export { exportCsv } from './export-csv.ts'
export { exportMarkdown } from './export-markdown.ts'
export { exportPage } from './export-page.ts'
export { loadSnapshot, type Snapshot } from './snapshot.ts'
