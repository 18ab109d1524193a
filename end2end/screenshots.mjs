// Shoots every page at two widths in both schemes, from a demo server: node screenshots.mjs FOLDER
import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { Server } from './support/server.mjs';

const folder = process.argv[2];
if (!folder) throw new Error('usage: node screenshots.mjs FOLDER');
await mkdir(folder, { recursive: true });

const settings = '/w/northwind-robotics/settings/access-tokens';
const sizes = [{ width: 1440, height: 900 }, { width: 390, height: 844 }];
/** @type {('light' | 'dark')[]} */
const schemes = ['light', 'dark'];

const fresh = await Server.start();
const server = await Server.start('--demo');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
try {
  for (const viewport of sizes) for (const colorScheme of schemes) await shootAll(viewport, colorScheme);
} finally {
  await browser.close();
  await server.stop();
  await fresh.stop();
}

/**
 * @param {{ width: number, height: number }} viewport
 * @param {'light' | 'dark'} colorScheme
 */
async function shootAll(viewport, colorScheme) {
  const context = await browser.newContext({ viewport, colorScheme, baseURL: server.url });
  const page = await context.newPage();
  const hydrated = () => page.locator('html[data-hydrated]').waitFor();
  const shoot = async (/** @type {string} */ name, fullPage = true) => {
    await hydrated();
    await page.screenshot({ path: join(folder, `${name}-${viewport.width}-${colorScheme}.png`), fullPage, animations: 'disabled' });
  };

  await page.goto(fresh.setupLink);
  await shoot('set-up');
  await page.goto('/nothing-here');
  await shoot('error');

  await page.goto('/sign-in');
  await hydrated();
  await page.getByLabel('Email').fill(server.demo.email);
  await page.getByLabel('Password', { exact: true }).fill('not the password');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.locator('[aria-invalid=true]').waitFor();
  await shoot('sign-in');
  await page.getByLabel('Password', { exact: true }).fill(server.demo.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();

  const mine = page.getByRole('button', { name: 'It was me' });
  if (await mine.isVisible()) {
    await shoot('notices');
    await mine.click();
    await mine.waitFor({ state: 'detached' });
  }

  /** Pages that need nothing but their address. */
  const plain = {
    tokens: '/settings/access-tokens',
    'tokens-filtered': '/settings/access-tokens?status=active&scope=read&sort=name',
    'tokens-nothing-found': '/settings/access-tokens?q=nothing',
    'api-keys': '/settings/api-keys',
    general: '/settings/general',
    'general-catalog': '/settings/general/catalog?to=bootload',
    'general-delete': '/settings/general/delete',
    'general-two-factor': '/settings/general/two-factor',
    projects: '/projects',
    'project-new': '/projects/new',
    project: '/projects/fleet-api',
    'deployment-new': '/projects/fleet-api/deployments/new',
    'project-delete': '/projects/fleet-api/delete',
    members: '/members',
    'members-leave': '/members/leave',
    activity: '/activity',
    'activity-nothing-found': '/activity?q=nothing',
  };
  for (const [name, path] of Object.entries(plain)) {
    await page.goto(`/w/northwind-robotics${path}`);
    await shoot(name);
  }
  for (const name of ['profile', 'sessions', 'activity']) {
    await page.goto(`/account/${name}`);
    await shoot(`account-${name}`);
  }
  await shootTwoFactor(page, shoot, hydrated);
  await page.goto('/confirm?next=/account/profile');
  await shoot('confirm');
  await page.goto('/workspaces/new');
  await shoot('workspace-new');

  await page.goto('/w/northwind-robotics/settings/api-keys');
  await page.getByRole('rowheader').getByRole('link').first().click();
  await page.getByRole('heading', { name: 'Edit API key' }).waitFor();
  await shoot('api-key-edit');
  await page.goto('/w/northwind-robotics/members');
  await hydrated();
  await page.getByRole('button', { name: /infra@/ }).last().click();
  await page.getByRole('link', { name: 'Remove' }).click();
  await page.getByRole('dialog').waitFor();
  await shoot('member-remove', false);

  await page.goto(settings);
  await hydrated();
  if (viewport.width < 896) await page.getByRole('button', { name: 'Navigation' }).click();
  await page.getByRole('button', { name: 'Account menu' }).click();
  await shoot('menu', false);

  await page.goto('/w/northwind-labs/settings/access-tokens');
  await shoot('tokens-empty');
  await page.goto(`${settings}/new`);
  await page.getByLabel('Name', { exact: true }).fill('Release pipeline');
  await page.getByRole('checkbox', { name: /^deploy\b/ }).check();
  await page.getByRole('checkbox', { name: /^read\b/ }).check();
  await shoot('token-create', false);
  await page.getByRole('button', { name: 'Generate token' }).click();
  await page.getByRole('status', { name: 'Token', exact: true }).waitFor();
  await shoot('token-reveal', false);
  await page.reload();
  await page.getByRole('heading', { name: 'Already shown' }).waitFor();
  await shoot('token-already-shown', false);

  // What was made is revoked again: the next round finds the workspace as this one did.
  await page.goto(settings);
  await page.getByRole('link', { name: 'Release pipeline', exact: true }).first().click();
  await page.getByRole('heading', { level: 1, name: 'Release pipeline' }).waitFor();
  await shoot('token-detail');
  await page.goto(`${page.url()}/revoke`);
  await page.getByRole('dialog').waitFor();
  await shoot('token-revoke', false);
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke token' }).click();
  await page.waitForURL(settings);
  await context.close();
}

/**
 * A second factor from setting it up to turning it off: afterwards the account is as it was.
 * @param {import('@playwright/test').Page} page
 * @param {(name: string) => Promise<void>} shoot
 * @param {() => Promise<void>} hydrated
 */
async function shootTwoFactor(page, shoot, hydrated) {
  await page.goto('/account/two-factor');
  await shoot('two-factor-set-up');
  const key = await page.getByRole('textbox', { name: 'Or type this key' }).innerText();
  const code = execFileSync('oathtool', ['--totp', '--base32', key.replaceAll(' ', '')]).toString().trim();
  await page.getByLabel('Code from the app').fill(code);
  await page.getByRole('button', { name: 'Turn on two-factor' }).click();
  const codes = page.getByRole('region', { name: 'Backup codes' }).getByRole('listitem');
  await codes.first().waitFor();
  const [first, second] = (await codes.allInnerTexts()).map((text) => text.trim());
  await shoot('two-factor-codes');
  await page.goto('/account/two-factor');
  await shoot('two-factor-on');

  await page.context().clearCookies();
  await page.goto('/sign-in');
  await hydrated();
  await page.getByLabel('Email').fill(server.demo.email);
  await page.getByLabel('Password', { exact: true }).fill(server.demo.password);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { level: 1, name: 'Enter your code' }).waitFor();
  await shoot('sign-in-code');
  await page.getByText('Use a backup code').click();
  await page.getByLabel('Backup code', { exact: true }).fill('7KQ2-M9ZR-04TX-B6HC');
  await page.getByRole('button', { name: 'Sign in with backup code' }).click();
  await page.locator('[aria-invalid=true]').waitFor();
  await shoot('sign-in-backup-code');
  await page.getByLabel('Backup code', { exact: true }).fill(first ?? '');
  await page.getByRole('button', { name: 'Sign in with backup code' }).click();
  await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();

  await page.goto('/account/two-factor');
  await hydrated();
  const off = page.getByRole('region', { name: 'Turn off two-factor' });
  await off.getByLabel('Password').fill(server.demo.password);
  await off.getByLabel('Code from the app, or a backup code').fill(second ?? '');
  await off.getByRole('button', { name: 'Turn off two-factor' }).click();
  await page.getByText('Two-factor is off.').waitFor();
}
