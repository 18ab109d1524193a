import type { Browser, Locator, Page } from '@playwright/test';
import {
  audit,
  call,
  createToken,
  expect,
  hydrated,
  isPlain,
  OWNER,
  PASSWORD,
  row,
  test,
  TOKENS,
  type Server,
} from '../support/test.ts';

const MEMBERS = '/w/northwind-robotics/members';
const SAM = 'sam@northwind.example';

test.beforeEach(async ({ owner }) => void owner);

test('a guest joins by link, becomes an admin and is demoted', async ({ page, browser, server }) => {
  const link = await invite(page, SAM, 'Member');
  await audit(page);
  await page.reload();
  await expect(page.getByText(`Already shown: the link for ${SAM}`)).toBeVisible();
  await expect(page.getByText('Invited by ops@northwind.example')).toBeVisible();

  const sam = await join(browser, server, link);
  await sam.goto(MEMBERS);
  await expect(row(sam, SAM)).toContainText('You');
  await expect(sam.getByRole('button', { name: 'Invite by link' })).toHaveCount(0);

  await setRole(page, SAM, 'Admin');
  await expect(page).toHaveURL(MEMBERS);
  await expect(roleOf(page, SAM)).toHaveValue('admin');
  const first = await createToken(sam, 'Deploy from CI', 'deploy');
  expect((await call(server, '/whoami', first)).status).toBe(200);

  // To demote them asks what becomes of their token: it goes on under the owner.
  await setRole(page, SAM, 'Member');
  const question = page.getByRole('dialog', { name: `Make ${SAM} a Member?` });
  await expect(question).toContainText('They are responsible for 1 token.');
  await expect(question.getByRole('listitem')).toContainText('Deploy from CI');
  await hydrated(page);
  await audit(page);
  await expect(question.getByLabel('New responsible person')).toBeHidden();
  await question.getByRole('radio', { name: 'Hand it over' }).check();
  await question.getByLabel('New responsible person').selectOption({ label: `${OWNER} (Owner)` });
  await question.getByRole('button', { name: 'Change role' }).click();
  await expect(page).toHaveURL(MEMBERS);
  await expect(roleOf(page, SAM)).toHaveValue('member');
  await expect(row(page, OWNER)).toContainText('1 token');
  await expect(row(page, SAM)).toContainText('Nothing');
  expect((await call(server, '/whoami', first)).status).toBe(200);
  await sam.goto(`${TOKENS}/new`);
  await expect(sam.getByText('Only an admin of this workspace may do this.')).toBeVisible();
});

test('an admin is removed, and the workspace is not there for them', async ({ page, browser, server }) => {
  const link = await invite(page, SAM, 'Admin');
  const sam = await join(browser, server, link);
  const secret = await createToken(sam, 'Nightly build', 'read');
  await page.goto(MEMBERS);
  await hydrated(page);
  await choose(page, SAM, 'Remove from workspace');
  const removal = page.getByRole('dialog', { name: `Remove ${SAM}?` });
  await expect(removal).toContainText('Nightly build');
  await expect(removal.getByRole('radio', { name: 'Revoke it' })).toBeChecked();
  await hydrated(page);
  await audit(page);
  await removal.getByRole('button', { name: 'Remove member' }).click();
  await expect(page).toHaveURL(MEMBERS);
  await expect(row(page, SAM)).toHaveCount(0);
  if (!isPlain()) await expect(page.getByRole('heading', { level: 1, name: 'Members' })).toBeFocused();
  expect((await call(server, '/whoami', secret)).status).toBe(401);

  // Their session lives; the workspace is not there for them.
  const gone = await sam.goto(TOKENS);
  expect(gone?.status()).toBe(404);
  await expect(sam.getByRole('heading', { name: 'This page is not here' })).toBeVisible();
  await sam.goto('/');
  await expect(sam).toHaveURL('/');
  await expect(sam.getByRole('button', { name: 'Sign out' })).toBeVisible();
  const again = await sam.goto(link);
  expect(again?.status()).toBe(404);
  await expect(sam.getByRole('heading', { name: 'This invitation does not work' })).toBeVisible();
});

test('a person leaves, but the last owner stays', async ({ page, browser, server }) => {
  const ada = await join(browser, server, await invite(page, 'ada@northwind.example', 'Admin'));
  await ada.goto(MEMBERS);
  await hydrated(ada);
  await choose(ada, 'ada@northwind.example', 'Leave workspace');
  const question = ada.getByRole('dialog', { name: 'Leave Northwind Robotics?' });
  await hydrated(ada);
  await audit(ada);
  await question.getByRole('button', { name: 'Leave workspace' }).click();
  await expect(ada).toHaveURL('/');
  await expect(ada.getByRole('button', { name: 'Sign out' })).toBeVisible();

  await page.goto(MEMBERS);
  await expect(row(page, 'ada@northwind.example')).toHaveCount(0);
  await hydrated(page);
  await choose(page, OWNER, 'Leave workspace');
  await expect(page.getByRole('dialog')).toContainText('A workspace always keeps one owner.');
  await hydrated(page);
  await page.getByRole('dialog').getByRole('link', { name: 'Back to members' }).click();
  await expect(page).toHaveURL(MEMBERS);
});

test('an invitation is withdrawn, and a refused address stays in its field', async ({ page, browser, server, expected }) => {
  const link = await invite(page, SAM, 'Admin');
  await page.goto(MEMBERS);
  await hydrated(page);
  await page.getByRole('button', { name: `Withdraw the invitation of ${SAM}` }).click();
  await expect(page.getByRole('heading', { name: 'Invited' })).toHaveCount(0);
  const stranger = await another(browser, server);
  expect((await stranger.goto(link))?.status()).toBe(404);

  await page.goto(MEMBERS);
  await hydrated(page);
  await page.getByLabel('Email to invite').fill(OWNER);
  await page.getByRole('button', { name: 'Invite by link' }).click();
  await expect(page.getByRole('alert')).toContainText('This person is in the workspace already.');
  await expect(page.getByLabel('Email to invite')).toHaveValue(OWNER);
  await audit(page);

  // A link for another address names neither it nor the workspace.
  expected.push(/status of 404/);
  const other = await invite(page, SAM, 'Member');
  await page.goto(other);
  await expect(page.getByRole('heading', { name: 'This invitation is for another address' })).toBeVisible();
  await expect(page.getByText(SAM)).toHaveCount(0);
  await hydrated(page);
  await audit(page);
});

test('an account that is there already signs in and joins', async ({ page, browser, server }) => {
  await server.createOwner('eve@elsewhere.example', PASSWORD, 'Elsewhere');
  const link = await invite(page, 'eve@elsewhere.example', 'Member');
  const eve = await another(browser, server);
  await eve.goto(link);
  await hydrated(eve);
  await audit(eve);
  await eve.getByRole('link', { name: 'Sign in to join' }).click();
  await hydrated(eve);
  await eve.getByLabel('Email').fill('eve@elsewhere.example');
  await eve.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await eve.getByRole('button', { name: 'Continue' }).click();
  await expect(eve).toHaveURL(link);
  await hydrated(eve);
  await eve.getByRole('button', { name: 'Join workspace' }).click();
  await expect(eve).toHaveURL(TOKENS);
  await eve.getByRole('button', { name: 'Switch workspace' }).click();
  await expect(eve.getByRole('link', { name: 'Elsewhere' })).toBeVisible();
});

/** Another person's browser, with script where this test has it. */
async function another(browser: Browser, server: Server): Promise<Page> {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: !isPlain() });
  return context.newPage();
}

/** Invites somebody and answers the link, which is shown once. */
async function invite(page: Page, email: string, role: string): Promise<string> {
  await page.goto(MEMBERS);
  await expect(page).toHaveTitle('Members · Latchkey');
  await hydrated(page);
  await page.getByLabel('Email to invite').fill(email);
  await page.getByLabel('Role', { exact: true }).selectOption(role);
  await page.getByRole('button', { name: 'Invite by link' }).click();
  const link = page.getByRole('status', { name: 'Invitation link' });
  await expect(link).toBeVisible();
  await expect(page).toHaveURL(/\/members\?invited=inv_[0-9a-z]{26}$/);
  if (!isPlain()) await expect(link).toBeFocused();
  await expect(page.getByLabel('Email to invite')).toHaveValue('');
  return link.innerText();
}

/** Opens a link in another browser and makes the account. */
async function join(browser: Browser, server: Server, link: string): Promise<Page> {
  const page = await another(browser, server);
  await page.goto(link);
  await expect(page.getByRole('heading', { name: 'Join Northwind Robotics' })).toBeVisible();
  await hydrated(page);
  await audit(page);
  const password = page.getByLabel('Choose a password');
  await password.fill('short');
  await page.getByRole('button', { name: 'Create account and join' }).click();
  await expect(password).toHaveAccessibleDescription('The password needs at least 12 characters.');
  await password.fill(PASSWORD);
  await page.getByRole('button', { name: 'Create account and join' }).click();
  await expect(page).toHaveURL(TOKENS);
  return page;
}

function roleOf(page: Page, email: string): Locator {
  return page.getByRole('combobox', { name: `Role of ${email}` });
}

async function setRole(page: Page, email: string, role: string): Promise<void> {
  await page.goto(MEMBERS);
  await hydrated(page);
  const save = page.getByRole('button', { name: `Save the role of ${email}` });
  await expect(save).toBeHidden();
  await roleOf(page, email).selectOption(role);
  await save.click();
}

/** Chooses something from the menu of a row. */
async function choose(page: Page, email: string, what: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${email}` }).click();
  await page.getByRole('link', { name: what }).click();
}
