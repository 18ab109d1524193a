import type { Page } from '@playwright/test';
import { call, expect, hydrated, scopeBox, test, type Server } from '../support/test.ts';

interface Tab { segment: string; heading: string; button: string; prefix: string; scopes: string[] }

const token = (prefix: string, ...scopes: string[]): Tab =>
  ({ segment: 'access-tokens', heading: 'Access tokens', button: 'Generate token', prefix, scopes });
const key = (prefix: string, ...scopes: string[]): Tab =>
  ({ segment: 'api-keys', heading: 'API keys', button: 'Generate API key', prefix, scopes });

const platform = ['deploy', 'read', 'delete', 'admin'];
const automation = ['all', 'basic_deployment', 'advanced_deployment', 'activity_tracker', 'activity_tracker_analytics',
  'error_tracker', 'modify_env', 'run_scripts'];
const workspace = ['read', 'write', 'delete', 'deploy', 'manage_servers', 'manage_projects', 'manage_apps', 'view_logs',
  'manage_backups'];
const resources = ['services:read', 'services:write', 'services:exec', 'logs:read', 'metrics:read', 'billing:read',
  'billing:write', 'domains:write', 'registry:push'];

const catalogs: Record<string, Tab[]> = {
  Standard: [token('sk_live_', ...platform, ...automation), key('dp_', ...workspace, ...resources, 'introspect')],
  Deplo: [token('sk_live_', ...platform, 'introspect')],
  Bootload: [key('bl_', ...resources, 'introspect')],
  Devpilot: [token('workspace_token_', ...automation), key('dp_', ...workspace, 'introspect')],
};

test.beforeEach(async ({ owner }) => owner);

for (const [catalog, tabs] of Object.entries(catalogs)) {
  test(`every scope of ${catalog} is granted at both levels, and no other tab is there`, async ({ page, server }) => {
    await page.goto('/workspaces/new');
    await hydrated(page);
    await page.getByLabel('Workspace name').fill(`All of ${catalog}`);
    await page.getByRole('radio', { name: new RegExp(`^${catalog}`) }).check();
    await page.getByRole('button', { name: 'Create workspace' }).click();
    const slug = `all-of-${catalog.toLowerCase()}`;
    await expect(page).toHaveURL(`/w/${slug}/settings/${tabs[0]?.segment}`);
    const links = page.getByRole('navigation', { name: 'Settings' }).getByRole('link');
    await expect(links).toHaveText(['General', ...tabs.map((tab) => tab.heading)]);

    await page.goto(`/w/${slug}/projects/new`);
    await hydrated(page);
    await page.getByLabel('Name', { exact: true }).fill('Fleet API');
    await page.getByRole('button', { name: 'Create project' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Fleet API' })).toBeVisible();

    for (const tab of tabs) for (const level of ['', 'Fleet API']) await grantAll(page, server, slug, tab, level);
  });
}

/** Makes one with every scope of the tab and calls with it. */
async function grantAll(page: Page, server: Server, slug: string, tab: Tab, level: string): Promise<void> {
  await page.goto(`/w/${slug}/settings/${tab.segment}/new`);
  await hydrated(page);
  await page.getByLabel('Name', { exact: true }).fill(`All of it ${level}`);
  if (level) {
    await page.getByRole('radio', { name: /^One project/ }).check();
    await page.getByLabel('Project', { exact: true }).selectOption({ label: level });
  }
  const boxes = page.locator('#scopes').getByRole('checkbox');
  await expect(boxes).toHaveCount(tab.scopes.length);
  for (const scope of tab.scopes) await scopeBox(page, scope).check();
  await page.getByRole('button', { name: tab.button }).click();
  const secret = await page.locator('.keytag output').innerText();
  expect(secret.startsWith(tab.prefix)).toBe(true);
  const me = await call(server, '/whoami', secret);
  expect(me.status).toBe(200);
  const said = await me.json() as { scopes: string[]; project: string | null };
  expect([...said.scopes].sort()).toEqual([...tab.scopes].sort());
  expect(said.project === null).toBe(level === '');
}
