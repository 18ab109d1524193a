import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { audit, expect, hydrated, isPlain, OWNER, PASSWORD, type Server, test } from '../support/test.ts';
import { appCode, CODES, enrol, key, PAGE } from '../support/two-factor.ts';

test.beforeEach(({ owner }) => owner);

/** What a camera reads off the screen. */
async function scan(page: Page): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-qr-'));
  try {
    const picture = join(folder, 'qr.png');
    writeFileSync(picture, await page.screenshot());
    return execFileSync('zbarimg', ['--quiet', '--raw', '--oneshot', picture]).toString().trim();
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Lets five minutes pass since the last code was used. */
const laterOn = (server: Server) => server.sql('UPDATE two_factor SET last_step = last_step - 10');

async function password(page: Page): Promise<void> {
  await page.goto('/sign-in');
  await hydrated(page);
  await page.getByLabel('Email').fill(OWNER);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Enter your code' })).toBeVisible();
  await hydrated(page);
}

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
}

async function giveBackupCode(page: Page, code: string): Promise<void> {
  const field = page.getByLabel('Backup code', { exact: true });
  if (!(await field.isVisible())) await page.getByText('Use a backup code').click();
  await field.fill(code);
  await page.getByRole('button', { name: 'Sign in with backup code' }).click();
}

const isIn = (page: Page) => expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();

test('it is set up with a camera or by hand, and its codes are kept', async ({ page }) => {
  await page.getByRole('button', { name: 'Account menu' }).click();
  await page.getByRole('link', { name: 'Two-factor' }).click();
  await expect(page).toHaveURL(PAGE);
  await hydrated(page);
  await expect(key(page)).toBeVisible();
  await audit(page);
  const shared = await key(page).innerText();
  expect(shared).toMatch(/^([A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
  const link = await page.getByRole('link', { name: 'Open on this device' }).getAttribute('href');
  expect(link).toBe(`otpauth://totp/Latchkey:${OWNER}?secret=${shared.replaceAll(' ', '')}&issuer=Latchkey`);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await scan(page), `the QR code where it is ${colorScheme}`).toBe(link);
  }
  await page.emulateMedia({ colorScheme: null });
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await scan(page), 'the QR code on a phone').toBe(link);
  await page.setViewportSize({ width: 1280, height: 800 });

  const code = page.getByLabel('Code from the app');
  await code.fill(appCode(shared, 600));
  await page.getByRole('button', { name: 'Turn on two-factor' }).click();
  await expect(page.getByText('That code is not right, or has expired.')).toBeVisible();
  if (!isPlain()) await expect(code).toBeFocused();
  await hydrated(page);
  await audit(page);
  await expect(key(page)).toHaveText(shared);
  await page.reload();
  await hydrated(page);
  await expect(key(page)).toHaveText(shared);

  const digits = appCode(shared);
  await code.fill(`${digits.slice(0, 3)} ${digits.slice(3)}`);
  await page.getByRole('button', { name: 'Turn on two-factor' }).click();
  await expect(page).toHaveURL(CODES);
  await hydrated(page);
  // The address is there before what the page shows.
  const list = page.getByRole('region', { name: 'Backup codes' }).getByRole('listitem');
  await expect(list).toHaveCount(10);
  await audit(page);
  const codes = (await list.allInnerTexts()).map((text) => text.trim());
  for (const one of codes) expect(one).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);

  await page.emulateMedia({ media: 'print' });
  await expect(list.first()).toBeVisible();
  await expect(page.getByText(`account ${OWNER}`)).toBeVisible();
  for (const hidden of [page.getByRole('button', { name: 'Account menu' }), page.getByText('I saved them')]) {
    await expect(hidden).toBeHidden();
  }
  await page.emulateMedia({ media: null });
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download' }).click()]);
  expect(file.suggestedFilename()).toBe('latchkey-backup-codes.txt');
  const stream = await file.createReadStream();
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  expect(text.trim().split('\n')).toEqual(codes);
  if (!isPlain()) {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: 'Copy' }).click();
    await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.trim().split('\n')).toEqual(codes);
    await expect(page.getByRole('button', { name: 'Done' })).toBeDisabled();
  }
  await page.getByRole('checkbox', { name: 'I saved them' }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  // A form without script leaves a question mark.
  await expect(page).toHaveURL(/\/account\/two-factor\??$/);
  await expect(page.getByText('10 of 10 left')).toBeVisible();
  await expect(page.getByText(shared)).toHaveCount(0);
  await hydrated(page);
  await audit(page);
  await page.goto(CODES);
  await expect(page.getByRole('heading', { name: 'Already shown' })).toBeVisible();
  await hydrated(page);
  await audit(page);
});

test('one signs in with a code once, with a backup code once, and turns it off', async ({ page, server }) => {
  const { shared, backup } = await enrol(page);
  await signOut(page);
  await password(page);
  await audit(page);
  await expect(page.getByText(`Signing in as ${OWNER}.`)).toBeVisible();
  // What waits for its code opens nothing.
  await page.goto('/w/northwind-robotics/members');
  await expect(page.getByRole('heading', { name: 'Sign in' })).toBeVisible();
  await page.goto('/sign-in/code');
  await hydrated(page);
  // The code that set it up was used; the app's next one is good already.
  const code = appCode(shared, 30);
  await page.getByLabel('Six-digit code').fill(code);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await isIn(page);

  await signOut(page);
  await password(page);
  await page.getByLabel('Six-digit code').fill(code);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByText('That code was used already. Wait for the next one.')).toBeVisible();
  await hydrated(page);
  await audit(page);
  await giveBackupCode(page, backup[0] ?? '');
  await isIn(page);

  await signOut(page);
  await password(page);
  await giveBackupCode(page, backup[0] ?? '');
  await expect(page.getByText('That backup code is not right, or was used already.')).toBeVisible();
  await expect(page.getByLabel('Backup code', { exact: true })).toBeVisible();
  await hydrated(page);
  await audit(page);
  await giveBackupCode(page, (backup[1] ?? '').toLowerCase());
  await isIn(page);

  await page.goto(PAGE);
  await hydrated(page);
  await expect(page.getByText('8 of 10 left')).toBeVisible();
  await page.getByRole('region', { name: 'New backup codes' }).getByLabel('Code from the app').fill('000000');
  await page.getByRole('button', { name: 'Make new codes' }).click();
  await expect(page.getByText('That code is not right, or has expired.')).toBeVisible();
  await hydrated(page);
  laterOn(server);
  await page.getByRole('region', { name: 'New backup codes' }).getByLabel('Code from the app').fill(appCode(shared));
  await page.getByRole('button', { name: 'Make new codes' }).click();
  await expect(page).toHaveURL(CODES);
  await hydrated(page);
  await expect(page.getByText(backup[2] ?? '')).toHaveCount(0);
  await page.getByRole('checkbox', { name: 'I saved them' }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect(page.getByText('10 of 10 left')).toBeVisible();

  await hydrated(page);
  const off = page.getByRole('region', { name: 'Turn off two-factor' });
  await off.getByLabel('Password').fill('not the password');
  await off.getByLabel('Code from the app, or a backup code').fill(appCode(shared));
  await off.getByRole('button', { name: 'Turn off two-factor' }).click();
  await expect(off.getByText('That is not your password.')).toBeVisible();
  await hydrated(page);
  await audit(page);
  laterOn(server);
  await off.getByLabel('Password').fill(PASSWORD);
  await off.getByLabel('Code from the app, or a backup code').fill(appCode(shared));
  await off.getByRole('button', { name: 'Turn off two-factor' }).click();
  await expect(page.getByText('Two-factor is off.')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Set up two-factor' })).toBeVisible();
  await hydrated(page);
  await audit(page);
  await expect(key(page)).not.toHaveText(shared);

  await page.getByRole('navigation').getByRole('link', { name: 'Account activity' }).click();
  for (const event of ['turned on two-factor', 'used a backup code', 'made new backup codes', 'turned off two-factor']) {
    await expect(page.getByRole('listitem').filter({ hasText: event }).first()).toBeVisible();
  }
});
