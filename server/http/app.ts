import { Hono } from 'hono'
import { except } from 'hono/combine'
import { refuse } from '../../shared/classroom/errors.ts'
import { refusal } from '../../shared/protocol/errors.ts'
import { SHARE_PATH } from '../../shared/share-path.ts'
import { PROBE_PATH } from '../ops/doctor/probe.ts'
import { answerRefusal } from './answers.ts'
import type { AppParts } from './app-parts.ts'
import { compressed } from './compress.ts'
import type { Env } from './context.ts'
import { countAnswers } from './count-answers.ts'
import { createErrorAnswer } from './errors.ts'
import { answerClassroomRefusal } from './classroom-answers.ts'
import { asEverybody, asStaff } from './classroom-doors.ts'
import { classroomHeaders, isPhotoUpload, smallClassroomBody, smallPhotoPiece } from './classroom-guards.ts'
import { isUpload, jsonOnly, ownOrigin, signedIn, smallBody } from './guards.ts'
import { addOperateRoutes } from './operate-routes.ts'
import { apiHeaders, securityHeaders } from './headers.ts'
import { campusPull } from './routes/campus-pull.ts'
import { changePassword } from './routes/change-password.ts'
import { studentCommands } from './routes/classroom-commands.ts'
import { createClassroom } from './routes/classroom-create.ts'
import { deleteAccount } from './routes/delete-account.ts'
import { deleteClassroom } from './routes/classroom-delete.ts'
import { answeredFile } from './routes/classroom-file.ts'
import { findClassroom } from './routes/classroom-find.ts'
import { classrooms } from './routes/classroom-list.ts'
import { classroomPage } from './routes/classroom-page.ts'
import { reportQuestion } from './routes/classroom-report.ts'
import { questionPhoto } from './routes/classroom-photo.ts'
import { staffPull, studentPull } from './routes/classroom-pull.ts'
import { staffCommands } from './routes/classroom-staff-commands.ts'
import { stored } from './routes/classroom-stored.ts'
import { tokens } from './routes/classroom-tokens.ts'
import { announcePhoto, cancelPhoto, finishPhoto, photoOffset, photoPiece } from './routes/classroom-uploads.ts'
import { commands } from './routes/commands.ts'
import { exportAll } from './routes/export.ts'
import { file } from './routes/file.ts'
import { fileSpace } from './routes/file-space.ts'
import { finishUpload } from './routes/finish-upload.ts'
import { health, ready } from './routes/health.ts'
import { history } from './routes/history.ts'
import { me } from './routes/me.ts'
import { report } from './routes/operate.ts'
import { metrics } from './routes/metrics.ts'
import {
  addOptions,
  addPasskey,
  proveByPasskey,
  proveOptions,
  removePasskey,
  renamePasskey,
  signInByPasskey,
  signInOptions,
} from './routes/passkeys.ts'
import { people, searchPeople } from './routes/people.ts'
import { picture } from './routes/picture.ts'
import { probe } from './routes/probe.ts'
import { seen } from './routes/seen.ts'
import { endSession, listSessions } from './routes/sessions.ts'
import { share } from './routes/share.ts'
import { signOut } from './routes/sign-out.ts'
import { claim, forgotten, registration, registrationCode } from './routes/registration.ts'
import { register, reset, signIn } from './routes/signing-in.ts'
import { finishSso, linkSso, prove, registerBySso, ssoNewcomer, startSso, unlinkSso, waysIn } from './routes/sso.ts'
import { uploads } from './routes/uploads.ts'
import { wifi } from './routes/wifi.ts'
import { serveClient } from './serve-client.ts'

/** Every route of the server but the sockets, whose upgrades never reach here. Listens to nothing. */
export function createApp(parts: AppParts): Hono<Env> {
  const app = new Hono<Env>()
  app.onError(createErrorAnswer(parts))
  if (parts.observer !== undefined) app.use(countAnswers(parts.observer))
  app.use(securityHeaders)
  app.use('/api/classrooms/*', classroomHeaders)
  app.use('/api/*', apiHeaders, compressed, ownOrigin(parts.config), except(isUpload, jsonOnly, smallBody))

  app.get('/api/health', health())
  app.get('/api/ready', ready(parts))
  app.get(PROBE_PATH, probe(parts))
  app.get('/api/wifi', wifi())
  app.post('/api/register', register(parts))
  app.post('/api/sign-in', signIn(parts))
  app.post('/api/sign-out', signOut(parts))
  app.get('/api/registration', registration(parts))
  app.post('/api/registration/code', registrationCode(parts))
  app.post('/api/forgotten', forgotten(parts))
  app.post('/api/reset', reset(parts))
  app.post('/api/passkeys/options', signInOptions(parts))
  app.post('/api/passkeys/sign-in', signInByPasskey(parts))
  app.get('/api/sso/start', startSso(parts))
  app.get('/api/sso/callback', finishSso(parts))
  app.get('/api/sso/newcomer', ssoNewcomer(parts))
  app.post('/api/sso/register', registerBySso(parts))

  const member = signedIn(parts)
  app.get('/api/me', member, me(parts))
  app.get('/api/sessions', member, listSessions(parts))
  app.delete('/api/sessions/:id', member, endSession(parts))
  app.post('/api/password', member, changePassword(parts))
  app.get('/api/account/export', member, exportAll(parts))
  app.post('/api/account/delete', member, deleteAccount(parts))
  app.get('/api/account/ways-in', member, waysIn(parts))
  app.post('/api/account/proof', member, prove(parts))
  app.post('/api/account/proof/passkey/options', member, proveOptions(parts))
  app.post('/api/account/proof/passkey', member, proveByPasskey(parts))
  app.post('/api/account/passkeys/options', member, addOptions(parts))
  app.post('/api/account/passkeys', member, addPasskey(parts))
  app.post('/api/account/passkeys/:id', member, renamePasskey(parts))
  app.delete('/api/account/passkeys/:id', member, removePasskey(parts))
  app.post('/api/account/sso', member, linkSso(parts))
  app.delete('/api/account/sso/:id', member, unlinkSso(parts))
  app.post('/api/claim', member, claim(parts))
  app.post('/api/commands', member, commands(parts))
  app.get('/api/pull', member, campusPull(parts))
  app.get('/api/history', member, history(parts))
  app.get('/api/seen', member, seen(parts))
  app.get('/api/people', member, searchPeople(parts))
  app.post('/api/people', member, people(parts))
  app.get('/api/pictures/:id', member, picture(parts))

  app.post('/api/uploads', member, uploads(parts))
  // To hono HEAD is a GET whose body it drops.
  app.on(['GET', 'PATCH', 'DELETE'], '/api/uploads/:id', member, uploads(parts))
  app.post('/api/uploads/:id/finish', member, finishUpload(parts))
  app.get('/api/files', member, fileSpace(parts))
  app.get('/api/files/:id/:variant', member, file(parts))

  app.post('/api/reports', member, report(parts))
  addOperateRoutes(app, parts, member)

  app.get('/api/classrooms', member, classrooms(parts))
  app.post('/api/classrooms', member, createClassroom(parts))
  app.delete('/api/classrooms/:id', member, deleteClassroom(parts))
  app.get('/api/classrooms/:id/pull', member, staffPull(parts))
  app.post('/api/classrooms/:id/commands', member, staffCommands(parts))
  app.post('/api/classrooms/:id/tokens', member, tokens(parts))
  app.get('/api/classrooms/:id/questions/:question/photo/:variant', questionPhoto(parts, asStaff(parts)))
  app.get('/api/classrooms/:id/files/:file/:variant', answeredFile(parts, asStaff(parts)))

  // Whoever comes here is nobody: a cookie that came along is not looked at, and none is given.
  app.use('/q/api/*', classroomHeaders, compressed, ownOrigin(parts.config))
  app.use('/q/api/*', except(isPhotoUpload, jsonOnly, smallClassroomBody))
  app.get('/q/api/wifi', wifi())
  app.post('/q/api/find', findClassroom(parts))
  app.get('/q/api/:id/pull', studentPull(parts))
  app.post('/q/api/:id/commands', studentCommands(parts))
  app.get('/q/api/:id/stored', stored(parts))
  app.post('/q/api/:id/reports', reportQuestion(parts))
  app.post('/q/api/:id/uploads', announcePhoto(parts))
  // To hono HEAD is a GET whose body it drops.
  app.get('/q/api/:id/uploads/:upload', photoOffset(parts))
  app.patch('/q/api/:id/uploads/:upload', smallPhotoPiece, photoPiece(parts))
  app.delete('/q/api/:id/uploads/:upload', cancelPhoto(parts))
  app.post('/q/api/:id/uploads/:upload/finish', finishPhoto(parts))
  app.get('/q/api/:id/questions/:question/photo/:variant', questionPhoto(parts, asEverybody))
  app.get('/q/api/:id/files/:file/:variant', answeredFile(parts, asEverybody))
  app.all('/q/api', (c) => answerClassroomRefusal(c, refuse('not_found')))
  app.all('/q/api/*', (c) => answerClassroomRefusal(c, refuse('not_found')))

  app.all('/api', (c) => answerRefusal(c, refusal('not_found')))
  app.all('/api/*', (c) => answerRefusal(c, refusal('not_found')))
  app.get('/metrics', metrics(parts))
  app.post(SHARE_PATH, share())
  app.get('/q/:id', compressed, classroomPage(parts))
  app.get('*', serveClient(parts.clientFiles))
  return app
}
