// How many secrets a second /api/v1/authorize and /api/v1/introspect judge: make bench
// Each is measured against a bare route of axum (floor.rs) with the same method, body and size of answer, in the same
// run, with the same load: wrk with 32 connections that stay open, and as many threads as there are processors: one
// alone is slower than the floor. Use is counted. Databases of 1,000 and of 1,000,000 keys, of which 1,000, 10,000 and
// all are presented, one after the other.
import { execFileSync, spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { binary, Server } from './support/server.mjs';

const SECONDS = Number(process.env.LATCHKEY_BENCH_SECONDS ?? 10);
const ROUNDS = 3;
const SIZES = (process.env.LATCHKEY_BENCH_KEYS ?? '1000,1000000').split(',').map(Number);
const PRESENTED = [1_000, 10_000];
const THREADS = availableParallelism();
const WORKSPACE = 'northwind-robotics';
const AUTHORIZE = `/api/v1/authorize?workspace=${WORKSPACE}&scope=services:read`;
const INTROSPECT = '/api/v1/introspect';
const LETTERS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const floorBinary = resolve(binary('release'), '../examples/floor');
for (const keys of SIZES) await bench(keys);

async function bench(/** @type {number} */ keys) {
  const server = await Server.prepare(binary('release'));
  let floor;
  try {
    await server.createOwner('ops@northwind.example', 'verdigris on a brass lock', 'Northwind Robotics');
    const all = seed(server, keys);
    await server.serve();
    const caller = all[0];
    const sizes = await answers(server, caller, all[1]);
    const port = Number(new URL(server.url).port) + 1;
    floor = spawn(floorBinary, [port, ...sizes].map(String), { stdio: 'inherit' });
    const floorUrl = `http://127.0.0.1:${port}`;
    while (!(await fetch(floorUrl + AUTHORIZE).then((answer) => answer.ok, () => false))) {
      if (floor.exitCode !== null) throw new Error('The floor did not start.');
      await new Promise((done) => setTimeout(done, 50));
    }
    console.log(`\n${keys} keys; answers of ${sizes.join(', ')} bytes (head, body of each)`);
    console.log('and how many presented       requests/s     p50     p99   of the floor');
    for (const route of /** @type {const} */ (['authorize', 'introspect'])) {
      for (const presented of new Set([...PRESENTED, keys])) {
        // Of all keys only what is asked of each of them.
        if (presented > keys || (route === 'introspect' && presented > Math.max(...PRESENTED))) continue;
        compare(`${route}, ${presented}`, route, floorUrl, server.url, lua(server, route, caller, all.slice(0, presented)));
      }
    }
  } finally {
    floor?.kill('SIGKILL');
    await server.stop();
  }
}

/**
 * Runs both by turns; prints the median of each.
 * @param {string} name
 * @param {'authorize' | 'introspect'} route
 * @param {string} floor
 * @param {string} latchkey
 * @param {string} script
 */
function compare(name, route, floor, latchkey, script) {
  const path = route === 'authorize' ? AUTHORIZE : INTROSPECT;
  /** @type {Record<'floor' | 'latchkey', Run[]>} */
  const runs = { floor: [], latchkey: [] };
  wrk(latchkey + path, script, 3);
  for (let round = 0; round < ROUNDS; round += 1) {
    runs.floor.push(wrk(floor + path, script, SECONDS));
    runs.latchkey.push(wrk(latchkey + path, script, SECONDS));
  }
  const [least, ours] = [median(runs.floor), median(runs.latchkey)];
  print(`${route}, floor`, least);
  print(name, ours, `${(100 * (ours.rate / least.rate)).toFixed(0)} % of its rate, ${(ours.p99 / least.p99).toFixed(1)} times its p99`);
}

/** @typedef {{ rate: number, p50: number, p99: number }} Run */

/**
 * @param {string} url
 * @param {string} script
 * @param {number} seconds
 * @returns {Run}
 */
function wrk(url, script, seconds) {
  const said = execFileSync('wrk', ['-t', String(THREADS), '-c', '32', '-d', `${seconds}s`, '--latency', '-s', script, url], { encoding: 'utf8' });
  if (/Non-2xx|Socket errors/.test(said)) throw new Error(said);
  const read = (/** @type {RegExp} */ pattern) => pattern.exec(said)?.[1] ?? '';
  return { rate: Number(read(/Requests\/sec:\s+([\d.]+)/)), p50: ms(read(/^\s+50%\s+(\S+)/m)), p99: ms(read(/^\s+99%\s+(\S+)/m)) };
}

/** A span as wrk prints it, in ms. */
function ms(/** @type {string} */ text) {
  const [, number, unit] = /([\d.]+)(\w+)/.exec(text) ?? [];
  return Number(number) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? NaN);
}

function median(/** @type {Run[]} */ runs) {
  return runs.toSorted((a, b) => a.rate - b.rate)[Math.floor(runs.length / 2)];
}

/**
 * @param {string} name
 * @param {Run} run
 * @param {string} [note]
 */
function print(name, { rate, p50, p99 }, note = '') {
  console.log(`${name.padEnd(29)}${rate.toFixed(0).padStart(10)}${p50.toFixed(2).padStart(8)}${p99.toFixed(2).padStart(8)}   ${note}`);
}

/** How large both answers are: head and body of each. */
async function answers(/** @type {Server} */ server, /** @type {string} */ caller, /** @type {string} */ secret) {
  const sizes = [];
  for (const args of [
    [server.url + AUTHORIZE, '-H', `Authorization: Bearer ${secret}`],
    [server.url + INTROSPECT, '-H', `Authorization: Bearer ${caller}`, '--data', `token=${secret}`],
  ]) {
    const format = '%{http_code} %{size_header} %{size_download}';
    const [status, head, body] = execFileSync('curl', ['-sS', '-o', '/dev/null', '-w', format, ...args], { encoding: 'utf8' }).split(' ').map(Number);
    if (status !== 200) throw new Error(`${args[0]} answered ${status}`);
    sizes.push(head, body);
  }
  return sizes;
}

/**
 * The load: one secret after the other.
 * @param {Server} server
 * @param {'authorize' | 'introspect'} route
 * @param {string} caller
 * @param {string[]} secrets
 */
function lua(server, route, caller, secrets) {
  const file = join(server.folder, 'secrets');
  writeFileSync(file, secrets.join('\n'));
  const make = route === 'authorize'
    ? `wrk.format('GET', nil, { Authorization = 'Bearer ' .. secret })`
    : `wrk.format('POST', nil, { Authorization = 'Bearer ${caller}', ['Content-Type'] = 'application/x-www-form-urlencoded' }, 'token=' .. secret)`;
  const script = join(server.folder, `${route}.lua`);
  writeFileSync(script, `
    local secrets, threads = {}, 0
    for line in io.lines('${file}') do secrets[#secrets + 1] = line end
    function setup(thread)
      thread:set('turn', math.floor(threads * #secrets / ${THREADS}))
      threads = threads + 1
    end
    function request()
      turn = turn % #secrets + 1
      local secret = secrets[turn]
      return ${make}
    end`);
  return script;
}

/**
 * Puts keys straight into the database, the first one may introspect; gives their secrets.
 * @param {Server} server
 * @param {number} keys
 */
function seed(server, keys) {
  const file = join(server.folder, 'keys.csv');
  const csv = openSync(file, 'w');
  /** @type {string[]} */
  const secrets = [];
  let lines = '';
  for (let number = 0; number < keys; number += 1) {
    const secret = mint('dp_');
    secrets.push(secret);
    lines += `key_01k9${String(number).padStart(22, '0')},${createHash('sha256').update(secret).digest('hex')},${secret.slice(0, 7)}\n`;
    if (lines.length > 1_000_000) lines = (writeSync(csv, lines), '');
  }
  writeSync(csv, lines);
  closeSync(csv);
  // A place in the list by name is given, so that the first start has nothing to index.
  execFileSync('sqlite3', ['-bail', server.database], {
    input: `
      CREATE TEMP TABLE keys (id, digest, hint);
      .mode csv
      .import --schema temp ${file} keys
      UPDATE workspaces SET plan = 'team';
      INSERT INTO credentials (id, workspace_id, kind, name, description, hint, secret_digest, scopes, created_at,
                               created_by_kind, created_by_id, responsible_id, name_place)
      SELECT k.id, w.id, 'api_key', 'Service ' || k.rowid, '', k.hint, k.digest,
             CASE k.rowid WHEN 1 THEN 'introspect services:read' ELSE 'services:read logs:read' END, w.created_at,
             'user', m.user_id, m.user_id, 'service ' || k.rowid
      FROM temp.keys k, workspaces w JOIN memberships m ON m.workspace_id = w.id;
    `.replace(/^ +/gm, ''),
  });
  return secrets;
}

/** A secret in the form that PRODUCT fixes: 26 random characters and 6 of the checksum. */
function mint(/** @type {string} */ prefix) {
  let text = prefix;
  for (let letter = 0; letter < 26; letter += 1) text += LETTERS[randomInt(62)];
  let rest = crc32(text);
  let sum = '';
  for (let letter = 0; letter < 6; letter += 1) {
    sum = LETTERS[rest % 62] + sum;
    rest = Math.floor(rest / 62);
  }
  return text + sum;
}
