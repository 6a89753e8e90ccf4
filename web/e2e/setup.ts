import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FullConfig, request } from '@playwright/test';
import { api, brand, digits, FOLDER, type Person, stateOf, type Who } from './lib';

/** The first administrator of DEMO_LOGINS: lines of name, login, password, roles, parted by tabs. */
function administrator(): Person {
  const file = process.env.DEMO_LOGINS;
  if (!file) throw new Error('DEMO_LOGINS names the file of logins, BASE_URL the server: tools/browser.sh sets both');
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .map((l) => l.split('\t'))
    .find((l) => l[3]?.split(',').includes('administrator'));
  if (!line) throw new Error(`${file} names no administrator`);
  return { id: '', name: line[0] ?? '', login: line[1] ?? '', password: line[2] ?? '' };
}

/** A team of its own for this run: who sells, a colleague, their lead, and two who see everything in their own way. */
export default async function setup(config: FullConfig) {
  const baseURL = config.projects[0]?.use.baseURL;
  mkdirSync(FOLDER, { recursive: true });
  const people: Partial<Record<Who, Person>> = { admin: administrator() };
  const enter = async (who: Who, p: Person) => {
    const context = await request.newContext({ baseURL });
    const session = await api<{ user: { id: string } }>(context, 'POST', '/session', { login: p.login, password: p.password });
    people[who] = { ...p, id: session.user.id };
    await context.storageState({ path: stateOf(who) });
    return context;
  };
  const admin = await enter('admin', people.admin as Person);
  const roles = (await api<{ items: { id: string; code: string }[] }>(admin, 'GET', '/roles')).items;
  const run = digits(6);
  const team = await api<{ id: string; version: number }>(admin, 'POST', '/departments', { name: `旅程组${run}` });
  for (const [who, role, surname] of [
    ['sales', 'sales', '林'],
    ['mate', 'sales', '程'],
    ['lead', 'sales_lead', '韩'],
    ['service', 'service', '白'],
    ['marketing', 'marketing', '秦'],
  ] as const) {
    const p: Person = {
      id: '',
      name: `${surname}${brand(2).name}`,
      login: `${who}${run}`,
      password: `wanfeng-${digits(4)}-rulin-${digits(4)}`,
    };
    await api(admin, 'POST', '/users', {
      login: p.login,
      name: p.name,
      password: p.password,
      department_id: team.id,
      role_ids: roles.filter((r) => r.code === role).map((r) => r.id),
      must_change_password: false,
    });
    await (await enter(who, p)).dispose();
  }
  await api(admin, 'PATCH', `/departments/${team.id}`, { leader_id: people.lead?.id }, team.version);
  await admin.dispose();
  writeFileSync(join(FOLDER, 'people.json'), JSON.stringify(people));
}
