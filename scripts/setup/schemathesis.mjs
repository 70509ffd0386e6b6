// Schemathesis, a program in Python that tests an HTTP API by its OpenAPI document: installed into
// the cache, apart from the machine's own Python packages.

import { join } from "node:path";
import { installOnce } from "../lib/cache.mjs";
import { must, run } from "../lib/run.mjs";
import { Trouble } from "../lib/say.mjs";
import { atLeast } from "./versions.mjs";

/** Not in versions.mjs, a change of which has the module built anew. */
const VERSION = "4.32.5";

/** What that version asks of Python. */
const PYTHON_MIN = "3.10";

const HINT =
  `Python ${PYTHON_MIN} or later with its module venv was not found; the tests of the contract ` +
  "need it. Install it (Debian: apt-get install python3-venv), or name its program in the " +
  "variable PYTHON.";

/** Answers the environment of the tests: SCHEMATHESIS names the Python that has it. */
export async function schemathesis() {
  const home = await installOnce({
    name: `schemathesis-${VERSION}-1`,
    what: `Schemathesis ${VERSION}, for the tests of the contract`,
    usually: "half a minute, once for this user",
    install,
  });
  // Its own command would look for the folder that it was installed in.
  return { SCHEMATHESIS: join(home, "bin", "python3") };
}

async function install(home) {
  const python = process.env.PYTHON || "python3";
  const { code, output } = await run(python, ["--version"], { limitSeconds: 30 });
  const version = output.match(/^Python (\d+\.\d+)/m)?.[1];
  if (code !== 0 || version === undefined || !atLeast(version, PYTHON_MIN)) {
    throw new Trouble(HINT);
  }
  await must(python, ["-m", "venv", "--copies", home], { hint: HINT });
  await must(
    join(home, "bin", "python3"),
    ["-m", "pip", "install", "--quiet", "--disable-pip-version-check",
      `schemathesis==${VERSION}`],
    { hint: "Schemathesis could not be installed. It needs the package index of Python." },
  );
}
