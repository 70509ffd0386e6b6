// Python with the library that tests need, in a virtual environment in the cache.

import { join } from "node:path";
import { installOnce } from "./cache.mjs";
import { exists, must, run } from "./run.mjs";
import { Trouble } from "./say.mjs";

const PACKAGE = "standardwebhooks";
const VERSION = "1.1.0";
const HINT =
  "The tests of docs/RECEIVING.md need Python 3.9 or later with venv " +
  "(Debian: apt-get install python3-venv) and PyPI.";

/** Answers the program, made once for this user. */
export async function python() {
  if (!(await exists("python3"))) throw new Trouble(HINT);
  const name = `python-${PACKAGE}-${VERSION}`;
  const home = await installOnce({
    name,
    what: `${PACKAGE} ${VERSION} from PyPI, for the tests of docs/RECEIVING.md`,
    usually: "10 seconds, once for this user",
    install,
  });
  const program = programOf(home);
  if ((await run(program, ["-c", `import ${PACKAGE}`])).code === 0) return program;
  throw new Trouble(`${home} does not work any more: remove it, and it is made again.\n${HINT}`);
}

async function install(folder) {
  await must("python3", ["-m", "venv", folder], { hint: HINT });
  await must(programOf(folder), [
    "-m", "pip", "install", "--quiet", "--no-deps", `${PACKAGE}==${VERSION}`,
  ], { hint: HINT });
}

/** Not a command of `bin`, whose first line has the path where it was made. */
const programOf = (home) => join(home, "bin", "python3");
