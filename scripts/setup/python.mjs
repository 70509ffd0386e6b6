// Python with the packages for the tests, in the cache: a virtual environment of this machine's
// Python or, if it lacks the module venv, Debian's pip and a folder with the packages.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { installOnce } from "../lib/cache.mjs";
import { exists, must, run } from "../lib/run.mjs";
import { CommandError } from "../lib/say.mjs";
import { hasApt, unpack, writeCommand } from "./apt.mjs";

/** Schemathesis tests an HTTP API with its OpenAPI document. */
const PACKAGES = [
  "schemathesis==4.32.5", "prometheus_client==0.26.0",
  // For the code of docs/RECEIVING.md.
  "fastapi==0.163.2", "uvicorn==0.54.0", "cryptography==50.0.2",
];
/** Installed without dependencies: they are for calls to a service, which no test makes. */
const WITHOUT_DEPENDENCIES = ["standardwebhooks==1.1.0"];
const MODULES = [
  "schemathesis", "prometheus_client", "fastapi", "uvicorn", "cryptography", "standardwebhooks",
];

const HINT =
  "The tests of the contract, of docs/RECEIVING.md and of /metrics need PyPI, and Python 3.10 or " +
  "later with venv. Install it (Debian: apt-get install python3-venv), or set the variable " +
  "PYTHON to the path of its program.";

/** Installs the packages, once for this user, and returns the path of Python. */
export async function python() {
  const home = await installOnce({
    name: `python-${[...PACKAGES, ...WITHOUT_DEPENDENCIES].join("-").replaceAll("==", "-")}`,
    what: "Python packages for the tests, Schemathesis among them",
    usually: "half a minute, once for this user",
    install,
  });
  const program = programOf(home);
  if ((await run(program, ["-c", `import ${MODULES}`])).code === 0) return program;
  throw new CommandError(`${home} does not work any more. Remove it and run this again.\n${HINT}`);
}

/** Returns the environment of the tests: SCHEMATHESIS is the path of the Python that has it. */
export const schemathesis = async () => ({ SCHEMATHESIS: await python() });

async function install(home) {
  const base = process.env.PYTHON || "python3";
  if (await exists(base, ["-c", "import ensurepip, venv"])) {
    await must(base, ["-m", "venv", home], { hint: HINT });
    return pip(home, []);
  }
  if (!(await hasApt())) throw new CommandError(HINT);
  await unpack(["python3-pip"], home, HINT);
  // The packages include Python itself only if this machine has none.
  const names = await readdir(join(home, "usr", "bin")).catch(() => []);
  const own = names.find((name) => /^python3\.\d+$/.test(name));
  await writeCommand(home, "python3", own === undefined ? base : `"$home/usr/bin/${own}"`, [
    'PYTHONPATH="$home/packages:$home/usr/lib/python3/dist-packages"',
  ]);
  await pip(home, ["--target", join(home, "packages")]);
}

async function pip(home, where) {
  for (const packages of [PACKAGES, ["--no-deps", ...WITHOUT_DEPENDENCIES]]) {
    // Not the command pip: it has the path of the folder before the folder is renamed.
    await must(programOf(home), [
      "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...where, ...packages,
    ], { hint: HINT });
  }
}

const programOf = (home) => join(home, "bin", "python3");
