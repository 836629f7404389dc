// Builds after `npm install` in a clone, and before npm packs. Does nothing where there is nothing to build from: an
// installed package has no sources, and an install without development packages has no compiler.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const project = join(import.meta.dirname, '..');

const isThere = (name) => existsSync(join(project, 'node_modules', name, 'package.json'));

if (existsSync(join(project, 'src')) && ['assemblyscript', 'rolldown'].every(isThere)) {
  const { status } = spawnSync('npm run -s build', {
    cwd: project,
    stdio: 'inherit',
    shell: true,
  });
  process.exitCode = status ?? 1;
}
