import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { expect, test as base, type ConsoleMessage, type Locator, type Page } from '@playwright/test';
import { Server } from './server.mjs';

export { expect } from '@playwright/test';
export { Server } from './server.mjs';

export const OWNER = 'ops@northwind.example';
export const PASSWORD = 'verdigris on a brass lock';
export const TOKENS = '/w/northwind-robotics/settings/access-tokens';

interface Fixtures {
  /** Whether the server is started with `--demo`. */
  demo: boolean;
  /** A server for this test alone. */
  server: Server;
  /** The owner of the workspace Northwind Robotics, signed in on `page`. */
  owner: void;
  /** Console errors that the test means to cause. */
  expected: RegExp[];
  /** Fails the test on any other error or warning of the page. */
  quiet: void;
}

export const test = base.extend<Fixtures>({
  demo: [false, { option: true }],
  server: async ({ demo }, use) => {
    const server = await Server.start(...(demo ? ['--demo'] : []));
    await use(server);
    await server.stop();
  },
  baseURL: async ({ server }, use) => use(server.url),
  owner: async ({ page, server }, use) => {
    await server.createOwner(OWNER, PASSWORD, 'Northwind Robotics');
    await signIn(page, OWNER, PASSWORD);
    await use();
  },
  expected: async ({}, use) => use([]),
  quiet: [
    async ({ page, expected }, use) => {
      const complaints: string[] = [];
      page.on('console', (message) => {
        if (isComplaint(message) && !expected.some((pattern) => pattern.test(message.text()))) complaints.push(message.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
      await use();
      expect(complaints, 'errors and warnings in the browser').toEqual([]);
    },
    { auto: true },
  ],
});

// A form that is refused answers 4xx to the page's script, which the browser reports as a resource that failed.
function isComplaint(message: ConsoleMessage): boolean {
  if (!['error', 'warning'].includes(message.type())) return false;
  // What the page's script would have used is fetched ahead even where no script runs.
  if (isPlain() && message.text().includes('was preloaded using link preload but not used')) return false;
  return !(message.text().startsWith('Failed to load resource') && new URL(message.location().url).pathname.startsWith('/fn/'));
}

/** Whether this test runs without JavaScript. */
export function isPlain(): boolean {
  return test.info().project.name === 'plain';
}

/** Waits until the page's script has taken over, where there is one. */
export async function hydrated(page: Page): Promise<void> {
  if (!isPlain()) await expect(page.locator('html')).toHaveAttribute('data-hydrated');
}

export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await hydrated(page);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
}

/** Lets the last sign-in be an hour old. */
export const anHourAgo = (server: Server) => server.sql('UPDATE sessions SET authenticated_at = authenticated_at - 3600000000');

/** Lets `person` join by a link that the owner makes on `page`. */
export async function join(page: Page, person: Page, email: string, password: string): Promise<void> {
  await page.goto('/w/northwind-robotics/members');
  await hydrated(page);
  await page.getByLabel('Email to invite').fill(email);
  await page.getByRole('button', { name: 'Invite by link' }).click();
  await person.goto(await page.getByRole('status', { name: 'Invitation link' }).innerText());
  await hydrated(person);
  await person.getByLabel('Choose a password').fill(password);
  await person.getByRole('button', { name: 'Create account and join' }).click();
  await expect(person.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
}

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Fails on what axe finds. The markup is the same without JavaScript, where axe cannot run. */
export async function audit(page: Page): Promise<void> {
  if (isPlain()) return;
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const found = await (window as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } }).axe.run();
    return found.violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.html).join(' ')}`);
  });
  expect(violations, 'what axe finds').toEqual([]);
}
interface Violation {
  id: string;
  nodes: { html: string }[];
}

/** Fills in the dialog *New access token* without sending it. */
export async function fillToken(page: Page, name: string, ...scopes: string[]): Promise<void> {
  await page.goto(`${TOKENS}/new`);
  await hydrated(page);
  await page.getByLabel('Name', { exact: true }).fill(name);
  for (const scope of scopes) await scopeBox(page, scope).check();
}

/** Makes a token in the browser, ticks it off, and answers its secret. */
export async function createToken(page: Page, name: string, ...scopes: string[]): Promise<string> {
  await fillToken(page, name, ...scopes);
  await page.getByRole('button', { name: 'Generate token' }).click();
  const secret = await revealed(page).innerText();
  await hydrated(page);
  await page.getByRole('checkbox', { name: 'I have stored it' }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(row(page, name)).toBeVisible();
  return secret;
}

export function scopeBox(page: Page, name: string): Locator {
  return page.getByRole('checkbox', { name: new RegExp(`^${name}\\b`) });
}

export function revealed(page: Page): Locator {
  return page.getByRole('status', { name: 'Token', exact: true });
}

export function row(page: Page, name: string): Locator {
  return page.getByRole('row').filter({ has: page.getByRole('rowheader', { name }) });
}

/** Calls the API as a program would, without the browser's cookies. */
export async function call(server: Server, path: string, secret: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}/api/v1${path}`, { headers: { authorization: `Bearer ${secret}`, ...headers } });
}

/** Changes something by the API, as a program would. */
export async function send(server: Server, method: string, path: string, secret: string, body?: object): Promise<Response> {
  return fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
}

/** Follows a link that leads to a file: the file's name and text. */
export async function take(page: Page, link: string): Promise<{ name: string; text: string }> {
  const downloading = page.waitForEvent('download');
  await page.getByRole('link', { name: link, exact: true }).click();
  const download = await downloading;
  return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
}
