import { createHash } from 'node:crypto';
import type { Page } from '@playwright/test';
import { audit, call, expect, hydrated, isPlain, send, type Server, test } from '../support/test.ts';

const PROJECTS = '/w/northwind-robotics/projects';
const REPORT = `${PROJECTS}/weekly-report`;
const DEPLOYMENTS = '/workspaces/northwind-robotics/projects/weekly-report/deployments';

test.beforeEach(({ owner }) => owner);

async function createProject(page: Page, name: string): Promise<void> {
  await page.goto(`${PROJECTS}/new`);
  await hydrated(page);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByRole('button', { name: 'Create project' }).click();
  await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
}

/** Records a deployment as a pipeline does. */
async function deploy(server: Server, secret: string, file_name: string): Promise<Response> {
  const sha256 = createHash('sha256').update(file_name).digest('hex');
  return send(server, 'POST', DEPLOYMENTS, secret, { file_name, size: 184_320, sha256 });
}

/** Makes a token that reaches the project alone, as a program with a full token does. */
async function projectToken(server: Server, full: string, name: string, scopes: string[]): Promise<string> {
  const answer = await send(server, 'POST', '/workspaces/northwind-robotics/access-tokens', full, { name, scopes, project: 'weekly-report' });
  expect(answer.status).toBe(201);
  return (await answer.json() as { secret: string }).secret;
}

test('a project is made, filled by its token, renamed and deleted with what is limited to it', async ({ page, server }) => {
  await page.goto(PROJECTS);
  await expect(page.getByRole('heading', { name: 'No projects yet' })).toBeVisible();
  await hydrated(page);
  await audit(page);
  await page.getByRole('link', { name: 'New project' }).click();
  await expect(page).toHaveURL(`${PROJECTS}/new`);
  await expect(page.getByLabel('Name', { exact: true })).toBeFocused();
  await hydrated(page);
  await audit(page);
  await page.getByLabel('Name', { exact: true }).fill('Weekly report');
  await page.getByRole('button', { name: 'Create project' }).click();
  await expect(page).toHaveURL(REPORT);
  await expect(page.getByRole('heading', { name: 'No deployments yet' })).toBeVisible();
  const navigation = page.getByRole('navigation', { name: 'Main' });
  await expect(navigation.getByRole('link', { name: 'weekly-report' })).toHaveAttribute('aria-current', 'page');
  await hydrated(page);
  await audit(page);

  const full = await server.admin('create-token', '--workspace', 'northwind-robotics', '--name', 'Setup', '--scopes', 'admin');
  const secret = await projectToken(server, full, 'Deploy from CI', ['deploy', 'read']);
  expect((await deploy(server, secret, 'report-1.tar.gz')).status).toBe(201);
  expect((await call(server, '/workspaces/northwind-robotics/projects/other', secret)).status).toBe(404);
  expect((await call(server, '/workspaces/northwind-robotics/members', secret)).status).toBe(403);

  await page.goto(REPORT);
  const deployment = page.getByRole('listitem').filter({ hasText: 'report-1.tar.gz' });
  await expect(deployment).toContainText('184.3 KB · by Deploy from CI');
  await expect(deployment).toContainText('Live');
  await hydrated(page);
  await audit(page);
  await deployment.getByRole('button', { name: 'Archive report-1.tar.gz' }).click();
  await expect(deployment).toContainText('Archived');
  await expect(deployment.getByRole('button')).toHaveCount(0);
  await expect(page).toHaveURL(REPORT);
  if (!isPlain()) await expect(deployment.getByText('report-1.tar.gz')).toBeFocused();

  await hydrated(page);
  await page.getByLabel('Name', { exact: true }).fill('Monthly report');
  await page.getByRole('button', { name: 'Save name' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Monthly report' })).toBeVisible();
  await expect(page).toHaveURL(REPORT);

  await hydrated(page);
  await page.getByRole('link', { name: 'Delete project' }).click();
  await expect(page).toHaveURL(`${REPORT}/delete`);
  const question = page.getByRole('dialog');
  await expect(question).toContainText('Delete Monthly report?');
  await expect(question.getByRole('listitem')).toContainText('Deploy from CI');
  await hydrated(page);
  await audit(page);
  expect((await call(server, '/whoami', secret)).status).toBe(200);
  await question.getByRole('button', { name: 'Delete project' }).click();
  await expect(page).toHaveURL(PROJECTS);
  await expect(page.getByRole('heading', { name: 'No projects yet' })).toBeVisible();
  await expect(navigation.getByRole('link', { name: 'weekly-report' })).toHaveCount(0);
  expect((await call(server, '/whoami', secret)).status).toBe(401);
  expect((await deploy(server, secret, 'report-2.tar.gz')).status).toBe(401);
  expect((await call(server, '/whoami', full)).status).toBe(200);
});

test('a deployment is recorded by hand, and what is wrong with it stands at its field', async ({ page }) => {
  await createProject(page, 'Weekly report');
  await hydrated(page);
  await page.getByRole('link', { name: 'Record deployment' }).click();
  await expect(page.getByLabel('File name')).toBeFocused();
  await hydrated(page);
  await page.getByLabel('File name').fill('site.tar.gz');
  await page.getByLabel('Size in bytes').fill('1 KB');
  await page.getByRole('button', { name: 'Record deployment' }).click();
  await expect(page.getByText('The size is a whole number of bytes')).toBeVisible();
  await expect(page.getByText('The SHA-256 is missing.')).toBeVisible();
  await expect(page.getByLabel('Size in bytes')).toBeFocused();
  await expect(page.getByLabel('File name')).toHaveValue('site.tar.gz');
  await hydrated(page);
  await audit(page);
  await page.getByLabel('Size in bytes').fill('1024');
  await page.getByLabel('SHA-256').fill('AB'.repeat(32));
  await page.getByRole('button', { name: 'Record deployment' }).click();
  await expect(page).toHaveURL(REPORT);
  await expect(page.getByRole('listitem').filter({ hasText: 'site.tar.gz' })).toContainText('1.0 KB · by ops@northwind.example');
});

test('leaving a dialog changes nothing and leads back to what opened it', async ({ page }) => {
  await createProject(page, 'Weekly report');
  for (const [opener, heading] of [['Delete project', 'Delete Weekly report?'], ['Record deployment', 'Record a deployment']]) {
    await hydrated(page);
    await page.getByRole('link', { name: opener }).click();
    await expect(page.getByRole('heading', { name: heading })).toBeVisible();
    await hydrated(page);
    await page.getByRole('dialog').getByRole('link', { name: 'Cancel' }).click();
    await expect(page).toHaveURL(REPORT);
    if (!isPlain()) await expect(page.getByRole('link', { name: opener })).toBeFocused();
  }
  await expect(page.getByRole('heading', { level: 1, name: 'Weekly report' })).toBeVisible();
});
