// Reads JSON from standard input: {"files": [text, ...], "contexts": [[...], ...]}. Prints, for each file, the variant
// of each context, or the sentence with which flagd's schema refuses the file.
import { readFileSync } from "node:fs";
import { FlagdCore } from "@openfeature/flagd-core";

const silent = { error() {}, warn() {}, info() {}, debug() {} };
const { files, contexts } = JSON.parse(readFileSync(0, "utf8"));

function answers(text, asked) {
  const refused = []; // flagd warns of what its schema refuses, and goes on
  const listening = { ...silent, warn: (...words) => refused.push(words.join(" ")) };
  const core = new FlagdCore(undefined, listening);
  try {
    core.setConfigurations(text);
  } catch (error) {
    refused.push(String(error));
  }
  if (refused.length > 0) return refused.join(" ");
  return asked.map((context) => {
    const answer = core.resolveStringEvaluation("unit-system", "original", context, silent);
    return [answer.value, answer.reason];
  });
}

process.stdout.write(JSON.stringify(files.map((text, index) => answers(text, contexts[index]))));
