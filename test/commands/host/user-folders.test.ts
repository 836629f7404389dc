import { expect, test } from 'vitest';
import { UserFolders } from '../../../src/commands/host/user-folders.js';

const homeless = () => null;
const listed = () => '/home/ada';
const linux = (environment: Record<string, string>, findHome: () => string | null = homeless) =>
  new UserFolders(environment, 'linux', findHome);
/** Both folders, or what is said of them. */
const both = (folders: UserFolders) =>
  (['settings', 'logs'] as const).map((purpose) => {
    const found = folders.locate(purpose);
    return typeof found === 'string' ? found : found.message;
  });
const missing = [
  'no folder for settings: got no home folder, allowed: HOME or XDG_CONFIG_HOME with an absolute path',
  'no folder for logs: got no home folder, allowed: HOME or XDG_DATA_HOME with an absolute path',
];

test.each<[string, Record<string, string>, () => string | null, string[]]>([
  ['HOME', { HOME: '/h' }, homeless, ['/h/.config/teachtop', '/h/.local/share/teachtop']],
  [
    'XDG variables before HOME',
    { HOME: '/h', XDG_CONFIG_HOME: '/c', XDG_DATA_HOME: '/d' },
    listed,
    ['/c/teachtop', '/d/teachtop'],
  ],
  ['the list of users', {}, listed, ['/home/ada/.config/teachtop', '/home/ada/.local/share/teachtop']],
  [
    'the list of users, with HOME empty',
    { HOME: '', XDG_DATA_HOME: '' },
    listed,
    ['/home/ada/.config/teachtop', '/home/ada/.local/share/teachtop'],
  ],
  [
    'HOME, with relative XDG variables',
    { HOME: '/h', XDG_CONFIG_HOME: 'c', XDG_DATA_HOME: './d' },
    homeless,
    ['/h/.config/teachtop', '/h/.local/share/teachtop'],
  ],
  ['nothing', {}, homeless, missing],
  ['nothing, with HOME empty or relative', { HOME: '.' }, homeless, missing],
])('folders come from %s', (_, environment, findHome, expected) => {
  expect(both(linux(environment, findHome))).toEqual(expected);
});

test('~ is the home folder at the start of a path, and nowhere else', () => {
  const folders = linux({ HOME: '/h' });
  const paths = ['~', '~/runs', '~ada/runs', 'a/~/b', '-'];
  expect(paths.map((path) => folders.expand(path))).toEqual(['/h', '/h/runs', '~ada/runs', 'a/~/b', '-']);
  expect(() => linux({}).expand('~/runs')).toThrow(
    '~/runs: got no home folder, allowed: HOME with an absolute path',
  );
});
