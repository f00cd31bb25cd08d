import { expect, test } from 'vitest'
import { toFileLook } from '../../../../client/ui/media/file-kind-words.ts'

const OFFICE = 'application/vnd.openxmlformats-officedocument'

test.each([
  ['application/pdf', 'Notes.pdf', 'PDF'],
  [`${OFFICE}.wordprocessingml.document`, 'a.docx', 'Word document'],
  [`${OFFICE}.spreadsheetml.sheet`, 'a.xlsx', 'Excel table'],
  ['application/x-cfb', 'old.doc', 'Word document'],
  ['application/x-cfb', 'old.ppt', 'PowerPoint slides'],
  ['application/zip', 'a.zip', 'ZIP archive'],
  ['application/zip', 'thesis.docx', 'Word document'],
  ['application/zip', 'thesis.pages', 'Pages document'],
  ['application/gzip', 'backup.tar.gz', 'Archive'],
  ['application/x-msdownload', 'setup.exe', 'Program'],
  ['application/vnd.android.package-archive', 'app.apk', 'Android app'],
  ['text/plain; charset=utf-8', 'notes.txt', 'Text'],
  ['text/plain', 'Solution.PY', 'Code'],
  ['text/plain', 'marks.csv', 'Table as text'],
  ['text/plain', 'README', 'Text'],
  ['application/xml', 'plan.svg', 'Vector graphic'],
  ['image/jpeg', 'board.jpg', 'Picture'],
  ['audio/mpeg', 'talk.mp3', 'Audio'],
  ['video/mp4', 'talk.mp4', 'Video'],
  ['audio/mp4', 'talk.mp4', 'Audio'],
  ['application/octet-stream', 'model.blend7', 'File of an unknown kind'],
  ['application/octet-stream', 'level.dat', 'DAT file'],
  ['application/octet-stream', 'tool.exe', 'Program'],
  ['', 'level.dat', 'DAT file'],
])('%s called %s is a %s', (type, name, words) => {
  expect(toFileLook(type, name)).toMatchObject({ words, isMisnamed: false })
})

test.each([
  ['a program named as a picture', 'application/x-msdownload', 'holiday.jpg', 'Program'],
  ['a page named as a PDF', 'text/html', 'bill.pdf', 'Web page'],
  ['a text named as a picture', 'text/plain', 'a.png', 'Text'],
  ['an archive named as a PDF', 'application/zip', 'a.pdf', 'ZIP archive'],
  ['an app named as an archive', 'application/vnd.android.package-archive', 'photos.zip', 'Android app'],
  ['nothing that is known, named as a picture', 'application/octet-stream', 'a.jpg', 'File of an unknown kind'],
  ['a program behind two endings', 'application/x-msdownload', 'photo.exe.jpg', 'Program'],
])('%s is what it is, and that is said', (_, type, name, words) => {
  expect(toFileLook(type, name)).toMatchObject({ words, isMisnamed: true })
})

test('what has no ending that anybody knows is not called a lie', () => {
  expect(toFileLook('application/pdf', 'Notes').isMisnamed).toBe(false)
  expect(toFileLook('application/pdf', 'Notes v1.2').isMisnamed).toBe(false)
  expect(toFileLook('application/octet-stream', '.hidden').words).toBe('File of an unknown kind')
})
