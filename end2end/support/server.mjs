import { execFileSync, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const target = process.env.CARGO_TARGET_DIR ?? 'target';

/** Long enough for a debug build on a busy machine. */
const patience = 120_000;

/** Where a profile's binary is, unless `LATCHKEY_BIN` names another. */
export function binary(/** @type {'debug' | 'release'} */ profile) {
  return resolve(root, process.env.LATCHKEY_BIN ?? join(target, profile, 'latchkey'));
}

/** A Latchkey of its own: a new database in a folder that goes away with it, on a free port. */
export class Server {
  #printed = '';

  /**
   * @param {string} binary
   * @param {string} folder
   * @param {number} port
   */
  constructor(binary, folder, port) {
    this.binary = binary;
    this.folder = folder;
    this.database = join(folder, 'latchkey.db');
    this.url = `http://127.0.0.1:${port}`;
    /** @type {NodeJS.ProcessEnv} */
    this.environment = {
      PATH: process.env.PATH,
      LATCHKEY_ADDR: `127.0.0.1:${port}`,
      LATCHKEY_DATABASE_URL: `sqlite:${this.database}`,
      LATCHKEY_LOG: 'warn',
      LATCHKEY_MASTER_KEY_FILE: join(folder, 'master.key'),
      LATCHKEY_PUBLIC_URL: this.url,
    };
  }

  /** A server that does not run yet, for what is done to its database before. */
  static async prepare(path = binary('debug')) {
    return new Server(path, await mkdtemp(join(tmpdir(), 'latchkey-')), await freePort());
  }

  /** @param {string[]} flags */
  static async start(...flags) {
    const server = await Server.prepare();
    return server.serve(...flags);
  }

  /** @param {string[]} flags */
  async serve(...flags) {
    this.process = spawn(this.binary, ['serve', ...flags], { cwd: root, env: this.environment });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (/** @type {Buffer} */ chunk) => (this.#printed += chunk.toString()));
    }
    const end = Date.now() + patience;
    while (!(await fetch(`${this.url}/readyz`).then((answer) => answer.ok, () => false))) {
      if (this.process.exitCode !== null || Date.now() > end) {
        await this.stop();
        throw new Error(`The server did not start:\n${this.#printed}`);
      }
      await new Promise((done) => setTimeout(done, 50));
    }
    return this;
  }

  async stop() {
    const gone = new Promise((done) => this.process?.once('exit', done));
    if (this.process?.exitCode === null && this.process.kill('SIGKILL')) await gone;
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The link that makes the first owner, as the console shows it. */
  get setupLink() {
    return this.#find(/http\S*\/setup\?code=\S+/)[0];
  }

  /** The sign-in of `--demo`, as the console shows it. */
  get demo() {
    const [, email, password] = this.#find(/(\S+@[\w.-]+\w)[\s\S]*?password\W+(\S+)/i);
    return { email, password };
  }

  /**
   * Runs `latchkey admin …` and answers what it prints.
   * @param {string[]} args
   */
  async admin(...args) {
    return this.#run(args, '');
  }

  /**
   * @param {string} email
   * @param {string} password
   * @param {string} workspace
   */
  async createOwner(email, password, workspace) {
    await this.#run(['create-owner', '--email', email, '--password-stdin', '--workspace', workspace], password);
  }

  /**
   * Changes the database behind the server's back: for what only time would bring.
   * @param {string} statement
   */
  sql(statement) {
    execFileSync('sqlite3', ['-bail', '-cmd', '.timeout 10000', this.database, statement]);
  }

  /**
   * @param {string[]} args
   * @param {string} input
   */
  async #run(args, input) {
    const command = spawn(this.binary, ['admin', ...args], { cwd: root, env: this.environment });
    let printed = '';
    let complaints = '';
    command.stdout.on('data', (/** @type {Buffer} */ chunk) => (printed += chunk.toString()));
    command.stderr.on('data', (/** @type {Buffer} */ chunk) => (complaints += chunk.toString()));
    command.stdin.end(input);
    const code = await new Promise((done) => command.once('close', done));
    if (code !== 0) throw new Error(`latchkey admin ${args.join(' ')} failed:\n${complaints}`);
    return printed.trim();
  }

  #find(/** @type {RegExp} */ pattern) {
    const found = pattern.exec(this.#printed);
    if (!found) throw new Error(`The server printed nothing like ${pattern}:\n${this.#printed}`);
    return found;
  }
}

/** @returns {Promise<number>} */
async function freePort() {
  const socket = createServer();
  await new Promise((done) => socket.listen(0, '127.0.0.1', () => done(undefined)));
  const address = socket.address();
  await new Promise((done) => socket.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}
